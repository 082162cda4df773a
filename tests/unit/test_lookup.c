/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_lookup.h"
#include "fakes.h"
#include "maker.h"

static const eckid_student_key_t key = {"NEPPI", "95312@1.school.example"};

static eckid_las_t make(fake_las_t *fake)
{
    return (eckid_las_t){
        .base = "https://las.example/eduv",
        .school = {"V_ID", "11ZZ03"},
        .key = test_pair(P_256, 0),
        .keyid = "school",
        .transport = fake_transport(fake),
    };
}

typedef struct row_t {
    int status;
    const char *body;
    eckid_outcome_t outcome;
    int calls; /* for two lookups */
} row_t;

static const row_t rows[] = {
    {200, "{\"userMasterIdentifier\":\"" AN_ECKID "\"}", ECKID_FOUND, 1},
    {200, "{\"givenName\":\"Pietje\"}", ECKID_HAS_NONE, 1},
    {404, "{}", ECKID_IS_UNKNOWN, 1},
    {503, "{}", ECKID_LAS_FAILED, 2},
    {429, "{}", ECKID_LAS_FAILED, 2},
    {403, "{}", ECKID_LAS_FAILED, 2},
    {200, "{\"userMasterIdentifier\":\"bad\"}", ECKID_LAS_FAILED, 2},
};

START_TEST(only_what_the_las_said_is_remembered)
{
    const row_t *row = &rows[_i];
    fake_las_t fake = {.status = row->status, .type = "application/json", .body = row->body};
    const eckid_las_t las = make(&fake);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    eckid_lookup_t first = eckid_lookup(&cache, &las, &key, maker_moment(), pool);
    eckid_lookup_t second = eckid_lookup(&cache, &las, &key, maker_moment(), pool);

    ck_assert_int_eq(first.finding.outcome, row->outcome);
    ck_assert_int_eq(second.finding.outcome, row->outcome);
    ck_assert(!first.cached);
    ck_assert_int_eq(second.cached, row->calls == 1);
    ck_assert_int_eq(fake.calls, row->calls);
    ck_assert_int_eq(first.cause != NULL, row->outcome == ECKID_LAS_FAILED);
}
END_TEST

START_TEST(without_a_cache_every_lookup_asks)
{
    fake_las_t fake = {.status = 200, .type = "application/json", .body = rows[0].body};
    const eckid_las_t las = make(&fake);

    ck_assert_int_eq(eckid_lookup(NULL, &las, &key, maker_moment(), pool).finding.outcome,
                     ECKID_FOUND);
    ck_assert(!eckid_lookup(NULL, &las, &key, maker_moment(), pool).cached);
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

Suite *suite_lookup(void)
{
    Suite *suite = suite_create("lookup");
    TCase *tcase = unit_case(suite, "lookup");

    tcase_add_loop_test(tcase, only_what_the_las_said_is_remembered, 0, COUNT(rows));
    tcase_add_test(tcase, without_a_cache_every_lookup_asks);
    return suite;
}
