/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/fakes.h"
#include "support/maker.h"

static const eckid_person_key_t key = {"NEPPI", "95312@1.school.example", NULL, NULL};

#define DAY apr_time_from_sec(86400)
#define FOUND_BODY "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"

/* A lookup so many seconds after the first ones. */
static eckid_lookup_t look(const eckid_lookup_setup_t *setup, int later,
                           apr_interval_time_t stale_max)
{
    eckid_moment_t moment = *maker_moment();

    moment.now += apr_time_from_sec(later);
    return eckid_lookup(setup, &key, stale_max, &moment, pool);
}

typedef struct row_t {
    int status;
    const char *body;
    eckid_outcome_t outcome;
    int calls; /* for two lookups */
} row_t;

static const row_t rows[] = {
    {200, FOUND_BODY, ECKID_FOUND, 1},
    {200, "{\"givenName\":\"Pietje\"}", ECKID_HAS_NONE, 1},
    {404, "{}", ECKID_IS_UNKNOWN, 1},
    {503, "{}", ECKID_LAS_FAILED, 2},
    {429, "{}", ECKID_LAS_FAILED, 2},
    {401, "{}", ECKID_LAS_FAILED, 2},
    {200, "{\"userMasterIdentifier\":\"bad\"}", ECKID_LAS_FAILED, 2},
    {403, "{}", ECKID_LAS_FAILED, 1}, /* the school is refused, and that is remembered */
};

START_TEST(only_what_the_las_said_is_remembered)
{
    const row_t *row = &rows[_i];
    fake_las_t fake = {.status = row->status, .type = "application/json", .body = row->body};
    const eckid_las_t las = fake_channel(&fake);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    const eckid_lookup_setup_t setup = fake_setup(&las, &cache);
    eckid_lookup_t first = look(&setup, 0, 0), second = look(&setup, 0, 0);

    ck_assert_int_eq(first.finding.outcome, row->outcome);
    ck_assert_int_eq(second.finding.outcome, row->outcome);
    ck_assert_int_eq(first.source, ECKID_FROM_LAS);
    ck_assert_int_eq(fake.calls, row->calls);
    ck_assert_int_eq(first.cause != NULL, row->outcome == ECKID_LAS_FAILED);
    ck_assert_int_eq(second.cause != NULL, row->outcome == ECKID_LAS_FAILED);
}
END_TEST

START_TEST(without_a_cache_every_lookup_asks)
{
    fake_las_t fake = {.status = 200, .type = "application/json", .body = FOUND_BODY};
    const eckid_las_t las = fake_channel(&fake);
    const eckid_lookup_setup_t setup = fake_setup(&las, NULL);

    ck_assert_int_eq(look(&setup, 0, 0).finding.outcome, ECKID_FOUND);
    ck_assert_int_eq(look(&setup, 0, 0).source, ECKID_FROM_LAS);
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

START_TEST(a_refused_school_is_refused_for_all_its_students_and_no_other_school)
{
    static const eckid_school_t other = {"V_ID", "22ZZ00"};
    fake_las_t fake = {.status = 403, .type = "application/json", .body = "{}"};
    const eckid_las_t las = fake_channel(&fake);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    eckid_lookup_setup_t setup = fake_setup(&las, &cache);
    const eckid_person_key_t classmate = {"NEPPI", "95313@1.school.example", NULL, NULL};

    look(&setup, 0, 0);
    refused(eckid_lookup(&setup, &classmate, 0, maker_moment(), pool).cause, ECKID_LAS_REFUSED);
    ck_assert_int_eq(fake.calls, 1);
    setup.school = &other;
    look(&setup, 0, 0);
    ck_assert_int_eq(fake.calls, 2);
}
END_TEST

/* Found in the morning, by a cache that keeps ECK iDs fresh for an hour and stale for a day. */
typedef struct old_t {
    fake_las_t fake;
    eckid_las_t las;
    eckid_cache_t cache;
    eckid_lookup_setup_t setup;
} old_t;

static old_t *make_old(void)
{
    old_t *old = apr_pcalloc(pool, sizeof(*old));

    old->fake = (fake_las_t){.status = 200, .type = "application/json", .body = FOUND_BODY};
    old->las = fake_channel(&old->fake);
    old->cache = fake_cache(fake_store_make());
    old->cache.stale_for = DAY;
    old->setup = fake_setup(&old->las, &old->cache);
    look(&old->setup, 0, 0);
    return old;
}

START_TEST(a_stale_one_serves_when_the_las_fails)
{
    old_t *old = make_old();

    old->fake.status = 503;
    eckid_lookup_t lookup = look(&old->setup, 4000, DAY);

    ck_assert_int_eq(lookup.finding.outcome, ECKID_FOUND);
    ck_assert_str_eq(lookup.finding.value.text, AN_ECKID);
    ck_assert_int_eq(lookup.source, ECKID_FROM_STALE);
    refused(lookup.cause, ECKID_LAS_REFUSED);
}
END_TEST

START_TEST(a_stale_one_does_not_serve_where_the_block_has_none_or_a_younger_one)
{
    old_t *old = make_old();

    old->fake.status = 503;
    ck_assert_int_eq(look(&old->setup, 4000, 0).finding.outcome, ECKID_LAS_FAILED);
    ck_assert_int_eq(look(&old->setup, 4000, apr_time_from_sec(3999)).finding.outcome,
                     ECKID_LAS_FAILED);
}
END_TEST

START_TEST(a_stale_one_does_not_serve_when_the_school_is_refused)
{
    old_t *old = make_old();

    old->fake.status = 403;
    ck_assert_int_eq(look(&old->setup, 4000, DAY).finding.outcome, ECKID_LAS_FAILED);
}
END_TEST

START_TEST(a_stale_one_serves_while_somebody_asks)
{
    old_t *old = make_old();

    old->fake.status = 503;
    look(&old->setup, 4000, DAY);
    ck_assert_int_eq(old->fake.calls, 2);
    eckid_lookup_t lookup = look(&old->setup, 4001, DAY);

    ck_assert_int_eq(old->fake.calls, 2);
    ck_assert_int_eq(lookup.source, ECKID_FROM_STALE);
    ck_assert_ptr_null(lookup.cause);
    look(&old->setup, 4006, DAY); /* the claim of five seconds has ended */
    ck_assert_int_eq(old->fake.calls, 3);
}
END_TEST

START_TEST(a_new_answer_takes_the_place_of_a_stale_one)
{
    old_t *old = make_old();

    old->fake.status = 404;
    ck_assert_int_eq(look(&old->setup, 4000, DAY).finding.outcome, ECKID_IS_UNKNOWN);
    ck_assert_int_eq(look(&old->setup, 4001, DAY).finding.outcome, ECKID_IS_UNKNOWN);
    ck_assert_int_eq(old->fake.calls, 2);
}
END_TEST

UNIT_SUITE(lookup)
{
    Suite *suite = suite_create("lookup");
    TCase *tcase = unit_case(suite, "lookup");

    tcase_add_loop_test(tcase, only_what_the_las_said_is_remembered, 0, COUNT(rows));
    tcase_add_test(tcase, without_a_cache_every_lookup_asks);
    tcase_add_test(tcase, a_refused_school_is_refused_for_all_its_students_and_no_other_school);
    tcase_add_test(tcase, a_stale_one_serves_when_the_las_fails);
    tcase_add_test(tcase, a_stale_one_does_not_serve_where_the_block_has_none_or_a_younger_one);
    tcase_add_test(tcase, a_stale_one_does_not_serve_when_the_school_is_refused);
    tcase_add_test(tcase, a_stale_one_serves_while_somebody_asks);
    tcase_add_test(tcase, a_new_answer_takes_the_place_of_a_stale_one);
    return suite;
}
