/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the unit tests of all files. */
#include "unit.h"
#include "support/keys.h"

#include <stdlib.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <libxml/parser.h>

apr_pool_t *pool;

static void setup(void)
{
    apr_pool_create(&pool, NULL);
}

static void teardown(void)
{
    apr_pool_destroy(pool);
}

TCase *unit_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

eckid_bytes_t unit_data(const char *name)
{
    const char *path = apr_pstrcat(pool, getenv("ECKID_TEST_DATA"), "/", name, NULL);
    apr_file_t *file;
    apr_size_t len = 1024 * 1024;
    char *data = apr_palloc(pool, len + 1);

    ck_assert_msg(apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool) == APR_SUCCESS,
                  "no file %s", path);
    apr_file_read_full(file, data, len, &len);
    data[len] = '\0';
    return eckid_bytes(data, len);
}

static Suite *(*suites[256])(void);
static int suites_count;

void unit_add_suite(Suite *(*make)(void))
{
    if (suites_count == COUNT(suites)) {
        abort();
    }
    suites[suites_count++] = make;
}

int main(void)
{
    SRunner *runner = srunner_create(NULL);

    apr_initialize();
    xmlInitParser();
    test_keys_prepare();
    for (int i = 0; i < suites_count; i++) {
        srunner_add_suite(runner, suites[i]());
    }
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);

    srunner_free(runner);
    apr_terminate();
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
