/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a lookup costs, and what becomes of many at once: see lookups.py, which runs the LAS. */
#include "contract/eckid_contract_eduv.h"
#include "unit.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <apr_thread_proc.h>
#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "http/eckid_curl.h"
#include "decision/eckid_lookup.h"
#include "support/fakes.h"
#include "support/keys.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

#define THREADS_MAX 256
#define MS APR_USEC_PER_SEC / 1000

/* What EckidLas says where nothing else is said; see module/mod_eckid_las.c. */
static const eckid_las_limits_options_t limits = {
    .calls = 16, .queue = 64, .wait = 200 * MS, .failures = 5, .open_for = 5000 * MS};

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static eckid_bytes_t content_of(const char *path)
{
    char *data = apr_palloc(pool, 65536);
    FILE *file = fopen(path, "r");
    size_t len = file ? fread(data, 1, 65536, file) : 0;

    ck_assert(len > 0);
    fclose(file);
    return eckid_bytes(data, len);
}

static eckid_las_t las_at(const char *url, const char *ca, int total_ms)
{
    const eckid_curl_options_t options = {
        .ca = content_of(ca), .connect_ms = 500, .total_ms = total_ms, .body_max = 65536};
    eckid_las_t las = {
        .base = url,
        .contract = &eckid_contract_eduv,
        .key = test_pair(P_256, 2),
        .keyid = "school",
        .timeout = total_ms * MS,
        .clock = eckid_moment_now,
    };
    eckid_curl_t *curl;

    ok(eckid_curl_make(&curl, &options, pool));
    ok(eckid_las_limits_make(&las.limits, &limits, pool));
    las.transport = eckid_curl_transport(curl);
    return las;
}

/* One lookup of a student, in a pool of its own. */
static eckid_outcome_t look_up(const eckid_lookup_setup_t *means, int student)
{
    apr_pool_t *request;
    eckid_moment_t moment;

    apr_pool_create(&request, NULL);
    eckid_moment_now(&moment);
    const eckid_person_key_t key = {"NEPPI", apr_psprintf(request, "%d@1.school.example", student),
                                    NULL, NULL};
    eckid_outcome_t outcome = eckid_lookup(means, &key, 0, &moment, request).finding.outcome;

    apr_pool_destroy(request);
    return outcome;
}

static void measure(const char *what, const eckid_lookup_setup_t *means, int rounds,
                    bool other_students)
{
    look_up(means, 0);
    apr_time_t start = apr_time_now();
    double before = cpu_ms();

    for (int i = 0; i < rounds; i++) {
        ck_assert_int_eq(look_up(means, other_students ? i + 1 : 0), ECKID_FOUND);
    }
    double cpu = (cpu_ms() - before) / rounds;
    double seconds = (double)(apr_time_now() - start) / 1e6;

    printf("%-28s %8.0f lookups/s   %7.4f CPU-ms each\n", what, rounds / seconds, cpu);
}

/* Many at once */

typedef struct crowd_t {
    const eckid_lookup_setup_t *means;
    int count;                 /* of lookups, of different students */
    apr_interval_time_t every; /* between arrivals; 0: each worker takes the next at once */
    apr_time_t start;
    atomic_int next;
    struct {
        eckid_outcome_t outcome;
        apr_interval_time_t took; /* from its arrival, though no worker was free then */
    } * results;
} crowd_t;

static void *APR_THREAD_FUNC work(apr_thread_t *thread, void *self)
{
    crowd_t *crowd = self;
    int i;

    (void)thread;
    while ((i = atomic_fetch_add(&crowd->next, 1)) < crowd->count) {
        apr_time_t arrival = crowd->every ? crowd->start + i * crowd->every : apr_time_now();
        apr_time_t now = apr_time_now();

        if (arrival > now) {
            apr_sleep(arrival - now);
        }
        crowd->results[i].outcome = look_up(crowd->means, i);
        crowd->results[i].took = apr_time_now() - arrival;
    }
    return NULL;
}

static void run_crowd(crowd_t *crowd, int threads)
{
    apr_thread_t *workers[THREADS_MAX];
    apr_status_t status;

    crowd->results = apr_pcalloc(pool, (size_t)crowd->count * sizeof(*crowd->results));
    crowd->start = apr_time_now();
    for (int i = 0; i < threads; i++) {
        apr_thread_create(&workers[i], NULL, work, crowd, pool);
    }
    for (int i = 0; i < threads; i++) {
        apr_thread_join(&status, workers[i]);
    }
}

static int compare(const void *a, const void *b)
{
    apr_interval_time_t x = *(const apr_interval_time_t *)a, y = *(const apr_interval_time_t *)b;

    return x < y ? -1 : x > y;
}

static void show_crowd(const char *what, const crowd_t *crowd, apr_interval_time_t las_takes)
{
    apr_interval_time_t *times = apr_palloc(pool, (size_t)crowd->count * sizeof(*times));
    int found = 0, waited = 0, queued = 0;

    for (int i = 0; i < crowd->count; i++) {
        times[i] = crowd->results[i].took - las_takes;
        found += crowd->results[i].outcome == ECKID_FOUND;
        waited += crowd->results[i].took > 500 * MS;
        queued += crowd->results[i].took > 50 * MS && crowd->results[i].took <= 500 * MS;
    }
    qsort(times, (size_t)crowd->count, sizeof(*times), compare);
    printf("%-28s %d lookups: %d answered, %d waited over 500 ms, %d between 50 and 500; "
           "added: median %.0f ms, p95 %.0f ms, worst %.0f ms\n",
           what, crowd->count, found, waited, queued, (double)times[crowd->count / 2] / 1000,
           (double)times[crowd->count * 95 / 100] / 1000, (double)times[crowd->count - 1] / 1000);
}

static const char *base, *ca_file;

/* A test, since what unit tests are made of is used here. */
START_TEST(benchmark)
{
    eckid_las_t quick = las_at(apr_pstrcat(pool, base, "/quick", NULL), ca_file, 1500);
    eckid_las_t slow = las_at(apr_pstrcat(pool, base, "/slow", NULL), ca_file, 1500);
    eckid_las_t hung = las_at(apr_pstrcat(pool, base, "/hung", NULL), ca_file, 1000);
    const eckid_cache_t cache = fake_cache(fake_store_make());
    const eckid_lookup_setup_t cached = fake_setup(&quick, &cache),
                               asked = fake_setup(&quick, NULL),
                               from_slow = fake_setup(&slow, NULL),
                               from_hung = fake_setup(&hung, NULL);
    crowd_t burst = {.means = &from_slow, .count = 3000, .every = 5 * APR_USEC_PER_SEC / 3000};
    crowd_t stuck = {.means = &from_hung, .count = 128};

    measure("cached", &cached, 20000, false);
    measure("https, signed, kept alive", &asked, 2000, true);
    run_crowd(&burst, 128);
    show_crowd("burst of 5 s, LAS of 20 ms", &burst, 20 * MS);
    run_crowd(&stuck, 32);
    show_crowd("a LAS that hangs, 32 workers", &stuck, 0);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("lookups");
    TCase *tcase = tcase_create("lookups");
    SRunner *runner = srunner_create(suite);

    if (argc != 3) {
        fprintf(stderr, "usage: lookups BASE-URL CA-FILE; ./run bench does it\n");
        return 2;
    }
    base = argv[1];
    ca_file = argv[2];
    apr_initialize();
    curl_global_init(CURL_GLOBAL_DEFAULT);
    apr_pool_create(&pool, NULL);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, benchmark);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    return srunner_ntests_failed(runner);
}
