/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"
#include "contract/eckid_contract_template.h"

static const eckid_contract_values_t values = {{
    [ECKID_BASE] = "https://las.example/v1",
    [ECKID_STUDENT] = "a\"b/c d{school}",
    [ECKID_STUDENT_TYPE] = "T",
    [ECKID_SCHOOL] = "11ZZ03",
}};

typedef struct row_t {
    const char *text, *filled, *escaped;
} row_t;

static const row_t rows[] = {
    {"", "", ""},
    {"plain }", "plain }", "plain }"},
    {"{student-type}", "T", "T"},
    {"{base}/x", "https://las.example/v1/x", "https://las.example/v1/x"},
    {"{school}{school}", "11ZZ0311ZZ03", "11ZZ0311ZZ03"},
    {"<{student}>", "<a\"b/c d{school}>", "<a%22b%2Fc%20d%7Bschool%7D>"},
    {"{{school}", "{school}", "{school}"},
    {"{{{school}{{", "{11ZZ03{", "{11ZZ03{"},
    {"{school-type}.", ".", "."},
};

START_TEST(values_stand_in_their_places)
{
    const row_t *row = &rows[_i];
    unsigned uses = 0;
    apr_size_t at;

    ck_assert(eckid_contract_template_check(&uses, &at, row->text));
    ck_assert_str_eq(eckid_contract_template_fill(row->text, &values, false, pool), row->filled);
    ck_assert_str_eq(eckid_contract_template_fill(row->text, &values, true, pool), row->escaped);
}
END_TEST

typedef struct bad_t {
    const char *text;
    int at;
} bad_t;

static const bad_t bad[] = {{"{", 0},
                            {"a{", 1},
                            {"{}", 0},
                            {"{{{", 2},
                            {"{Student}", 0},
                            {"{student }", 0},
                            {"{student", 0},
                            {"{brin}", 0},
                            {"{base}{x}", 6},
                            {"{ student}", 0},
                            {"{student_type}", 0}};

START_TEST(an_unknown_place_is_told)
{
    unsigned uses = 0;
    apr_size_t at = 99;

    ck_assert(!eckid_contract_template_check(&uses, &at, bad[_i].text));
    ck_assert_int_eq((int)at, bad[_i].at);
}
END_TEST

START_TEST(uses_are_added_up)
{
    unsigned uses = 1u << ECKID_BASE;
    apr_size_t at;

    ck_assert(eckid_contract_template_check(&uses, &at, "{student} {school-year} {{school}"));
    ck_assert_uint_eq(uses, 1u << ECKID_BASE | 1u << ECKID_STUDENT | 1u << ECKID_SCHOOL_YEAR);
}
END_TEST

START_TEST(a_tree_is_filled_and_the_model_is_left_alone)
{
    static const char text[] = "{\"a\":[\"{student}\",1,2.5,true,null,{}],\"b\":{\"c\":\"{{x\"}}";
    json_t *model, *filled;

    ok(eckid_json_parse(&model, str(text), ECKID_CONTRACT, pool));
    filled = eckid_json_own(eckid_contract_template_json(model, &values, pool), pool);
    ck_assert_str_eq(eckid_json_print(filled, pool).data,
                     "{\"a\":[\"a\\\"b/c d{school}\",1,2.5,true,null,{}],\"b\":{\"c\":\"{x\"}}");
    ck_assert_str_eq(eckid_json_print(model, pool).data, text);
}
END_TEST

START_TEST(a_value_that_is_not_utf8_makes_no_tree)
{
    const eckid_contract_values_t latin = {{[ECKID_STUDENT] = "\xe9"}};
    json_t *model;

    ok(eckid_json_parse(&model, str("{\"a\":[{\"b\":\"{student}\"}],\"c\":1}"), ECKID_CONTRACT,
                        pool));
    ck_assert_ptr_null(eckid_contract_template_json(model, &latin, pool));
}
END_TEST

typedef struct year_t {
    apr_int64_t seconds;
    const char *year;
} year_t;

static const year_t years[] = {
    {1754006399, "2024-2025"}, /* 2025-07-31T23:59:59Z */
    {1754006400, "2025-2026"}, /* 2025-08-01T00:00:00Z */
    {1767225599, "2025-2026"}, /* 2025-12-31T23:59:59Z */
    {1767225600, "2025-2026"}, /* 2026-01-01T00:00:00Z */
    {1785542400, "2026-2027"}, /* 2026-08-01T00:00:00Z */
};

START_TEST(a_school_year_begins_in_august)
{
    ck_assert_str_eq(
        eckid_contract_template_school_year(apr_time_from_sec(years[_i].seconds), pool),
        years[_i].year);
}
END_TEST

UNIT_SUITE(contract_template)
{
    Suite *suite = suite_create("contract_template");
    TCase *tcase = unit_case(suite, "template");

    tcase_add_loop_test(tcase, values_stand_in_their_places, 0, COUNT(rows));
    tcase_add_loop_test(tcase, an_unknown_place_is_told, 0, COUNT(bad));
    tcase_add_test(tcase, uses_are_added_up);
    tcase_add_test(tcase, a_tree_is_filled_and_the_model_is_left_alone);
    tcase_add_test(tcase, a_value_that_is_not_utf8_makes_no_tree);
    tcase_add_loop_test(tcase, a_school_year_begins_in_august, 0, COUNT(years));
    return suite;
}
