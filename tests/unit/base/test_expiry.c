/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_expiry.h"

#define HOUR apr_time_from_sec(3600)
#define DAY (24 * HOUR)
#define NOW apr_time_from_sec(1788165000) /* 2026-08-31T08:30:00Z */

static eckid_expiry_t in(apr_interval_time_t left)
{
    return (eckid_expiry_t){"the certificate a.crt", NOW + left, 0, "b fails"};
}

static const struct {
    apr_interval_time_t left;
    eckid_expiry_stage_t stage;
} stages[] = {
    {31 * DAY, ECKID_EXPIRY_FAR},
    {30 * DAY + 1, ECKID_EXPIRY_FAR},
    {30 * DAY, ECKID_EXPIRY_MONTH},
    {7 * DAY + 1, ECKID_EXPIRY_MONTH},
    {7 * DAY, ECKID_EXPIRY_WEEK},
    {DAY + 1, ECKID_EXPIRY_WEEK},
    {DAY, ECKID_EXPIRY_DAY},
    {1, ECKID_EXPIRY_DAY},
    {0, ECKID_EXPIRY_ENDED},
    {-400 * DAY, ECKID_EXPIRY_ENDED},
    {-NOW /* none */, ECKID_EXPIRY_FAR},
};

START_TEST(a_warning_is_due_30_7_and_1_days_before_the_end)
{
    const eckid_expiry_t expiry = in(stages[_i].left);

    ck_assert_int_eq(eckid_expiry_stage(&expiry, NOW), stages[_i].stage);
}
END_TEST

START_TEST(what_was_short_from_the_beginning_is_no_warning)
{
    eckid_expiry_t expiry = in(5 * DAY);

    expiry.since = NOW - DAY;
    ck_assert_int_eq(eckid_expiry_stage(&expiry, NOW), ECKID_EXPIRY_FAR);
    ck_assert_int_eq(eckid_expiry_stage(&expiry, NOW + 4 * DAY), ECKID_EXPIRY_DAY);
}
END_TEST

static const struct {
    apr_interval_time_t left;
    const char *text;
} texts[] = {
    {6 * DAY + HOUR, "the certificate a.crt ends at 2026-09-06T09:30:00Z, in 6 days: b fails"},
    {20 * HOUR, "the certificate a.crt ends at 2026-09-01T04:30:00Z, in 20 hours: b fails"},
    {-3 * DAY, "the certificate a.crt ended at 2026-08-28T08:30:00Z, 3 days ago: b fails"},
};

START_TEST(the_text_tells_what_when_and_what_follows)
{
    const eckid_expiry_t expiry = in(texts[_i].left);

    ck_assert_str_eq(eckid_expiry_text(&expiry, NOW, pool), texts[_i].text);
}
END_TEST

START_TEST(each_warning_is_given_once)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));
    const eckid_expiry_t expiry = in(31 * DAY);
    int news = 0;

    for (int hour = 0; hour < 40 * 24; hour++) {
        news += eckid_expiry_is_news(told, &expiry, NOW + hour * HOUR, pool);
    }
    ck_assert_int_eq(news, ECKID_EXPIRY_ENDED);
}
END_TEST

START_TEST(what_was_renewed_is_warned_of_again)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));
    const eckid_expiry_t first = in(DAY), renewed = in(7 * DAY);

    ck_assert(eckid_expiry_is_news(told, &first, NOW, pool));
    ck_assert(eckid_expiry_is_news(told, &renewed, NOW, pool));
    ck_assert(!eckid_expiry_is_news(told, &first, NOW, pool));
}
END_TEST

START_TEST(a_full_memory_is_silent)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));
    int news = 0;

    for (int i = 1; i <= 2000; i++) {
        const eckid_expiry_t expiry = in(apr_time_from_sec(i));

        news += eckid_expiry_is_news(told, &expiry, NOW, pool);
    }
    ck_assert_int_gt(news, 100);
    ck_assert_int_le(news, 512);
}
END_TEST

UNIT_SUITE(expiry)
{
    Suite *suite = suite_create("expiry");
    TCase *tcase = unit_case(suite, "expiry");

    tcase_add_loop_test(tcase, a_warning_is_due_30_7_and_1_days_before_the_end, 0, COUNT(stages));
    tcase_add_test(tcase, what_was_short_from_the_beginning_is_no_warning);
    tcase_add_loop_test(tcase, the_text_tells_what_when_and_what_follows, 0, COUNT(texts));
    tcase_add_test(tcase, each_warning_is_given_once);
    tcase_add_test(tcase, what_was_renewed_is_warned_of_again);
    tcase_add_test(tcase, a_full_memory_is_silent);
    return suite;
}
