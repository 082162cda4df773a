/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "provision/eckid_eduv_list.h"
#include "support/bulk.h"

static const apr_size_t pieces[] = {1, 5, 100000};

static eckid_err_t *read_as(bulk_rows_t *rows, const char *text, apr_size_t piece)
{
    bulk_file_t file;
    const eckid_bulk_input_t input = bulk_input(&file, text, piece);
    const eckid_bulk_sink_t sink = bulk_sink(rows);
    eckid_bulk_found_t found;
    eckid_err_t *err = eckid_eduv_list_read(&found, &input, "employee", &sink, pool);

    ck_assert_str_eq(apr_array_pstrcat(pool, found.kinds, ','), "employee");
    return err;
}

#define ID(type, value) "{\"userIdType\":\"" type "\",\"userId\":\"" value "\"}"

static const struct {
    const char *text, *rows;
} good[] = {
    {"[]", NULL},
    {" [\n]\n", NULL},
    {"[{\"userMasterIdentifier\":\"e1\",\"userIds\":[" ID("NEPPI", "1@x") "," ID("ASI", "7") "]}]",
     "1 employee NEPPI=1@x ASI=7 e1"},
    {"[\n{\"userIds\":[],\"email\":\"a@b\",\"givenName\":\"}]\\\\\\\"{\",\"roles\":[{\"a\":[{}]}]},"
     "\n"
     "{\"userMasterIdentifier\":null}\n,{\"userMasterIdentifier\":\"\",\"userIds\":null}]",
     "2 employee email=a@b\n3 employee\n4 employee"},
};

START_TEST(people_are_found_in_any_pieces)
{
    for (int i = 0; i < COUNT(pieces); i++) {
        bulk_rows_t rows;

        ok(read_as(&rows, good[_i].text, pieces[i]));
        ck_assert_pstr_eq(rows.text, good[_i].rows);
    }
}
END_TEST

#define ONE "{\"userIds\":[]}"

static const struct {
    const char *text, *detail;
} bad[] = {
    {"", "FILE:1: it is not one JSON array; was it cut off?"},
    {"[" ONE, "FILE:1: it is not one JSON array; was it cut off?"},
    {"[\n{\"userIds\":[", "FILE:2: it is not one JSON array; was it cut off?"},
    {"{\"error\":1}", "FILE:1: it is not one JSON array of objects"},
    {"[" ONE "]\n[]", "FILE:2: it is not one JSON array of objects"},
    {"[" ONE ONE "]", "FILE:1: it is not one JSON array of objects"},
    {"[" ONE ",]", "FILE:1: it is not one JSON array of objects"},
    {"[1]", "FILE:1: it is not one JSON array of objects"},
    {"[[]]", "FILE:1: it is not one JSON array of objects"},
    {"[\n" ONE ",\n{\"error\":1}]", "FILE:3: an object that is not a person"},
    {"[{\"userIds\":[},\"a\":]}]", "FILE:1: an object that is not JSON, or has a member twice"},
    {"[{\"userIds\":[],\"userIds\":[1]}]",
     "FILE:1: an object that is not JSON, or has a member twice"},
    {"[{\"userMasterIdentifier\":7}]", "FILE:1: userMasterIdentifier is not a string"},
    {"[{\"userIds\":{}}]", "FILE:1: userIds of another shape, or an identifier that is too long"},
    {"[{\"userIds\":[{\"userId\":\"1\"}]}]",
     "FILE:1: userIds of another shape, or an identifier that is too long"},
};

START_TEST(what_is_wrong_is_refused_with_its_line)
{
    for (int i = 0; i < COUNT(pieces); i++) {
        bulk_rows_t rows;
        eckid_err_t *err = read_as(&rows, bad[_i].text, pieces[i]);

        refused(err, ECKID_BULK);
        ck_assert_msg(strcmp(err->detail, bad[_i].detail) == 0, "%s", err->detail);
    }
}
END_TEST

START_TEST(a_person_is_bounded)
{
    char *filling = apr_palloc(pool, 70001);
    bulk_rows_t rows;

    memset(filling, ' ', 70000);
    filling[70000] = '\0';
    refused(read_as(&rows, apr_pstrcat(pool, "[{", filling, "}]", NULL), 4096), ECKID_BULK);
    ok(read_as(&rows, apr_pstrcat(pool, "[", filling, "]", NULL), 4096));
}
END_TEST

UNIT_SUITE(eduv_list)
{
    Suite *suite = suite_create("eduv_list");
    TCase *tcase = unit_case(suite, "eduv_list");

    tcase_add_loop_test(tcase, people_are_found_in_any_pieces, 0, COUNT(good));
    tcase_add_loop_test(tcase, what_is_wrong_is_refused_with_its_line, 0, COUNT(bad));
    tcase_add_test(tcase, a_person_is_bounded);
    return suite;
}
