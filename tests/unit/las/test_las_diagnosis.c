/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "http/eckid_httpsig_verify.h"
#include "las/eckid_las_diagnosis.h"
#include "support/fakes.h"

static const char *states_of(const eckid_las_t *las, const eckid_las_result_t *asked,
                             const eckid_err_t *err)
{
    apr_array_header_t *steps = eckid_las_diagnosis(las, asked, err, pool);
    char *text = apr_pcalloc(pool, (apr_size_t)steps->nelts + 1);

    for (int i = 0; i < steps->nelts; i++) {
        text[i] = "+nX- "[APR_ARRAY_IDX(steps, i, eckid_diagnosis_step_t).state];
    }
    return text;
}

typedef struct row_t {
    eckid_code_t code;
    const char *states; /* limits, token, name, connection, TLS, answer, clock, signature, ... */
} row_t;

static const row_t rows[] = {
    {ECKID_OK, "+-+++++-+++"},          {ECKID_BREAKER, "X-     -   "},
    {ECKID_BUSY, "X-     -   "},        {ECKID_RESOLVE, "+-X    -   "},
    {ECKID_TRANSPORT, "+-+X   -   "},   {ECKID_TLS, "+-++X  -   "},
    {ECKID_TIMEOUT, "+-+++X -   "},     {ECKID_DIED, "+-+++X -   "},
    {ECKID_LAS_REFUSED, "+-+++X -   "}, {ECKID_LAS_SHAPE, "+-+++++-X  "},
    {ECKID_LAS_OTHER, "+-+++++-+X "},   {ECKID_MALFORMED, "+-+++++-++X"},
    {ECKID_INTERNAL, "X-     -   "},
};

START_TEST(the_step_that_failed_is_the_last_one)
{
    static const eckid_las_t las = {.base = "https://las.example"};
    static const eckid_las_result_t asked = {.finding = {.outcome = ECKID_FOUND}};
    eckid_err_t *err = rows[_i].code ? eckid_err_make(pool, rows[_i].code, "%s", "") : NULL;

    ck_assert_str_eq(states_of(&las, &asked, err), rows[_i].states);
}
END_TEST

START_TEST(what_the_configuration_wants_is_a_step)
{
    eckid_las_t las = {.base = "https://las.example"};
    static const eckid_las_result_t asked = {.finding = {.outcome = ECKID_FOUND}};

    las.answer_keys = apr_array_make(pool, 1, sizeof(eckid_httpsig_key_t));
    ck_assert_str_eq(states_of(&las, &asked, NULL), "+-+++++++++");
    ck_assert_str_eq(states_of(&las, &asked, eckid_err_make(pool, ECKID_LAS_SIGNATURE, "%s", "")),
                     "+-+++++X   ");
}
END_TEST

START_TEST(what_is_no_error_is_noted)
{
    static const eckid_las_t las = {.base = "https://las.example"};
    eckid_las_result_t asked = {.finding = {.outcome = ECKID_IS_UNKNOWN}};

    ck_assert_str_eq(states_of(&las, &asked, NULL), "+-+++++-+n ");
    asked.finding.outcome = ECKID_HAS_NONE;
    ck_assert_str_eq(states_of(&las, &asked, NULL), "+-+++++-++n");
    asked.finding.outcome = ECKID_FOUND;
    asked.clock_offset = apr_time_from_sec(-300);
    ck_assert_str_eq(states_of(&las, &asked, NULL), "+-++++n-+++");
}
END_TEST

UNIT_SUITE(las_diagnosis)
{
    Suite *suite = suite_create("las_diagnosis");
    TCase *tcase = unit_case(suite, "steps");

    tcase_add_loop_test(tcase, the_step_that_failed_is_the_last_one, 0, COUNT(rows));
    tcase_add_test(tcase, what_the_configuration_wants_is_a_step);
    tcase_add_test(tcase, what_is_no_error_is_noted);
    return suite;
}
