/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "http/eckid_http.h"

typedef struct row_t {
    const char *field, *type;
} row_t;

static const row_t rows[] = {
    {"text/html", "text/html"},
    {"TEXT/HTML; charset=utf-8", "text/html"},
    {" text/html ;charset=utf-8", "text/html"},
    {"text/html, text/plain", "text/html"},
    {"", ""},
    {NULL, ""},
};

START_TEST(media_type_without_parameters_in_lower_case)
{
    ck_assert_str_eq(eckid_http_media_type(rows[_i].field, pool), rows[_i].type);
}
END_TEST

static const char *const json_types[] = {"application/json", "Application/JSON; charset=utf-8",
                                         "application/problem+json",
                                         "application/vnd.las+json;v=1"};

START_TEST(what_is_json)
{

    ck_assert(eckid_http_is_json(json_types[_i], pool));
}
END_TEST

static const char *const other_types[] = {
    "text/json", "application/jsonx", "application/xml",    "text/html",
    "json",      "text/x+json",       "application/x-json", ""};

START_TEST(what_is_not_json)
{

    ck_assert(!eckid_http_is_json(other_types[_i], pool));
    ck_assert(!eckid_http_is_json(NULL, pool));
}
END_TEST

UNIT_SUITE(http)
{
    Suite *suite = suite_create("http");
    TCase *tcase = unit_case(suite, "http");

    tcase_add_loop_test(tcase, media_type_without_parameters_in_lower_case, 0, COUNT(rows));
    tcase_add_loop_test(tcase, what_is_json, 0, COUNT(json_types));
    tcase_add_loop_test(tcase, what_is_not_json, 0, COUNT(other_types));
    return suite;
}
