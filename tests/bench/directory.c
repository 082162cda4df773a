/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a directory of 300,000 people costs, on SQLite: importing, looking up, purging a school. */
#include "unit.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "directory/eckid_directory.h"
#include "support/fakes.h"

apr_pool_t *pool; /* as unit.h has it: lives until the end */

#define SCHOOLS 100
#define PEOPLE 3000 /* of a school */
#define LOOKUPS 200000

static const char *file;

static double seconds_of(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static eckid_directory_t *make_directory(void)
{
    const eckid_directory_setup_t setup = {
        .database = apr_pstrcat(pool, "sqlite:", file, NULL),
        .secret = eckid_secret_make(str("a secret of more than thirty-two bytes"), pool),
        .timeout = apr_time_from_sec(60),
    };
    eckid_directory_t *directory;
    int from, to;

    ok(eckid_directory_make(&directory, &setup, pool));
    ok(eckid_directory_migrate(&from, &to, directory, pool));
    eckid_directory_child(directory, pool);
    return directory;
}

static eckid_school_t school_of(int number, apr_pool_t *temp)
{
    return (eckid_school_t){"V_ID", apr_psprintf(temp, "%02dZZ00", number)};
}

static eckid_directory_person_t person_of(int school, int number, apr_pool_t *temp)
{
    apr_array_header_t *keys = apr_array_make(temp, 1, sizeof(eckid_directory_key_t));
    eckid_directory_person_t person = {.kind = "student", .keys = keys, .has_eckid = true};

    APR_ARRAY_PUSH(keys, eckid_directory_key_t) =
        (eckid_directory_key_t){"NEPRI", apr_psprintf(temp, "%d@school.example", number)};
    apr_snprintf(person.eckid.text, sizeof(person.eckid.text), "https://ketenid.nl/201703/%0128x",
                 (unsigned)(school * PEOPLE + number));
    return person;
}

static void import_school(eckid_directory_t *directory, int number)
{
    apr_pool_t *temp, *each;
    apr_array_header_t *kinds;
    eckid_directory_import_t *import;
    eckid_directory_changes_t changes;
    apr_uint64_t position;

    apr_pool_create(&temp, NULL);
    apr_pool_create(&each, temp);
    const eckid_school_t school = school_of(number, temp);

    kinds = apr_array_make(temp, 1, sizeof(const char *));
    APR_ARRAY_PUSH(kinds, const char *) = "student";
    ok(eckid_directory_import_begin(&import, &position, directory, &school, kinds, "bench", "bench",
                                    apr_time_now(), temp));
    for (int i = 0; i < PEOPLE; i++) {
        const eckid_directory_person_t person = person_of(number, i, each);

        ok(eckid_directory_import_add(import, &person, (apr_uint64_t)i, each));
        apr_pool_clear(each);
    }
    ok(eckid_directory_import_finish(&changes, import, apr_time_now(), temp));
    apr_pool_destroy(temp);
}

static eckid_outcome_t look_up(const eckid_lookup_setup_t *all, int i)
{
    apr_pool_t *temp;
    eckid_lookup_setup_t setup = *all;

    apr_pool_create(&temp, NULL);
    const eckid_school_t school = school_of(i % SCHOOLS, temp);
    const eckid_person_key_t key = {
        "NEPRI", apr_psprintf(temp, "%d@school.example", i * 7919 % PEOPLE), NULL, NULL};

    setup.school = &school;
    eckid_outcome_t outcome = eckid_lookup(&setup, &key, 0, NULL, temp).finding.outcome;

    apr_pool_destroy(temp);
    return outcome;
}

/* What passed since a moment, in seconds. */
typedef struct span_t {
    double wall, cpu;
} span_t;

static span_t since(span_t start)
{
    return (span_t){seconds_of(CLOCK_MONOTONIC) - start.wall,
                    seconds_of(CLOCK_PROCESS_CPUTIME_ID) - start.cpu};
}

static const span_t ever;

static void measure_import(eckid_directory_t *directory)
{
    span_t start = since(ever);

    for (int i = 0; i < SCHOOLS; i++) {
        import_school(directory, i);
    }
    span_t took = since(start);

    printf("%-28s %8.0f people/s    %7.4f CPU-ms each\n", "importing, 100 schools",
           SCHOOLS * PEOPLE / took.wall, took.cpu * 1e3 / (SCHOOLS * PEOPLE));
}

static void measure_lookups(eckid_directory_t *directory)
{
    const eckid_las_t pushes = {.order = ECKID_DIRECTORY_ONLY};
    const eckid_lookup_setup_t setup = {.las = &pushes, .directory = directory};
    span_t start = since(ever);

    for (int i = 0; i < LOOKUPS; i++) {
        ck_assert_int_eq(look_up(&setup, i), ECKID_FOUND);
    }
    span_t took = since(start);

    printf("%-28s %8.0f lookups/s   %7.4f CPU-ms each\n", "the directory, of 300,000",
           LOOKUPS / took.wall, took.cpu * 1e3 / LOOKUPS);
}

static void measure_removal(eckid_directory_t *directory)
{
    const eckid_school_t school = school_of(1, pool);
    span_t start = since(ever);
    apr_uint64_t removed;

    ok(eckid_directory_remove_school(&removed, directory, &school, pool));
    span_t took = since(start);

    ck_assert_uint_eq(removed, PEOPLE);
    printf("%-28s %8.3f s           %7.3f CPU-s\n", "removing a school of 3,000", took.wall,
           took.cpu);
}

START_TEST(benchmark)
{
    eckid_directory_t *directory = make_directory();

    measure_import(directory);
    measure_lookups(directory);
    measure_removal(directory);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: directory FILE\n");
        return 2;
    }
    file = argv[1];
    apr_initialize();
    apr_pool_create(&pool, NULL);
    Suite *suite = suite_create("directory");
    TCase *tcase = tcase_create("directory");

    tcase_add_test(tcase, benchmark);
    tcase_set_timeout(tcase, 600);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);

    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_SILENT);
    int failed = srunner_ntests_failed(runner);

    if (failed) {
        srunner_print(runner, CK_NORMAL);
    }
    srunner_free(runner);
    apr_terminate();
    return failed ? 1 : 0;
}
