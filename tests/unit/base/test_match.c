/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_match.h"

typedef struct row_t {
    const char *expression, *template, *value, *made; /* NULL: does not match */
} row_t;

static const row_t rows[] = {
    {"^(\\d+)$", "$1@1.school.example", "95312", "95312@1.school.example"},
    {"(\\d+)", "$1", "95312", "95312"},
    {"(\\d+)", "$1", "x95312", NULL},
    {"(\\d+)", "$1", "95312x", NULL},
    {"^(\\d+)$", "$1", "95312\n", NULL},
    {"(?m)^(\\d+)$", "$1", "95312\n1", NULL},
    {"a|ab", "$0", "ab", "ab"},
    {"(a)|(b)", "[$1$2]", "b", "[b]"},
    {"(.*)@.*", "$1$$$0", "x@y", "x$x@y"},
    {"(.*)", "$1", "", NULL},
    {".+", NULL, "caf\xc3\xa9", "caf\xc3\xa9"},
    {".+", NULL, "caf\xe9", NULL},
    {"student", NULL, "student", "student"},
    {"student", NULL, "students", NULL},
    {"STUDENT", NULL, "student", NULL},
    {"(?i)STUDENT", NULL, "student", "student"},
};

START_TEST(the_whole_value_must_match)
{
    eckid_match_t *match;
    const char *made = NULL;

    ok(eckid_match_make(&match, rows[_i].expression, rows[_i].template, pool));
    bool matches = eckid_match_apply(&made, match, str(rows[_i].value), pool);

    ck_assert_msg(matches == (rows[_i].made != NULL), "%s: %s", rows[_i].expression, made);
    ck_assert(eckid_match_is(match, str(rows[_i].value)) == matches || !*rows[_i].value);
    ck_assert_pstr_eq(made, rows[_i].made);
}
END_TEST

START_TEST(nul_and_long_values_do_not_match)
{
    eckid_match_t *match;
    char *a = apr_pcalloc(pool, ECKID_MATCH_MAX + 2);

    ok(eckid_match_make(&match, "[^x]*", NULL, pool));
    ck_assert(!eckid_match_is(match, eckid_bytes("1\0002", 3)));
    memset(a, 'a', ECKID_MATCH_MAX);
    ck_assert(eckid_match_is(match, str(a)));
    a[ECKID_MATCH_MAX] = 'a';
    ck_assert(!eckid_match_is(match, str(a)));
}
END_TEST

/* One object, used again: no group of a value is left for the next. */
START_TEST(a_match_may_be_used_again)
{
    eckid_match_t *match;
    const char *made = NULL;

    ok(eckid_match_make(&match, "(a*)(b)?c", "$1$2", pool));
    ck_assert(eckid_match_apply(&made, match, str("abc"), pool));
    ck_assert_str_eq(made, "ab");
    ck_assert(!eckid_match_apply(&made, match, str("c"), pool));
    ck_assert(!eckid_match_apply(&made, match, str("abx"), pool));
    ck_assert(eckid_match_apply(&made, match, str("aac"), pool));
    ck_assert_str_eq(made, "aa");
}
END_TEST

START_TEST(what_is_made_may_not_be_too_long)
{
    eckid_match_t *match;
    const char *made;
    char *a = apr_pcalloc(pool, ECKID_MATCH_MAX + 1);

    memset(a, 'a', ECKID_MATCH_MAX);
    ok(eckid_match_make(&match, ".*", "$0b", pool));
    ck_assert(!eckid_match_apply(&made, match, str(a), pool));
}
END_TEST

START_TEST(an_expression_that_explodes_ends)
{
    eckid_match_t *match;

    ok(eckid_match_make(&match, "(a+)+(b+)+c", NULL, pool));
    ck_assert(!eckid_match_is(
        match, str("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")));
}
END_TEST

static const row_t wrong[] = {
    {"(", NULL, NULL, NULL},     {"[a", NULL, NULL, NULL},  {"a", "$1", NULL, NULL},
    {"(a)", "$2", NULL, NULL},   {"(a)", "$", NULL, NULL},  {"(a)", "$x", NULL, NULL},
    {"a\\Cb", NULL, NULL, NULL}, {".*", "", NULL, NULL},    {"(.*)", "me", NULL, NULL},
    {".*", "$$", NULL, NULL},    {".*", "$$0", NULL, NULL},
};

START_TEST(mistakes_are_found_when_it_is_made)
{
    eckid_match_t *match;

    refused(eckid_match_make(&match, wrong[_i].expression, wrong[_i].template, pool),
            ECKID_EXPRESSION);
}
END_TEST

UNIT_SUITE(match)
{
    Suite *suite = suite_create("match");
    TCase *tcase = unit_case(suite, "match");

    tcase_add_loop_test(tcase, the_whole_value_must_match, 0, COUNT(rows));
    tcase_add_test(tcase, nul_and_long_values_do_not_match);
    tcase_add_test(tcase, a_match_may_be_used_again);
    tcase_add_test(tcase, what_is_made_may_not_be_too_long);
    tcase_add_test(tcase, an_expression_that_explodes_ends);
    tcase_add_loop_test(tcase, mistakes_are_found_when_it_is_made, 0, COUNT(wrong));
    return suite;
}
