/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_http.h"

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

Suite *suite_http(void)
{
    Suite *suite = suite_create("http");

    tcase_add_loop_test(unit_case(suite, "http"), media_type_without_parameters_in_lower_case, 0,
                        COUNT(rows));
    return suite;
}
