/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_thread_proc.h>

#include "decision/eckid_single_flight.h"
#include "support/fakes.h"

#define SECOND APR_USEC_PER_SEC

static const unsigned char one[ECKID_CACHE_INDEX] = "one", two[ECKID_CACHE_INDEX] = "two";

typedef struct follower_t {
    eckid_single_flight_t *flights;
    eckid_flight_role_t role;
    eckid_flight_result_t result;
} follower_t;

static void *APR_THREAD_FUNC follow(apr_thread_t *thread, void *self)
{
    follower_t *follower = self;
    int slot;

    (void)thread;
    follower->role = eckid_single_flight_join(&slot, &follower->result, follower->flights, one,
                                              apr_time_now() + 60 * SECOND);
    return NULL;
}

static eckid_flight_role_t join(eckid_single_flight_t *flights, const unsigned char *index,
                                int *slot)
{
    eckid_flight_result_t result;

    return eckid_single_flight_join(slot, &result, flights, index, apr_time_now());
}

static eckid_single_flight_t *make(void)
{
    eckid_single_flight_t *flights;

    ok(eckid_single_flight_make(&flights, pool));
    return flights;
}

START_TEST(the_first_one_leads_each_student_has_a_flight)
{
    eckid_single_flight_t *flights = make();
    int slot, other_slot;

    ck_assert_int_eq(join(flights, one, &slot), ECKID_FLIGHT_LEADER);
    ck_assert_int_eq(join(flights, two, &other_slot), ECKID_FLIGHT_LEADER);
    ck_assert_int_ne(slot, other_slot);
}
END_TEST

START_TEST(a_follower_waits_no_longer_than_its_own_time)
{
    eckid_single_flight_t *flights = make();
    int slot;

    join(flights, one, &slot);
    ck_assert_int_eq(join(flights, one, &slot), ECKID_FLIGHT_TIMEOUT);
}
END_TEST

START_TEST(after_the_result_the_next_one_leads)
{
    const eckid_flight_result_t result = {.finding = {.outcome = ECKID_IS_UNKNOWN}};
    eckid_single_flight_t *flights = make();
    int slot;

    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(join(flights, one, &slot), ECKID_FLIGHT_LEADER);
        eckid_single_flight_finish(flights, slot, &result);
    }
}
END_TEST

START_TEST(beyond_too_many_flights_everybody_asks_alone)
{
    eckid_single_flight_t *flights = make();
    unsigned char index[ECKID_CACHE_INDEX] = {0};
    int slot, leads = 0;

    for (int i = 0; i < 300; i++) {
        memcpy(index, &i, sizeof(i));
        leads += join(flights, index, &slot) == ECKID_FLIGHT_LEADER;
    }
    ck_assert_int_eq(leads, 256);
}
END_TEST

#define FOLLOWERS 8

static const eckid_code_t failures[] = {ECKID_OK, ECKID_TIMEOUT};

START_TEST(all_followers_get_a_copy_of_the_result_or_of_the_failure)
{
    const eckid_flight_result_t result = {
        .failure = failures[_i],
        .school_refused = true,
        .finding = {ECKID_FOUND, {AN_ECKID}},
    };
    eckid_single_flight_t *flights = make();
    follower_t followers[FOLLOWERS];
    apr_thread_t *threads[FOLLOWERS];
    apr_status_t status;
    int slot;

    join(flights, one, &slot);
    for (int i = 0; i < FOLLOWERS; i++) {
        followers[i].flights = flights;
        apr_thread_create(&threads[i], NULL, follow, &followers[i], pool);
    }
    apr_sleep(SECOND / 20);
    eckid_single_flight_finish(flights, slot, &result);
    for (int i = 0; i < FOLLOWERS; i++) {
        int leader = slot;

        apr_thread_join(&status, threads[i]);
        if (followers[i].role == ECKID_FLIGHT_LEADER) { /* it came only now */
            eckid_single_flight_finish(flights, leader, &result);
            continue;
        }
        ck_assert_int_eq(followers[i].role, ECKID_FLIGHT_FOLLOWER);
        ck_assert_int_eq(followers[i].result.failure, failures[_i]);
        ck_assert(followers[i].result.school_refused);
        ck_assert_str_eq(followers[i].result.finding.value.text, AN_ECKID);
    }
    ck_assert_int_eq(join(flights, one, &slot), ECKID_FLIGHT_LEADER);
}
END_TEST

UNIT_SUITE(single_flight)
{
    Suite *suite = suite_create("single_flight");
    TCase *tcase = unit_case(suite, "flight");

    tcase_add_test(tcase, the_first_one_leads_each_student_has_a_flight);
    tcase_add_test(tcase, a_follower_waits_no_longer_than_its_own_time);
    tcase_add_test(tcase, after_the_result_the_next_one_leads);
    tcase_add_test(tcase, beyond_too_many_flights_everybody_asks_alone);
    tcase_add_loop_test(tcase, all_followers_get_a_copy_of_the_result_or_of_the_failure, 0,
                        COUNT(failures));
    return suite;
}
