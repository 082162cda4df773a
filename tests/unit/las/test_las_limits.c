/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_thread_proc.h>
#include <stdatomic.h>

#include "las/eckid_las_limits.h"

#define SECOND APR_USEC_PER_SEC
#define MS APR_USEC_PER_SEC / 1000

static const eckid_las_limits_options_t options = {
    .calls = 8, .queue = 2, .wait = 20 * MS, .failures = 3, .open_for = 30 * MS};

static eckid_las_limits_t *make(const eckid_las_limits_options_t *wanted)
{
    eckid_las_limits_t *limits;

    ok(eckid_las_limits_make(&limits, wanted, pool));
    return limits;
}

static eckid_err_t *enter(eckid_las_limits_t *limits, eckid_las_slot_t *slot)
{
    return eckid_las_limits_enter(slot, limits, apr_time_now() + 60 * SECOND, pool);
}

static void fail_once(eckid_las_limits_t *limits, apr_interval_time_t retry_after)
{
    eckid_las_slot_t slot;

    ok(enter(limits, &slot));
    eckid_las_limits_leave(limits, &slot, ECKID_LAS_CALL_FAILED, retry_after);
}

/* How many get through at once. */
static int count_passes(eckid_las_limits_t *limits, eckid_las_slot_t *passes)
{
    int count = 0;

    while (count < ECKID_LAS_CALLS_MAX && !enter(limits, &passes[count])) {
        count++;
    }
    return count;
}

START_TEST(the_window_begins_with_four_and_grows_with_answers_up_to_the_cap)
{
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];
    eckid_las_limits_t *limits = make(&options);

    ck_assert_int_eq(count_passes(limits, passes), 4);
    for (int i = 0; i < 4; i++) {
        eckid_las_limits_leave(limits, &passes[i], ECKID_LAS_CALL_ANSWERED, 0);
    }
    ck_assert_int_eq(count_passes(limits, passes), 8);
    for (int i = 0; i < 8; i++) {
        eckid_las_limits_leave(limits, &passes[i], ECKID_LAS_CALL_ANSWERED, 0);
    }
    ck_assert_int_eq(count_passes(limits, passes), 8);
}
END_TEST

START_TEST(a_failure_closes_the_window_to_four)
{
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];
    eckid_las_limits_t *limits = make(&options);

    for (int i = 0; i < 8; i++) {
        ok(enter(limits, &passes[0]));
        eckid_las_limits_leave(limits, &passes[0], ECKID_LAS_CALL_ANSWERED, 0);
    }
    fail_once(limits, 0);
    ck_assert_int_eq(count_passes(limits, passes), 4);
}
END_TEST

START_TEST(a_cap_below_four_holds)
{
    eckid_las_limits_options_t two = options;
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];

    two.calls = 2;
    ck_assert_int_eq(count_passes(make(&two), passes), 2);
}
END_TEST

START_TEST(a_full_gate_says_so)
{
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];
    eckid_las_limits_t *limits = make(&options);

    count_passes(limits, passes);
    refused(enter(limits, &passes[0]), ECKID_BUSY);
}
END_TEST

START_TEST(failures_in_a_row_open_the_breaker_and_one_probe_closes_it)
{
    eckid_las_limits_t *limits = make(&options);
    eckid_las_slot_t probe, other;

    fail_once(limits, 0);
    fail_once(limits, 0);
    ok(enter(limits, &probe));
    eckid_las_limits_leave(limits, &probe, ECKID_LAS_CALL_ANSWERED, 0); /* so the row begins anew */
    fail_once(limits, 0);
    fail_once(limits, 0);
    fail_once(limits, 0);
    refused(enter(limits, &other), ECKID_BREAKER);
    apr_sleep(40 * MS);
    ok(enter(limits, &probe));
    refused(enter(limits, &other), ECKID_BREAKER);
    eckid_las_limits_leave(limits, &probe, ECKID_LAS_CALL_ANSWERED, 0);
    ok(enter(limits, &other));
}
END_TEST

START_TEST(a_probe_that_fails_leaves_the_breaker_open)
{
    eckid_las_limits_t *limits = make(&options);
    eckid_las_slot_t other;

    for (int i = 0; i < 3; i++) {
        fail_once(limits, 0);
    }
    apr_sleep(40 * MS);
    fail_once(limits, 0);
    refused(enter(limits, &other), ECKID_BREAKER);
}
END_TEST

START_TEST(a_las_that_asks_for_a_pause_gets_it)
{
    eckid_las_limits_t *limits = make(&options);
    eckid_las_slot_t slot;

    fail_once(limits, 10 * SECOND);
    apr_sleep(40 * MS);
    refused(enter(limits, &slot), ECKID_BREAKER);
}
END_TEST

START_TEST(slots_of_a_killed_child_free_themselves)
{
    eckid_las_limits_block_t *block = apr_pcalloc(pool, sizeof(*block));
    eckid_las_limits_t *killed = make(&options), *other = make(&options);
    eckid_las_slot_t passes[4], slot;

    eckid_las_limits_share(killed, block);
    eckid_las_limits_share(other, block);
    for (int i = 0; i < 4; i++) {
        ok(eckid_las_limits_enter(&passes[i], killed, apr_time_now() + 5 * MS, pool));
    }
    apr_sleep(15 * MS);
    ok(enter(other, &slot));
    /* and if it was not killed, only late, it does not free what is another's by now */
    eckid_las_limits_leave(killed, &passes[0], ECKID_LAS_CALL_ANSWERED, 0);
    ck_assert(atomic_load(&block->slots[slot.index]) == slot.mark);
}
END_TEST

typedef struct leaver_t {
    eckid_las_limits_t *limits;
    eckid_las_slot_t slot;
} leaver_t;

static void *APR_THREAD_FUNC leave_soon(apr_thread_t *thread, void *self)
{
    leaver_t *leaver = self;

    (void)thread;
    apr_sleep(30 * MS);
    eckid_las_limits_leave(leaver->limits, &leaver->slot, ECKID_LAS_CALL_ANSWERED, 0);
    return NULL;
}

START_TEST(who_waits_gets_the_slot_of_who_leaves)
{
    eckid_las_limits_options_t patient = options;
    eckid_las_slot_t passes[4], slot;
    apr_thread_t *thread;
    apr_status_t status;

    patient.wait = 30 * SECOND;
    leaver_t leaver = {.limits = make(&patient)};

    for (int i = 0; i < 4; i++) {
        ok(enter(leaver.limits, &passes[i]));
    }
    leaver.slot = passes[2];
    apr_thread_create(&thread, NULL, leave_soon, &leaver, pool);
    ok(enter(leaver.limits, &slot));
    apr_thread_join(&status, thread);
}
END_TEST

START_TEST(nobody_waits_beyond_the_deadline)
{
    eckid_las_limits_options_t patient = options;
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX], slot;

    patient.wait = 100 * SECOND;
    eckid_las_limits_t *limits = make(&patient);

    for (int i = 0; i < 4; i++) {
        ok(enter(limits, &passes[i]));
    }
    apr_time_t before = apr_time_now();

    refused(eckid_las_limits_enter(&slot, limits, before + 50 * MS, pool), ECKID_BUSY);
    ck_assert(apr_time_now() - before < 50 * SECOND);
}
END_TEST

START_TEST(after_one_waited_in_vain_nobody_waits)
{
    eckid_las_limits_options_t patient = options;
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];

    patient.wait = 200 * MS;
    eckid_las_limits_t *limits = make(&patient);

    count_passes(limits, passes);
    apr_time_t before = apr_time_now();

    for (int i = 0; i < 1000; i++) {
        refused(enter(limits, &passes[5]), ECKID_BUSY);
    }
    ck_assert(apr_time_now() - before < 100 * SECOND); /* not one wait each */
}
END_TEST

START_TEST(the_state_shows_calls_and_the_breaker)
{
    eckid_las_limits_t *limits = make(&options);
    eckid_las_slot_t passes[ECKID_LAS_CALLS_MAX];
    eckid_las_limits_state_t state;

    ck_assert_int_eq(count_passes(limits, passes), 4);
    state = eckid_las_limits_state(limits, apr_time_now());
    ck_assert(state.calls == 4 && state.allowed == 4 && !state.open && state.waiting == 0);
    for (int i = 0; i < 4; i++) {
        eckid_las_limits_leave(limits, &passes[i], ECKID_LAS_CALL_FAILED, 0);
    }
    state = eckid_las_limits_state(limits, apr_time_now());
    ck_assert(state.calls == 0 && state.open == 1 && state.failures == 4);
}
END_TEST

static void *APR_THREAD_FUNC wait_in_vain(apr_thread_t *thread, void *limits)
{
    eckid_las_slot_t slot;

    (void)thread;
    enter(limits, &slot);
    return NULL;
}

START_TEST(the_state_shows_who_waits)
{
    eckid_las_limits_options_t patient = options;
    apr_thread_t *thread;
    apr_status_t status;

    patient.wait = 60 * SECOND;
    eckid_las_limits_t *limits = make(&patient);
    eckid_las_slot_t passes[4];

    for (int i = 0; i < 4; i++) {
        ok(enter(limits, &passes[i]));
    }
    ck_assert_int_eq(apr_thread_create(&thread, NULL, wait_in_vain, limits, pool), APR_SUCCESS);
    while (eckid_las_limits_state(limits, apr_time_now()).waiting != 1) {
        apr_sleep(1000);
    }
    eckid_las_limits_leave(limits, &passes[0], ECKID_LAS_CALL_ANSWERED, 0);
    apr_thread_join(&status, thread);
    ck_assert_int_eq(eckid_las_limits_state(limits, apr_time_now()).waiting, 0);
}
END_TEST

UNIT_SUITE(las_limits)
{
    Suite *suite = suite_create("las_limits");
    TCase *tcase = unit_case(suite, "limits");

    tcase_add_test(tcase, the_window_begins_with_four_and_grows_with_answers_up_to_the_cap);
    tcase_add_test(tcase, a_failure_closes_the_window_to_four);
    tcase_add_test(tcase, a_cap_below_four_holds);
    tcase_add_test(tcase, a_full_gate_says_so);
    tcase_add_test(tcase, failures_in_a_row_open_the_breaker_and_one_probe_closes_it);
    tcase_add_test(tcase, a_probe_that_fails_leaves_the_breaker_open);
    tcase_add_test(tcase, a_las_that_asks_for_a_pause_gets_it);
    tcase_add_test(tcase, slots_of_a_killed_child_free_themselves);
    tcase_add_test(tcase, who_waits_gets_the_slot_of_who_leaves);
    tcase_add_test(tcase, nobody_waits_beyond_the_deadline);
    tcase_add_test(tcase, after_one_waited_in_vain_nobody_waits);
    tcase_add_test(tcase, the_state_shows_calls_and_the_breaker);
    tcase_add_test(tcase, the_state_shows_who_waits);
    return suite;
}
