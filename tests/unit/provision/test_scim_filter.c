/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_scim_filter.h"

#define CORE "urn:ietf:params:scim:schemas:core:2.0:User"

static const struct {
    const char *text;
    eckid_scim_name_t by;
    const char *value;
} good[] = {
    {"externalId eq \"95312@1.school.example\"", ECKID_SCIM_BY_EXTERNAL_ID,
     "95312@1.school.example"},
    {"userName eq \"x\"", ECKID_SCIM_BY_USER_NAME, "x"},
    {"  EXTERNALID  EQ  \"x\"  ", ECKID_SCIM_BY_EXTERNAL_ID, "x"},
    {"(externalId eq \"x\")", ECKID_SCIM_BY_EXTERNAL_ID, "x"},
    {CORE ":userName eq \"x\"", ECKID_SCIM_BY_USER_NAME, "x"},
    /* a value is JSON: see findings/scim-filter-values.sh */
    {"externalId eq \"R\\u0026D\"", ECKID_SCIM_BY_EXTERNAL_ID, "R&D"},
    {"externalId eq \"a\\\"b\"", ECKID_SCIM_BY_EXTERNAL_ID, "a\"b"},
    {"externalId eq \"a\\\\\"", ECKID_SCIM_BY_EXTERNAL_ID, "a\\"},
    {"externalId eq \"x) or (userName eq y\"", ECKID_SCIM_BY_EXTERNAL_ID, "x) or (userName eq y"},
    {"externalId eq \"NULL\"", ECKID_SCIM_BY_EXTERNAL_ID, "NULL"},
    {"externalId eq \"\xc3\xa9\"", ECKID_SCIM_BY_EXTERNAL_ID, "\xc3\xa9"},
};

START_TEST(a_filter_that_names_one_person)
{
    eckid_scim_filter_t filter;

    ok(eckid_scim_filter_read(&filter, good[_i].text, &eckid_scim_schema_user, pool));
    ck_assert_int_eq(filter.by, good[_i].by);
    ck_assert_str_eq(filter.value, good[_i].value);
}
END_TEST

static const char *const bad[] = {
    "",
    "externalId",
    "externalId eq",
    "externalId eq ",
    "externalId eq x",
    "externalId eq \"x",
    "externalId eq \"x\\\"",
    "externalId eq \"x\" y",
    "externalId eq \"x\"\"y\"",
    "externalId eq \"\"",
    "externalId eq null",
    "externalId eq true",
    "externalId eq -1",
    "externalId eq 1e400",
    "externalId eq \"\\u0000\"",
    "externalId eq \"\\ud800\"",
    "externalId eq 'x'",
    "externalId eq [\"x\"]",
    "externalId eq {\"x\":1}",
    "externalId eq \"x\" and userName eq \"x\"",
    "externalId eq \"x\" or userName eq \"x\"",
    "not (externalId eq \"x\")",
    "not(externalId eq \"x\")",
    "externalId ne \"x\"",
    "externalId sw \"x\"",
    "externalId co \"x\"",
    "externalId pr",
    "externalId eqx \"x\"",
    "externalIdeq \"x\"",
    "id eq \"x\"",
    "eckId eq \"x\"",
    "emails[type eq \"work\"]",
    "emails[externalId eq \"x\"]",
    "urn:other:User:externalId eq \"x\"",
    "externalId.userName eq \"x\"",
    "(externalId eq \"x\"",
    "externalId eq \"x\")",
    "((((((((((((((((((externalId eq \"x\"))))))))))))))))))",
};

START_TEST(no_other_filter_is_taken_for_one)
{
    eckid_scim_filter_t filter;
    const eckid_err_t *err =
        eckid_scim_filter_read(&filter, bad[_i], &eckid_scim_schema_user, pool);

    ck_assert_msg(err && err->code == ECKID_SCIM_FILTER, "%s", bad[_i]);
}
END_TEST

START_TEST(a_filter_that_is_too_long_is_not_read)
{
    char *text = apr_palloc(pool, ECKID_SCIM_FILTER_MAX + 2);
    eckid_scim_filter_t filter;

    memset(text, '(', ECKID_SCIM_FILTER_MAX + 1);
    text[ECKID_SCIM_FILTER_MAX + 1] = '\0';
    refused(eckid_scim_filter_read(&filter, text, &eckid_scim_schema_user, pool),
            ECKID_SCIM_FILTER);
    ck_assert_uint_eq(eckid_scim_filter_span(text, pool), 0);
}
END_TEST

static const struct {
    const char *text;
    apr_size_t span;
} spans[] = {
    {"type eq \"work\"].value", 14},
    {"type eq \"a]b\"]", 13},
    {"type pr and not (primary eq true)]", 33},
    {"value gt -1.5e3 or type ne null]x", 31},
    {"a[b eq 1]]", 9},
    {"]", 0},
    {"type eq]", 0},
    {"type eq \"x\" and]", 0},
};

START_TEST(a_filter_ends_where_its_grammar_does)
{
    ck_assert_uint_eq(eckid_scim_filter_span(spans[_i].text, pool), spans[_i].span);
}
END_TEST

UNIT_SUITE(scim_filter)
{
    Suite *suite = suite_create("scim_filter");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, a_filter_that_names_one_person, 0, COUNT(good));
    tcase_add_loop_test(tcase, no_other_filter_is_taken_for_one, 0, COUNT(bad));
    tcase_add_test(tcase, a_filter_that_is_too_long_is_not_read);
    tcase_add_loop_test(tcase, a_filter_ends_where_its_grammar_does, 0, COUNT(spans));
    return suite;
}
