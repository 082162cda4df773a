/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_freshness.h"

START_TEST(a_failure_keeps_the_time_of_the_last_success)
{
    eckid_freshness_t freshness = {0}, copy = {0};

    eckid_freshness_note(&freshness, ECKID_METADATA);
    ck_assert_uint_eq(freshness.fetched, 0);
    ck_assert_uint_gt(freshness.tried, 0);
    eckid_freshness_note(&freshness, ECKID_OK);
    ck_assert_uint_eq(freshness.fetched, freshness.tried);
    ck_assert_uint_eq(freshness.failure, ECKID_OK);
    freshness.fetched -= 1;
    eckid_freshness_note(&freshness, ECKID_FILE);
    ck_assert_uint_lt(freshness.fetched, freshness.tried);
    eckid_freshness_copy(&copy, &freshness);
    ck_assert_uint_eq(copy.failure, ECKID_FILE);
    ck_assert_uint_eq(copy.fetched, freshness.fetched);
    ck_assert_uint_eq(copy.tried, freshness.tried);
}
END_TEST

UNIT_SUITE(freshness)
{
    Suite *suite = suite_create("freshness");
    TCase *tcase = unit_case(suite, "freshness");

    tcase_add_test(tcase, a_failure_keeps_the_time_of_the_last_success);
    return suite;
}
