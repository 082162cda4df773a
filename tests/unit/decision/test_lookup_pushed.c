/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_lookup_pushed.h"
#include "support/fakes.h"
#include "support/maker.h"
#include "support/pushed.h"

static const eckid_person_key_t key = {"NEPRI", "a", NULL, NULL};

typedef enum pushed_t { GONE, FOUND, WITHOUT, AWAY } pushed_t;

/* What the directory knows, what the LAS says, and what comes of both. */
static const struct {
    pushed_t pushed;
    int status;
    const char *body;
    eckid_outcome_t outcome;
    eckid_source_t source;
    int calls;
} rows[] = {
    {FOUND, 404, "{}", ECKID_FOUND, ECKID_FROM_DIRECTORY, 0},
    {GONE, 404, "{}", ECKID_IS_UNKNOWN, ECKID_FROM_LAS, 1},
    {GONE, 503, "{}", ECKID_LAS_FAILED, ECKID_FROM_LAS, 1},
    {GONE, 200, "{\"givenName\":\"P\"}", ECKID_HAS_NONE, ECKID_FROM_LAS, 1},
    {GONE, 200, "{\"userMasterIdentifier\":\"" AN_ECKID "\"}", ECKID_FOUND, ECKID_FROM_LAS, 1},
    {WITHOUT, 404, "{}", ECKID_HAS_NONE, ECKID_FROM_DIRECTORY, 1},
    {WITHOUT, 503, "{}", ECKID_LAS_FAILED, ECKID_FROM_LAS, 1},
    {WITHOUT, 200, "{\"userMasterIdentifier\":\"" AN_ECKID "\"}", ECKID_FOUND, ECKID_FROM_LAS, 1},
    {AWAY, 404, "{}", ECKID_DIRECTORY_FAILED, ECKID_FROM_DIRECTORY, 1},
    {AWAY, 503, "{}", ECKID_DIRECTORY_FAILED, ECKID_FROM_DIRECTORY, 1},
    {AWAY, 200, "{\"userMasterIdentifier\":\"" AN_ECKID "\"}", ECKID_FOUND, ECKID_FROM_LAS, 1},
};

static eckid_directory_t *directory_with(pushed_t pushed)
{
    const eckid_directory_person_t person = pushed_person("a", pushed == FOUND ? 1 : 0);
    const eckid_directory_record_t *record;

    if (pushed == AWAY) {
        return pushed_open("sqlite:/tmp/there/is/no/such.db", PUSHED_SECRET, NULL);
    }
    eckid_directory_t *directory = pushed_directory(DATABASE_SQLITE);

    if (pushed != GONE) {
        ok(eckid_directory_create(&record, directory, &fake_school, &person, "magister", PUSHED_NOW,
                                  pool));
    }
    return directory;
}

START_TEST(the_directory_is_asked_first)
{
    fake_las_t fake = {
        .status = rows[_i].status, .type = "application/json", .body = rows[_i].body};
    eckid_las_t las = fake_channel(&fake);
    eckid_lookup_setup_t setup = fake_setup(&las, NULL);

    las.order = ECKID_DIRECTORY_FIRST;
    setup.directory = directory_with(rows[_i].pushed);
    eckid_lookup_t lookup = eckid_lookup(&setup, &key, 0, maker_moment(), pool);

    ck_assert_int_eq(lookup.finding.outcome, rows[_i].outcome);
    ck_assert_int_eq(lookup.source, rows[_i].source);
    ck_assert_int_eq(fake.calls, rows[_i].calls);
    ck_assert_int_eq(lookup.cause != NULL,
                     rows[_i].pushed == AWAY || rows[_i].outcome == ECKID_LAS_FAILED);
}
END_TEST

/* What comes of a lookup that asks no LAS. */
static const eckid_outcome_t alone[] = {[GONE] = ECKID_IS_UNKNOWN,
                                        [FOUND] = ECKID_FOUND,
                                        [WITHOUT] = ECKID_HAS_NONE,
                                        [AWAY] = ECKID_DIRECTORY_FAILED};

START_TEST(the_directory_alone_is_asked)
{
    const eckid_las_t las = {.order = ECKID_DIRECTORY_ONLY};
    eckid_lookup_setup_t setup = fake_setup(&las, NULL);
    const eckid_cache_t cache = fake_cache(fake_store_make());

    setup.cache = &cache;
    setup.directory = directory_with((pushed_t)_i);
    eckid_lookup_t lookup = eckid_lookup(&setup, &key, 0, maker_moment(), pool);

    ck_assert_int_eq(lookup.finding.outcome, alone[_i]);
    ck_assert_int_eq(lookup.cause != NULL, _i == AWAY);
    if (_i == FOUND) {
        ck_assert_str_eq(lookup.finding.value.text, pushed_eckid(1).text);
    }
    eckid_lookup_forget(&setup, &key, pool);
}
END_TEST

START_TEST(a_pilot_value_is_used_where_it_may_be)
{
    eckid_las_t las = {.order = ECKID_DIRECTORY_ONLY};
    eckid_lookup_setup_t setup = fake_setup(&las, NULL);
    eckid_directory_person_t person = pushed_person("a", 1);
    const eckid_directory_record_t *record;

    setup.directory = pushed_directory(DATABASE_SQLITE);
    ck_assert(eckid_eck_id_parse(&person.eckid, str("https://ketenid.nl/pilot/" DIGITS64 DIGITS64),
                                 true));
    ok(eckid_directory_create(&record, setup.directory, &fake_school, &person, "magister",
                              PUSHED_NOW, pool));
    refused(eckid_lookup_record(&record, &setup, &key, pool), ECKID_MALFORMED);
    las.pilot = true;
    ok(eckid_lookup_record(&record, &setup, &key, pool));
}
END_TEST

UNIT_SUITE(lookup_pushed)
{
    Suite *suite = suite_create("lookup_pushed");
    TCase *tcase = databases_case(suite, "lookup_pushed");

    tcase_add_loop_test(tcase, the_directory_is_asked_first, 0, COUNT(rows));
    tcase_add_loop_test(tcase, the_directory_alone_is_asked, 0, COUNT(alone));
    tcase_add_test(tcase, a_pilot_value_is_used_where_it_may_be);
    return suite;
}
