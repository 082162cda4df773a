/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "operator/eckid_status_page.h"
#include "support/status.h"

static const char *page_of(const eckid_status_t *status, const char *language)
{
    const eckid_refusal_look_t look = {.school = "School <1>", .background = "#005ea5"};

    return eckid_status_page(status, &look, language, pool).data;
}

START_TEST(it_is_in_the_reader_s_language)
{
    static const struct {
        const char *accept, *words;
    } rows[] = {{NULL, "<html lang=\"nl\">"},
                {"nl-NL,en;q=0.5", "Wat afloopt"},
                {"en-GB", "<html lang=\"en\">"},
                {"en", "What ends"}};
    const eckid_status_t status = status_usual();

    for (int i = 0; i < COUNT(rows); i++) {
        ck_assert_ptr_nonnull(strstr(page_of(&status, rows[i].accept), rows[i].words));
    }
}
END_TEST

START_TEST(names_are_escaped)
{
    const eckid_status_t status = status_usual();
    const char *page = page_of(&status, "en");

    ck_assert_ptr_null(strstr(page, "<a \""));
    ck_assert_ptr_nonnull(strstr(page, "&lt;a &quot;b&quot;"));
    ck_assert_ptr_nonnull(strstr(page, "School &lt;1&gt;"));
    ck_assert_ptr_nonnull(strstr(page, "background:#005ea5"));
}
END_TEST

START_TEST(numbers_causes_and_times_are_there)
{
    const eckid_status_t status = status_usual();
    eckid_counters_row_t *row = status_row(&status, 0);

    row->decisions[ECKID_CHANNEL_SAML][ECKID_FOUND][ECKID_RESULT_FILLED] = 9;
    row->decisions[ECKID_CHANNEL_SAML][ECKID_OUTCOMES][ECKID_RESULT_REFUSED] = 1;
    row->refusals[ECKID_COUNTERS_SIGNATURE] = 1;
    row->lookups[ECKID_FROM_LAS].buckets[5] = 9;
    row->lookups[ECKID_FROM_LAS].buckets[8] = 1;
    row->lookups[ECKID_FROM_STALE].buckets[0] = 4;
    row->lookups[ECKID_FROM_DIRECTORY].buckets[0] = 3;
    for (int i = 0; i < ECKID_LOGOUTS; i++) {
        row->logouts[i] = 14 - i;
    }
    const char *page = page_of(&status, "en");
    const char *const all[] = {"<b>10</b> logins",
                               "<b>9</b> with ECK iD",
                               "<b>1</b> refused",
                               "ECK0214",
                               "<b>50 ms</b>",
                               "<b>4</b> from the cache",
                               "<b>3</b> from the directory",
                               "<b>14</b> logouts begun",
                               "<b>13</b> of these ended everywhere",
                               "<b>12</b> of these not ended everywhere",
                               "<b>11</b> logouts refused",
                               "left alone for a moment",
                               "<b>90</b> days: <span lang=\"en\">the certificate sign.crt",
                               "<b>ended</b> <span lang=\"en\">the certificate old.crt",
                               "last found to be good: 2026-08-31T08:30:00Z",
                               "the last attempt failed: ECK0104",
                               "only observed",
                               "The systems that logins depend on answer."};

    for (int i = 0; i < COUNT(all); i++) {
        ck_assert_msg(strstr(page, all[i]), "no %s in %s", all[i], page);
    }
}
END_TEST

UNIT_SUITE(status_page)
{
    Suite *suite = suite_create("status_page");
    TCase *tcase = unit_case(suite, "status_page");

    tcase_add_test(tcase, it_is_in_the_reader_s_language);
    tcase_add_test(tcase, names_are_escaped);
    tcase_add_test(tcase, numbers_causes_and_times_are_there);
    return suite;
}
