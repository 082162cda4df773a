/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "base/eckid_refresh.h"

#define SECOND APR_USEC_PER_SEC

/* What each fetch brings, in turn: "" for nothing new, NULL for a failure. */
typedef struct supply_t {
    const char *results[4];
    apr_interval_time_t due, until; /* from source.now */
    apr_interval_time_t takes;      /* so long a fetch lasts */
    int fetches;
    eckid_refresh_t *refresh;
    eckid_refresh_source_t source;
} supply_t;

static eckid_err_t *fetch(void *self, eckid_refresh_result_t *result, apr_pool_t *own)
{
    supply_t *supply = self;
    const char *text = supply->results[supply->fetches++];

    apr_sleep(supply->takes);
    result->due = supply->source.now + supply->due;
    result->until = supply->source.now + supply->until;
    if (!text) {
        return eckid_err_make(own, ECKID_TLS, "in detail");
    }
    result->value = *text ? apr_pstrdup(own, text) : NULL;
    return NULL;
}

static void start(supply_t *supply)
{
    supply->source = (eckid_refresh_source_t){.fetch = fetch,
                                              .self = supply,
                                              .now = apr_time_now(),
                                              .wait_until = apr_time_now() + 60 * SECOND,
                                              .retry_after = 5 * SECOND};
    supply->due = supply->due ? supply->due : 10 * SECOND;
    supply->until = supply->until ? supply->until : 20 * SECOND;
    ok(eckid_refresh_make(&supply->refresh, pool));
}

static eckid_err_t *get_at(const void **value, supply_t *supply, apr_interval_time_t later)
{
    eckid_refresh_source_t source = supply->source;

    source.now += later;
    supply->source.now = source.now;
    return eckid_refresh_get(value, supply->refresh, &source, pool);
}

START_TEST(a_value_is_fetched_once_until_it_is_due)
{
    supply_t supply = {.results = {"old", "new"}};
    const void *value;

    start(&supply);
    ok(get_at(&value, &supply, 0));
    ck_assert_str_eq(value, "old");
    ok(get_at(&value, &supply, 9 * SECOND));
    ck_assert_str_eq(value, "old");
    ck_assert_int_eq(supply.fetches, 1);
    ok(get_at(&value, &supply, SECOND));
    ck_assert_str_eq(value, "new");
}
END_TEST

START_TEST(a_caller_keeps_the_value_that_it_has)
{
    supply_t supply = {.results = {"old", "new"}};
    const void *old, *value;

    start(&supply);
    ok(get_at(&old, &supply, 0));
    ok(get_at(&value, &supply, 10 * SECOND));
    ck_assert_str_eq(old, "old");
    ck_assert_str_eq(value, "new");
    ck_assert_str_eq(eckid_refresh_last(supply.refresh, pool), "new");
}
END_TEST

START_TEST(a_failure_leaves_the_last_value_until_it_ends)
{
    supply_t supply = {.results = {"old", NULL, NULL, NULL}};
    const void *value;

    start(&supply);
    ok(get_at(&value, &supply, 0));
    ok(get_at(&value, &supply, 10 * SECOND));
    ck_assert_str_eq(value, "old");
    refused(get_at(&value, &supply, 10 * SECOND), ECKID_TLS);
    ck_assert_int_eq(supply.fetches, 3);
}
END_TEST

START_TEST(a_failure_is_remembered_for_a_while)
{
    supply_t supply = {.results = {NULL, "new"}};
    const void *value;

    start(&supply);
    eckid_err_t *err = get_at(&value, &supply, 0);

    refused(err, ECKID_TLS);
    ck_assert_str_eq(err->detail, "in detail");
    err = get_at(&value, &supply, 4 * SECOND);
    refused(err, ECKID_TLS);
    ck_assert_str_eq(err->detail, "");
    ck_assert_int_eq(supply.fetches, 1);
    ok(get_at(&value, &supply, SECOND));
    ck_assert_str_eq(value, "new");
}
END_TEST

START_TEST(a_fetch_that_finds_nothing_new_keeps_the_value)
{
    supply_t supply = {.results = {"old", "", "new"}};
    const void *value;

    start(&supply);
    ok(get_at(NULL, &supply, 0));
    ok(get_at(&value, &supply, 10 * SECOND));
    ck_assert_str_eq(value, "old");
    ok(get_at(&value, &supply, 9 * SECOND));
    ck_assert_int_eq(supply.fetches, 2);
    ok(get_at(&value, &supply, SECOND));
    ck_assert_str_eq(value, "new");
}
END_TEST

START_TEST(a_value_that_ends_at_once_serves_the_one_who_fetched_it)
{
    supply_t supply = {.results = {"a", "b"}, .due = -1, .until = -1};
    const void *value;

    start(&supply);
    ok(get_at(&value, &supply, 0));
    ck_assert_str_eq(value, "a");
    ok(get_at(&value, &supply, 0));
    ck_assert_str_eq(value, "b");
}
END_TEST

START_TEST(a_value_of_no_use_can_be_dropped_once)
{
    supply_t supply = {.results = {"old", "new"}};
    const void *old, *value;

    start(&supply);
    ok(get_at(&old, &supply, 0));
    eckid_refresh_drop(supply.refresh, old);
    ck_assert_ptr_null(eckid_refresh_last(supply.refresh, pool));
    ok(get_at(&value, &supply, 0));
    eckid_refresh_drop(supply.refresh, old);
    ck_assert_str_eq(eckid_refresh_last(supply.refresh, pool), "new");
    ck_assert_str_eq(old, "old");
}
END_TEST

START_TEST(a_renewal_happens_once_in_a_window)
{
    supply_t supply = {.results = {"old", "new", NULL, "newer"}};
    eckid_refresh_source_t later;
    const void *value;

    start(&supply);
    later = supply.source;
    ok(get_at(&value, &supply, 0));
    ok(eckid_refresh_renew(&value, supply.refresh, &supply.source, 3 * SECOND, pool));
    ck_assert_str_eq(value, "new");
    later.now += 2 * SECOND;
    ok(eckid_refresh_renew(&value, supply.refresh, &later, 3 * SECOND, pool));
    ck_assert_int_eq(supply.fetches, 2);
    later.now += SECOND;
    ok(eckid_refresh_renew(&value, supply.refresh, &later, 3 * SECOND, pool));
    ck_assert_int_eq(supply.fetches, 3);
    ck_assert_str_eq(value, "new");
}
END_TEST

START_TEST(a_renewal_of_nothing_fails_with_its_fetch)
{
    supply_t supply = {.results = {NULL}};
    const void *value;

    start(&supply);
    refused(eckid_refresh_renew(&value, supply.refresh, &supply.source, SECOND, pool), ECKID_TLS);
    refused(eckid_refresh_renew(&value, supply.refresh, &supply.source, SECOND, pool), ECKID_TLS);
    ck_assert_int_eq(supply.fetches, 1);
}
END_TEST

/* Another thread, which asks while the first one fetches. */
typedef struct other_t {
    supply_t *supply;
    apr_pool_t *pool;
    apr_time_t wait_until;
    bool renews;
    const void *value;
    eckid_err_t *err;
    apr_thread_t *thread;
} other_t;

static void *APR_THREAD_FUNC ask(apr_thread_t *thread, void *self)
{
    other_t *other = self;
    eckid_refresh_source_t source = other->supply->source;

    (void)thread;
    source.wait_until = other->wait_until;
    other->err = other->renews ? eckid_refresh_renew(&other->value, other->supply->refresh, &source,
                                                     SECOND, other->pool)
                               : eckid_refresh_get(&other->value, other->supply->refresh, &source,
                                                   other->pool);
    return NULL; /* not apr_thread_exit(), which ASan takes for frames that were never left */
}

/* A fetch in which another thread starts, and which ends when that one waits or is done. */
typedef struct meeting_t {
    supply_t supply;
    other_t other;
    bool joins_inside; /* the other thread must end while the fetch still runs */
} meeting_t;

static eckid_err_t *fetch_and_meet(void *self, eckid_refresh_result_t *result, apr_pool_t *own)
{
    meeting_t *meeting = self;
    apr_status_t status;

    if (!meeting->other.thread) {
        ck_assert_int_eq(
            apr_thread_create(&meeting->other.thread, NULL, ask, &meeting->other, pool),
            APR_SUCCESS);
        if (meeting->joins_inside) {
            apr_thread_join(&status, meeting->other.thread);
        }
        else {
            apr_sleep(SECOND / 5); /* in which the other one has most likely begun to wait */
        }
    }
    return fetch(&meeting->supply, result, own);
}

static void prepare(meeting_t *meeting)
{
    start(&meeting->supply);
    apr_pool_create(&meeting->other.pool, pool);
    meeting->other.supply = &meeting->supply;
    meeting->other.wait_until = apr_time_now() + 60 * SECOND;
}

/* The other thread's source has the plain fetch, which counts its own calls. */
static eckid_err_t *meet(const void **value, meeting_t *meeting)
{
    eckid_refresh_source_t source = meeting->supply.source;
    apr_status_t status;

    source.fetch = fetch_and_meet;
    source.self = meeting;
    eckid_err_t *err = eckid_refresh_get(value, meeting->supply.refresh, &source, pool);

    if (!meeting->joins_inside) {
        apr_thread_join(&status, meeting->other.thread);
    }
    return err;
}

START_TEST(others_wait_for_the_fetch_and_share_its_value)
{
    meeting_t meeting = {.supply = {.results = {"new", "one too many"}}};
    const void *value;

    prepare(&meeting);
    ok(meet(&value, &meeting));
    ok(meeting.other.err);
    ck_assert_str_eq(meeting.other.value, "new");
    ck_assert_int_eq(meeting.supply.fetches, 1);
}
END_TEST

START_TEST(others_fail_with_the_fetch_that_they_waited_for)
{
    meeting_t meeting = {.supply = {.results = {NULL, "one too many"}}};
    const void *value;

    prepare(&meeting);
    refused(meet(&value, &meeting), ECKID_TLS);
    refused(meeting.other.err, ECKID_TLS);
    ck_assert_int_eq(meeting.supply.fetches, 1);
}
END_TEST

START_TEST(others_wait_no_longer_than_they_may)
{
    meeting_t meeting = {.supply = {.results = {"new"}}, .joins_inside = true};
    const void *value;

    prepare(&meeting);
    meeting.other.wait_until = 0;
    ok(meet(&value, &meeting));
    refused(meeting.other.err, ECKID_TIMEOUT);
}
END_TEST

START_TEST(others_use_the_last_value_while_it_is_fetched)
{
    meeting_t meeting = {.supply = {.results = {"old", "new"}}, .joins_inside = true};
    const void *value;

    prepare(&meeting);
    ok(get_at(&value, &meeting.supply, 0));
    meeting.supply.source.now += 10 * SECOND;
    ok(meet(&value, &meeting));
    ck_assert_str_eq(value, "new");
    ok(meeting.other.err);
    ck_assert_str_eq(meeting.other.value, "old");
    ck_assert_int_eq(meeting.supply.fetches, 2);
}
END_TEST

START_TEST(a_renewal_waits_for_a_fetch_under_way_before_its_own)
{
    meeting_t meeting = {.supply = {.results = {"new", "newer"}}, .other = {.renews = true}};
    const void *value;

    prepare(&meeting);
    ok(meet(&value, &meeting));
    ok(meeting.other.err);
    ck_assert_str_eq(value, "new");
    ck_assert_str_eq(meeting.other.value, "newer");
}
END_TEST

UNIT_SUITE(refresh)
{
    Suite *suite = suite_create("refresh");
    TCase *tcase = unit_case(suite, "refresh");

    tcase_add_test(tcase, a_value_is_fetched_once_until_it_is_due);
    tcase_add_test(tcase, a_caller_keeps_the_value_that_it_has);
    tcase_add_test(tcase, a_failure_leaves_the_last_value_until_it_ends);
    tcase_add_test(tcase, a_failure_is_remembered_for_a_while);
    tcase_add_test(tcase, a_fetch_that_finds_nothing_new_keeps_the_value);
    tcase_add_test(tcase, a_value_that_ends_at_once_serves_the_one_who_fetched_it);
    tcase_add_test(tcase, a_value_of_no_use_can_be_dropped_once);
    tcase_add_test(tcase, a_renewal_happens_once_in_a_window);
    tcase_add_test(tcase, a_renewal_of_nothing_fails_with_its_fetch);
    tcase_add_test(tcase, others_wait_for_the_fetch_and_share_its_value);
    tcase_add_test(tcase, others_fail_with_the_fetch_that_they_waited_for);
    tcase_add_test(tcase, others_wait_no_longer_than_they_may);
    tcase_add_test(tcase, others_use_the_last_value_while_it_is_fetched);
    tcase_add_test(tcase, a_renewal_waits_for_a_fetch_under_way_before_its_own);
    return suite;
}
