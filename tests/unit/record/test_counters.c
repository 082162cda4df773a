/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "record/eckid_counters.h"

static eckid_counters_t *make(void)
{
    eckid_counters_t *counters = apr_pcalloc(pool, sizeof(*counters));

    eckid_counters_begin(counters);
    return counters;
}

static eckid_counters_row_t *row_of(eckid_counters_t *counters, const char *supplier)
{
    return eckid_counters_find(counters, "idp.example:443", supplier, "on", pool);
}

static apr_uint64_t total(const eckid_counters_row_t *row)
{
    apr_uint64_t sum = 0;

    for (int i = 0; i < ECKID_CHANNELS; i++) {
        for (int j = 0; j <= ECKID_OUTCOMES; j++) {
            for (int k = 0; k < ECKID_RESULTS; k++) {
                sum += row->decisions[i][j][k];
            }
        }
    }
    return sum;
}

static eckid_decision_t decision_of(eckid_verdict_t verdict, bool verified, eckid_outcome_t outcome)
{
    return (eckid_decision_t){.verdict = verdict, .verified = verified, .known.outcome = outcome};
}

START_TEST(a_decision_is_counted_as_what_it_is)
{
    static const struct {
        eckid_verdict_t verdict;
        bool verified, told_supplier, withheld;
        eckid_outcome_t outcome;
        int counted;
        eckid_result_t result;
    } rows[] = {
        {ECKID_CHANGE, true, false, false, ECKID_FOUND, ECKID_FOUND, ECKID_RESULT_FILLED},
        {ECKID_CHANGE, true, false, true, ECKID_FOUND, ECKID_FOUND, ECKID_RESULT_WITHOUT},
        {ECKID_CHANGE, true, false, false, ECKID_HAS_NONE, ECKID_HAS_NONE, ECKID_RESULT_WITHOUT},
        {ECKID_CHANGE, true, true, false, ECKID_IS_UNKNOWN, ECKID_IS_UNKNOWN, ECKID_RESULT_REFUSED},
        {ECKID_REFUSE, true, false, false, ECKID_LAS_FAILED, ECKID_LAS_FAILED,
         ECKID_RESULT_REFUSED},
        {ECKID_REFUSE, false, false, false, ECKID_FOUND, ECKID_OUTCOMES, ECKID_RESULT_REFUSED},
        {ECKID_PASS, false, false, false, ECKID_FOUND, ECKID_OUTCOMES, ECKID_RESULT_PASSED},
        {ECKID_CHANGE, false, false, false, ECKID_FOUND, ECKID_OUTCOMES, ECKID_RESULT_REWRITTEN},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        eckid_counters_row_t *row = row_of(make(), "books");
        eckid_decision_t decision = decision_of(rows[i].verdict, rows[i].verified, rows[i].outcome);

        decision.log.told_supplier = rows[i].told_supplier;
        decision.log.withheld = rows[i].withheld;
        decision.log.channel = ECKID_CHANNEL_USERINFO;
        eckid_counters_count(row, &decision);
        ck_assert_uint_eq(row->decisions[ECKID_CHANNEL_USERINFO][rows[i].counted][rows[i].result],
                          1);
        ck_assert_uint_eq(total(row), 1);
    }
}
END_TEST

START_TEST(a_refusal_is_counted_by_its_cause)
{
    static const eckid_code_t causes[] = {ECKID_FILE, ECKID_SIGNATURE, ECKID_BREAKER, ECKID_STORE};

    for (int i = 0; i < COUNT(causes); i++) {
        eckid_counters_row_t *row = row_of(make(), "books");
        const eckid_decision_t decision =
            eckid_decision_refuse(eckid_err_make(pool, causes[i], "%s", ""));

        eckid_counters_count(row, &decision);
        for (int j = 0; j < ECKID_COUNTERS_CODES; j++) {
            ck_assert_uint_eq(row->refusals[j], eckid_counters_code(j) == causes[i]);
        }
    }
}
END_TEST

START_TEST(a_cause_of_what_goes_on_is_no_refusal)
{
    eckid_counters_row_t *row = row_of(make(), "books");
    eckid_decision_t decision = decision_of(ECKID_CHANGE, true, ECKID_LAS_FAILED);

    decision.cause = eckid_err_make(pool, ECKID_TIMEOUT, "%s", "");
    eckid_counters_count(row, &decision);
    for (int i = 0; i < ECKID_COUNTERS_CODES; i++) {
        ck_assert_uint_eq(row->refusals[i], 0);
    }
}
END_TEST

START_TEST(a_step_of_a_logout_is_counted_by_itself)
{
    eckid_counters_row_t *row = row_of(make(), "books");

    eckid_counters_count_logout(row, ECKID_LOGOUTS_REFUSED);
    for (int i = 0; i < ECKID_LOGOUTS; i++) {
        ck_assert_uint_eq(row->logouts[i], i == ECKID_LOGOUTS_REFUSED);
    }
    ck_assert_uint_eq(total(row), 0);
}
END_TEST

START_TEST(a_lookup_falls_into_the_bucket_of_its_time)
{
    static const struct {
        apr_interval_time_t time;
        int bucket;
    } rows[] = {{0, 0},      {500, 0},      {501, 1},      {1000, 1},     {100000, 6},
                {100001, 7}, {5000000, 11}, {5000001, 12}, {60000000, 12}};

    for (int i = 0; i < COUNT(rows); i++) {
        eckid_counters_row_t *row = row_of(make(), "books");
        eckid_decision_t decision = decision_of(ECKID_CHANGE, true, ECKID_FOUND);

        decision.known.looked_up = true;
        decision.known.source = ECKID_FROM_STALE;
        decision.known.lookup_time = rows[i].time;
        eckid_counters_count(row, &decision);
        ck_assert_uint_eq(row->lookups[ECKID_FROM_STALE].buckets[rows[i].bucket], 1);
        ck_assert_uint_eq(row->lookups[ECKID_FROM_STALE].sum, (apr_uint64_t)rows[i].time);
        ck_assert_uint_eq(row->lookups[ECKID_FROM_LAS].sum, 0);
    }
}
END_TEST

START_TEST(a_row_is_found_again_by_its_names_in_the_next_configuration)
{
    eckid_counters_t *counters = make();
    eckid_counters_row_t *books = row_of(counters, "books"), *none = row_of(counters, "");

    eckid_counters_begin(counters);
    ck_assert_ptr_eq(row_of(counters, ""), none);
    ck_assert_ptr_ne(row_of(counters, "new"), books);
    ck_assert_ptr_eq(row_of(counters, "books"), books);
    ck_assert_ptr_ne(eckid_counters_find(counters, "idp.example:443", "books", "observe", pool),
                     books);
    ck_assert_ptr_ne(eckid_counters_find(counters, "other.example:443", "books", "on", pool),
                     books);
}
END_TEST

static void fill(eckid_counters_t *counters, const char *kind, int count)
{
    for (int i = 0; i < count; i++) {
        row_of(counters, apr_psprintf(pool, "%s %d", kind, i));
    }
}

START_TEST(a_full_table_counts_the_rest_together)
{
    eckid_counters_t *counters = make();
    const eckid_decision_t decision = decision_of(ECKID_PASS, false, ECKID_FOUND);

    fill(counters, "old", ECKID_COUNTERS_ROWS - 1);
    eckid_counters_row_t *one = row_of(counters, "one"), *two = row_of(counters, "two");

    ck_assert_ptr_eq(one, two);
    ck_assert_ptr_eq(one, &counters->rows[ECKID_COUNTERS_ROWS - 1]);
    eckid_counters_count(one, &decision);
    ck_assert_ptr_eq(row_of(counters, "three"), one);
    ck_assert_uint_eq(total(one), 1);
}
END_TEST

START_TEST(the_room_of_those_that_are_gone_is_used_only_after_another_reload)
{
    eckid_counters_t *counters = make();
    const eckid_decision_t decision = decision_of(ECKID_PASS, false, ECKID_FOUND);
    eckid_counters_row_t *last = &counters->rows[ECKID_COUNTERS_ROWS - 1];

    fill(counters, "old", ECKID_COUNTERS_ROWS - 1);
    eckid_counters_count(&counters->rows[0], &decision);
    eckid_counters_begin(counters);
    ck_assert_ptr_eq(row_of(counters, "new"), last);
    eckid_counters_begin(counters);
    fill(counters, "new", ECKID_COUNTERS_ROWS - 1);
    ck_assert_uint_eq(total(&counters->rows[0]), 0);
    ck_assert_ptr_eq(row_of(counters, "more"), last);
}
END_TEST

#define THREADS 4
#define TIMES 20000

static void *APR_THREAD_FUNC count_many(apr_thread_t *thread, void *row)
{
    const eckid_decision_t decision = decision_of(ECKID_CHANGE, true, ECKID_FOUND);

    (void)thread;
    for (int i = 0; i < TIMES; i++) {
        eckid_counters_count(row, &decision);
    }
    return NULL;
}

START_TEST(no_count_of_many_threads_is_lost)
{
    eckid_counters_row_t *row = row_of(make(), "books");
    apr_thread_t *threads[THREADS];
    apr_status_t status;

    for (int i = 0; i < THREADS; i++) {
        ck_assert_int_eq(apr_thread_create(&threads[i], NULL, count_many, row, pool), APR_SUCCESS);
    }
    for (int i = 0; i < THREADS; i++) {
        apr_thread_join(&status, threads[i]);
    }
    ck_assert_uint_eq(total(row), THREADS * TIMES);
}
END_TEST

UNIT_SUITE(counters)
{
    Suite *suite = suite_create("counters");
    TCase *tcase = unit_case(suite, "counters");

    tcase_add_test(tcase, a_decision_is_counted_as_what_it_is);
    tcase_add_test(tcase, a_refusal_is_counted_by_its_cause);
    tcase_add_test(tcase, a_cause_of_what_goes_on_is_no_refusal);
    tcase_add_test(tcase, a_step_of_a_logout_is_counted_by_itself);
    tcase_add_test(tcase, a_lookup_falls_into_the_bucket_of_its_time);
    tcase_add_test(tcase, a_row_is_found_again_by_its_names_in_the_next_configuration);
    tcase_add_test(tcase, a_full_table_counts_the_rest_together);
    tcase_add_test(tcase, the_room_of_those_that_are_gone_is_used_only_after_another_reload);
    tcase_add_test(tcase, no_count_of_many_threads_is_lost);
    return suite;
}
