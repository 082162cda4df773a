/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the fuzz targets on the seeds, so that a fixed bug stays fixed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const char *path, apr_pool_t *pool)
{
    apr_file_t *file;
    apr_size_t len = 1024 * 1024;
    uint8_t *data = malloc(len), *exact;

    if (apr_file_open(&file, path, APR_READ, APR_OS_DEFAULT, pool) != APR_SUCCESS) {
        free(data);
        return;
    }
    apr_file_read_full(file, data, len, &len);
    apr_file_close(file);
    exact = realloc(data, len ? len : 1); /* so that reading past the end is detected */
    LLVMFuzzerTestOneInput(exact, len);
    free(exact);
}

int main(int argc, char **argv)
{
    apr_pool_t *pool;
    apr_dir_t *dir;
    apr_finfo_t info;
    int count = 0;
    const char *seeds = argc > 1 ? argv[1] : getenv("ECKID_TEST_SEEDS");

    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!seeds || apr_dir_open(&dir, seeds, pool) != APR_SUCCESS) {
        return EXIT_FAILURE;
    }
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        if (info.name[0] != '.') {
            run(apr_pstrcat(pool, seeds, "/", info.name, NULL), pool);
            count++;
        }
    }
    apr_dir_close(dir);
    apr_pool_destroy(pool);
    printf("%d seeds\n", count);
    apr_terminate();
    return count ? EXIT_SUCCESS : EXIT_FAILURE;
}
