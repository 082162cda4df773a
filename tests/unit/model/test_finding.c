/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "model/eckid_finding.h"
#include "support/fakes.h"

static eckid_err_t *make(eckid_finding_t *finding, const char *array, bool pilot)
{
    json_t *value;

    ok(eckid_json_parse_any(&value, str(array), ECKID_LAS_SHAPE, pool));
    return eckid_finding_make(finding, json_array_get(value, 0), "eckId", pilot, pool);
}

START_TEST(a_value_is_found)
{
    eckid_finding_t finding;

    ok(make(&finding, "[\"" AN_ECKID "\"]", false));
    ck_assert_int_eq(finding.outcome, ECKID_FOUND);
    ck_assert_str_eq(finding.value.text, AN_ECKID);
}
END_TEST

START_TEST(nothing_and_null_are_none)
{
    eckid_finding_t finding = {0};

    ok(make(&finding, "[]", false));
    ck_assert_int_eq(finding.outcome, ECKID_HAS_NONE);
    finding.outcome = ECKID_FOUND;
    ok(make(&finding, "[null]", false));
    ck_assert_int_eq(finding.outcome, ECKID_HAS_NONE);
}
END_TEST

#define PILOT "[\"https://ketenid.nl/pilot/" DIGITS64 DIGITS64 "\"]"

static const char *const bad[] = {"[\"\"]", "[1]", "[{}]", "[[]]", "[true]", "[\"" AN_ECKID "0\"]"};

START_TEST(anything_else_is_no_eckid)
{
    eckid_finding_t finding;
    eckid_err_t *err = make(&finding, bad[_i], false);

    refused(err, ECKID_MALFORMED);
    ck_assert_str_eq(err->detail, "eckId");
}
END_TEST

START_TEST(pilot_values_need_to_be_allowed)
{
    eckid_finding_t finding;

    eckid_err_t *err = make(&finding, PILOT, false);

    refused(err, ECKID_MALFORMED);
    ck_assert_ptr_nonnull(strstr(eckid_err_text(err, pool), "one of the pilot"));
    ck_assert_ptr_nonnull(strstr(eckid_err_text(err, pool), "EckidPilot on"));
    ok(make(&finding, PILOT, true));
    ck_assert_int_eq(finding.outcome, ECKID_FOUND);
}
END_TEST

START_TEST(an_outcome_is_found_by_its_name)
{
    eckid_outcome_t outcome = ECKID_OUTCOMES;

    for (int i = 0; i < ECKID_OUTCOMES; i++) {
        ck_assert(eckid_outcome_find(&outcome, eckid_outcome_name((eckid_outcome_t)i)));
        ck_assert_int_eq(outcome, i);
    }
    ck_assert(!eckid_outcome_find(&outcome, "Found"));
    ck_assert_int_eq(outcome, ECKID_OUTCOMES - 1);
}
END_TEST

UNIT_SUITE(finding)
{
    Suite *suite = suite_create("finding");
    TCase *tcase = unit_case(suite, "outcome");

    tcase_add_test(tcase, an_outcome_is_found_by_its_name);
    tcase_add_test(tcase, a_value_is_found);
    tcase_add_test(tcase, nothing_and_null_are_none);
    tcase_add_loop_test(tcase, anything_else_is_no_eckid, 0, COUNT(bad));
    tcase_add_test(tcase, pilot_values_need_to_be_allowed);
    return suite;
}
