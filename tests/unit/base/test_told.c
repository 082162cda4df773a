/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_told.h"

#define NOW apr_time_from_sec(1788165000) /* 2026-08-31T08:30:00Z */
#define HOUR apr_time_from_sec(3600)

START_TEST(each_text_is_news_once)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));

    ck_assert(eckid_told_is_news(told, "a"));
    ck_assert(eckid_told_is_news(told, "b"));
    ck_assert(eckid_told_is_news(told, ""));
    ck_assert(!eckid_told_is_news(told, "a"));
    ck_assert(!eckid_told_is_news(told, "b"));
    ck_assert(!eckid_told_is_news(told, ""));
}
END_TEST

START_TEST(the_next_day_all_is_news_again)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));
    int news = 0;

    for (int hour = 0; hour < 48; hour++) {
        news += eckid_told_is_news_today(told, "a", NOW + hour * HOUR);
        news += eckid_told_is_news_today(told, "b", NOW + hour * HOUR);
    }
    ck_assert_int_eq(news, 2 * 3); /* from 08:30 on the first day to 07:30 on the third */
}
END_TEST

START_TEST(a_full_set_is_silent_until_the_next_day)
{
    eckid_told_t *told = apr_pcalloc(pool, sizeof(*told));
    int news = 0;

    ck_assert(!eckid_told_is_overflow_news(told));
    for (int i = 0; i < 2000; i++) {
        news += eckid_told_is_news_today(told, apr_itoa(pool, i), NOW);
    }
    ck_assert_int_gt(news, 100);
    ck_assert_int_le(news, 512);
    ck_assert(!eckid_told_is_news_today(told, "x", NOW));
    ck_assert(eckid_told_is_overflow_news(told) && !eckid_told_is_overflow_news(told));
    ck_assert(!eckid_told_is_news_today(told, "y", NOW));
    ck_assert(!eckid_told_is_overflow_news(told));
    ck_assert(eckid_told_is_news_today(told, "x", NOW + 24 * HOUR));
    ck_assert(!eckid_told_is_overflow_news(told));
}
END_TEST

UNIT_SUITE(told)
{
    Suite *suite = suite_create("told");
    TCase *tcase = unit_case(suite, "told");

    tcase_add_test(tcase, each_text_is_news_once);
    tcase_add_test(tcase, the_next_day_all_is_news_again);
    tcase_add_test(tcase, a_full_set_is_silent_until_the_next_day);
    return suite;
}
