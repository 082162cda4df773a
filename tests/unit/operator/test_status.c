/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/status.h"

START_TEST(a_login_is_counted_once_though_userinfo_follows)
{
    const eckid_status_t status = status_usual();
    eckid_counters_row_t *row = status_row(&status, 0);

    row->decisions[ECKID_CHANNEL_SAML][ECKID_FOUND][ECKID_RESULT_FILLED] = 3;
    row->decisions[ECKID_CHANNEL_FORM_POST][ECKID_OUTCOMES][ECKID_RESULT_REFUSED] = 2;
    row->decisions[ECKID_CHANNEL_USERINFO][ECKID_FOUND][ECKID_RESULT_FILLED] = 5;
    row->decisions[ECKID_CHANNEL_INTROSPECTION][ECKID_FOUND][ECKID_RESULT_FILLED] = 7;
    row->decisions[ECKID_CHANNEL_SAML][ECKID_OUTCOMES][ECKID_RESULT_PASSED] = 11;
    const eckid_status_totals_t totals = eckid_status_totals(row);

    ck_assert_uint_eq(totals.logins, 5);
    ck_assert_uint_eq(totals.results[ECKID_RESULT_FILLED], 3);
    ck_assert_uint_eq(totals.results[ECKID_RESULT_PASSED], 11);
}
END_TEST

START_TEST(days_are_whole_and_negative_after_the_end)
{
    static const struct {
        int seconds;
        long days;
    } rows[] = {{0, 0}, {86399, 0}, {86400, 1}, {-1, -1}, {-86400, -1}, {-86401, -2}};

    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_int_eq(
            eckid_status_days(STATUS_NOW + apr_time_from_sec(rows[i].seconds), STATUS_NOW),
            rows[i].days);
    }
}
END_TEST

START_TEST(health_is_a_word_and_a_status)
{
    static const struct {
        int open, fetched;
        eckid_code_t failure;
        const char *kind, *word;
        int status, strict;
    } rows[] = {
        {0, 1, ECKID_OK, "idp-metadata", "ok", 200, 200},
        {1, 1, ECKID_OK, "idp-metadata", "las", 200, 503},
        {0, 0, ECKID_OK, "provider", "ok", 200, 200}, /* not fetched yet */
        {0, 0, ECKID_PROVIDER, "provider", "provider", 503, 503},
        {1, 0, ECKID_METADATA, "idp-metadata", "idp-metadata", 503, 503},
        {0, 1, ECKID_METADATA, "idp-metadata", "ok", 200, 200}, /* the last good one serves */
        {0, 0, ECKID_METADATA, "supplier-metadata", "ok", 200, 200},
        {0, 1, ECKID_OK, "directory", "ok", 200, 200},
        {0, 1, ECKID_DIRECTORY, "directory", "directory", 200, 503},
        {0, 0, ECKID_DIRECTORY_SCHEMA, "directory", "directory", 200, 503},
        {1, 1, ECKID_DIRECTORY, "directory", "las", 200, 503},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        const eckid_status_t now = status_usual();
        int status, strict;

        for (int j = 0; j < now.lases->nelts; j++) {
            APR_ARRAY_IDX(now.lases, j, eckid_status_las_t).state.open = rows[i].open;
        }
        APR_ARRAY_IDX(now.sources, 0, eckid_status_source_t) = (eckid_status_source_t){
            rows[i].kind, "x", rows[i].fetched ? STATUS_NOW : 0, rows[i].failure};
        ck_assert_str_eq(eckid_status_health(&status, &now, false), rows[i].word);
        ck_assert_str_eq(eckid_status_health(&strict, &now, true), rows[i].word);
        ck_assert_int_eq(status, rows[i].status);
        ck_assert_int_eq(strict, rows[i].strict);
    }
}
END_TEST

START_TEST(one_las_of_two_is_enough_to_be_well)
{
    const eckid_status_t now = status_usual(); /* of which the second is given up */
    int status;

    ck_assert_str_eq(eckid_status_health(&status, &now, true), "ok");
}
END_TEST

UNIT_SUITE(status)
{
    Suite *suite = suite_create("status");
    TCase *tcase = unit_case(suite, "status");

    tcase_add_test(tcase, a_login_is_counted_once_though_userinfo_follows);
    tcase_add_test(tcase, days_are_whole_and_negative_after_the_end);
    tcase_add_test(tcase, health_is_a_word_and_a_status);
    tcase_add_test(tcase, one_las_of_two_is_enough_to_be_well);
    return suite;
}
