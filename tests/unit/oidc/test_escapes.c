/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_escapes.h"

static const struct {
    const char *text, *decoded;
} rows[] = {
    {"", ""},
    {"a.b", "a.b"},
    {"a%2Eb%2e", "a.b."},
    {"a\\u002eb\\x2E", "a.b."},
    {"a&#46;b&#x2e;&period;", "a.b.."},
    {"\\/", "/"},
    {"%252e", "%2e"},
    {"\\\\u002e", "."}, /* the first backslash is left out */
    /* none: cut, NUL, and what is not ASCII */
    {"%", "%"},
    {"%2", "%2"},
    {"%zz", "%zz"},
    {"%00", "%00"},
    {"%C3%A9", "%C3%A9"},
    {"a\\", "a"},
};

START_TEST(each_escape_is_decoded_once)
{
    const eckid_bytes_t decoded = eckid_escapes_decode(str(rows[_i].text), pool);

    ck_assert_str_eq(apr_pstrmemdup(pool, decoded.data, decoded.len), rows[_i].decoded);
    ck_assert(eckid_escapes_are_in(str(rows[_i].text)) == (strpbrk(rows[_i].text, "%&\\") != NULL));
}
END_TEST

START_TEST(where_an_escape_begins)
{
    ck_assert(eckid_escapes_begin('%') && eckid_escapes_begin('&') && eckid_escapes_begin('\\'));
    ck_assert(!eckid_escapes_begin('a') && !eckid_escapes_begin('\0'));
}
END_TEST

UNIT_SUITE(escapes)
{
    Suite *suite = suite_create("escapes");
    TCase *tcase = unit_case(suite, "escapes");

    tcase_add_loop_test(tcase, each_escape_is_decoded_once, 0, COUNT(rows));
    tcase_add_test(tcase, where_an_escape_begins);
    return suite;
}
