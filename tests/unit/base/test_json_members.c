/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_json_members.h"

static const apr_array_header_t *read_all(const char *text)
{
    apr_array_header_t *members;

    ok(eckid_json_members(&members, str(text), ECKID_STRUCTURE, pool));
    return members;
}

/* A line for each member: its key, its value, and whether jansson has read that. */
static const char *shown(const char *text)
{
    const apr_array_header_t *members = read_all(text);
    const char *all = "";

    for (int i = 0; i < members->nelts; i++) {
        const eckid_json_member_t *member = &APR_ARRAY_IDX(members, i, eckid_json_member_t);

        all = apr_psprintf(pool, "%s%.*s|%.*s|%s\n", all, (int)member->key.len, member->key.data,
                           (int)member->value.len, member->value.data,
                           member->parsed ? "parsed" : "plain");
    }
    return all;
}

START_TEST(members_are_told_as_they_are_written)
{
    static const char *const rows[][2] = {
        {"{}", ""},
        {" { } \r\n", ""},
        {"{\"a\":\"b\"}", "\"a\"|\"b\"|plain\n"},
        {"{ \"a\"\t: \"\" ,\n\"b\" : [ 1 , \"]\" ] }",
         "\"a\"|\"\"|plain\n\"b\"|[ 1 , \"]\" ]|parsed\n"},
        {"{\"\\u0061\":\"\\n\",\"b\":{\"c\":null}}",
         "\"\\u0061\"|\"\\n\"|parsed\n\"b\"|{\"c\":null}|parsed\n"},
        {"{\"a\":1e400,\"a\":-0,\"\":true}",
         "\"a\"|1e400|parsed\n\"a\"|-0|parsed\n\"\"|true|parsed\n"},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_str_eq(shown(rows[i][0]), rows[i][1]);
    }
}
END_TEST

START_TEST(names_are_decoded)
{
    static const char *const rows[][2] = {
        {"{\"aud\":1}", "aud"},
        {"{\"\\u0061ud\":1}", "aud"},
        {"{\"\\\"\":\"x\"}", "\""},
        {"{\"a\\u0000b\":1}", "a\xEF\xBF\xBD"
                              "b"},
        {"{\"caf\xc3\xa9\":1}", "caf\xc3\xa9"},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        const apr_array_header_t *members = read_all(rows[i][0]);

        ck_assert_int_eq(members->nelts, 1);
        ck_assert_str_eq(APR_ARRAY_IDX(members, 0, eckid_json_member_t).name, rows[i][1]);
    }
}
END_TEST

static const struct {
    const char *text, *cause;
} malformed[] = {
    {"", "it is not JSON, at byte 0"},
    {"{", "it is not JSON, at byte 1"},
    {"{\"a\"}", "it is not JSON, at byte 4"},
    {"{\"a\":}", "it is not JSON, at byte 5"},
    {"{\"a\":1,}", "it is not JSON, at byte 7"},
    {"{a:1}", "it is not JSON, at byte 1"},
    {"{\"a\":\"b}", "it is not JSON, at byte 8"},
    {"{\"a\":1 2}", "it is not JSON, at byte 8"},
    {"{\"a\":1} x", "it is not JSON, at byte 8"},
    {"{\"a\":\"\x80\"}", "it is not JSON, at byte 6"},
    {"\xEF\xBB\xBF{}", "it is not JSON, at byte 3"},
    {"[1]", "it is JSON, but not an object"},
    {"\"a\"", "it is JSON, but not an object"},
    {"{\"a\":{\"b\":1,\"b\":2}}", "a member of its JSON is there twice, and not the same"},
};

START_TEST(what_is_malformed_is_refused_with_its_place)
{
    apr_array_header_t *members;
    const eckid_err_t *err =
        eckid_json_members(&members, str(malformed[_i].text), ECKID_STRUCTURE, pool);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, ECKID_STRUCTURE);
    ck_assert_str_eq(err->detail, malformed[_i].cause);
}
END_TEST

UNIT_SUITE(json_members)
{
    Suite *suite = suite_create("json_members");
    TCase *tcase = unit_case(suite, "members");

    tcase_add_test(tcase, members_are_told_as_they_are_written);
    tcase_add_test(tcase, names_are_decoded);
    tcase_add_loop_test(tcase, what_is_malformed_is_refused_with_its_place, 0, COUNT(malformed));
    return suite;
}
