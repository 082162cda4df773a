/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to judge a list: instructions, memory, time. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <apr_strings.h>
#include <valgrind/callgrind.h>

#include "unit.h"

/* In the name of the list and its size. The first time of a list does not count: what it makes,
 * such as contexts of keys, is used again. */
static void count(const scene_t *scene, const list_t *list, apr_size_t size)
{
    const eckid_bytes_t input = list->where->make(list_text(list, size));
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    if (!size) {
        list->where->judge(scene, input, request);
    }
    CALLGRIND_ZERO_STATS;
    list->where->judge(scene, input, request);
    CALLGRIND_DUMP_STATS_AT(apr_psprintf(pool, "%s/%" APR_SIZE_T_FMT, list->name, size));
    apr_pool_destroy(request);
}

/* To stop in between would cost more than it spares: valgrind then translates all code anew. */
void measure_count(const scene_t *scene, const list_t *list, apr_size_t size)
{
    static bool is_started;

    if (!is_started) {
        CALLGRIND_START_INSTRUMENTATION;
        is_started = true;
    }
    count(scene, list, 0);
    count(scene, list, size);
    count(scene, list, 2 * size);
}

/* Kibibytes of this process, by the name that the kernel has for them. */
static long memory(const char *name)
{
    char line[128];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");

    while (status && fgets(line, sizeof(line), status)) {
        if (strncmp(line, name, strlen(name)) == 0) {
            kib = atol(line + strlen(name));
        }
    }
    fclose(status);
    return kib;
}

void measure_memory(const scene_t *scene, const list_t *list, apr_size_t size)
{
    const eckid_bytes_t input = list->where->make(list_text(list, size));
    apr_pool_t *request;

    fflush(stdout);
    if (fork() == 0) { /* its peak is its own */
        long before = memory("VmRSS:");

        apr_pool_create(&request, pool);
        const char *outcome = list->where->judge(scene, input, request);

        printf("%s\t%ld\t%s\n", list->name, memory("VmHWM:") - before, outcome);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

void measure_time(const scene_t *scene, const list_t *list, apr_size_t size)
{
    const eckid_bytes_t input = list->where->make(list_text(list, size));
    const clock_t start = clock();
    apr_pool_t *request;

    apr_pool_create(&request, pool);
    list->where->judge(scene, input, request);
    apr_pool_destroy(request);
    printf("%6.1f ms\t%s\n", 1000.0 * (double)(clock() - start) / CLOCKS_PER_SEC, list->name);
}
