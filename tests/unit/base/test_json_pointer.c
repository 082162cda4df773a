/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>

#include "base/eckid_json.h"
#include "base/eckid_json_pointer.h"

/* RFC 6901 section 5, with an array of one element */
static const char vectors[] = "{\"foo\":[\"bar\"],\"\":0,\"a/b\":1,\"c%d\":2,\"e^f\":3,\"g|h\":4,"
                              "\"i\\\\j\":5,\"k\\\"l\":6,\" \":7,\"m~n\":8,"
                              "\"two\":[1,2],\"none\":[],\"null\":null,\"~1\":9}";

typedef struct row_t {
    const char *pointer, *found; /* NULL: nothing */
} row_t;

static const row_t rows[] = {
    {"/foo", "[\"bar\"]"}, {"/foo/0", "\"bar\""}, {"/", "0"},          {"/a~1b", "1"},
    {"/c%d", "2"},         {"/e^f", "3"},         {"/g|h", "4"},       {"/i\\j", "5"},
    {"/k\"l", "6"},        {"/ ", "7"},           {"/m~0n", "8"},      {"/~01", "9"},
    {"/null", "null"},     {"/two", "[1,2]"},     {"/none", "[]"},     {"/nothing", NULL},
    {"/foo/1", NULL},      {"/foo/00", NULL},     {"/foo/-", NULL},    {"/foo/bar", NULL},
    {"/foo/0/x", NULL},    {"/none/0", NULL},     {"/null/x", NULL},   {"//", NULL},
    {"/foo/", NULL},       {"/a~1b/0", NULL},     {"/none/0/a", NULL},
};

static json_t *whole(void)
{
    json_t *value;

    ok(eckid_json_parse(&value, str(vectors), ECKID_CONTRACT, pool));
    return value;
}

START_TEST(what_it_finds)
{
    const json_t *found;

    ck_assert(
        eckid_json_pointer_find(&found, eckid_json_pointer_make(rows[_i].pointer, pool), whole()));
    if (!rows[_i].found) {
        ck_assert_ptr_null(found);
        return;
    }
    char *text = json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY);

    ck_assert_str_eq(text, rows[_i].found);
    free(text);
}
END_TEST

START_TEST(the_empty_one_finds_the_whole)
{
    json_t *value = whole();
    const json_t *found;

    ck_assert(eckid_json_pointer_find(&found, eckid_json_pointer_make("", pool), value));
    ck_assert_ptr_eq(found, value);
}
END_TEST

START_TEST(one_of_several_is_not_taken)
{
    const json_t *found;

    ck_assert(!eckid_json_pointer_find(&found, eckid_json_pointer_make("/two/0", pool), whole()));
    ck_assert(!eckid_json_pointer_find(&found, eckid_json_pointer_make("/two/1", pool), whole()));
    ck_assert(!eckid_json_pointer_find(&found, eckid_json_pointer_make("/two/x/y", pool), whole()));
}
END_TEST

static const char *const bad[] = {"foo", "0", "#/foo", " /foo", "/~", "/~2", "/a~", "/~/a", "~0"};

START_TEST(what_is_no_pointer)
{
    ck_assert_ptr_null(eckid_json_pointer_make(bad[_i], pool));
}
END_TEST

START_TEST(its_length_is_bounded)
{
    char *text = apr_pcalloc(pool, 514);

    memset(text, '/', 513);
    ck_assert_ptr_null(eckid_json_pointer_make(text, pool));
    text[512] = '\0';
    ck_assert_ptr_nonnull(eckid_json_pointer_make(text, pool));
}
END_TEST

UNIT_SUITE(json_pointer)
{
    Suite *suite = suite_create("json_pointer");
    TCase *tcase = unit_case(suite, "pointer");

    tcase_add_loop_test(tcase, what_it_finds, 0, COUNT(rows));
    tcase_add_test(tcase, the_empty_one_finds_the_whole);
    tcase_add_test(tcase, one_of_several_is_not_taken);
    tcase_add_loop_test(tcase, what_is_no_pointer, 0, COUNT(bad));
    tcase_add_test(tcase, its_length_is_bounded);
    return suite;
}
