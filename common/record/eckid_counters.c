/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many decisions there were, of which kind, for each supplier: numbers in shared memory. */
#include "record/eckid_counters.h"

#include <apr_strings.h>

#include "crypto/eckid_digest.h"

#define MS 1000

const apr_interval_time_t eckid_counters_bounds[ECKID_COUNTERS_BUCKETS - 1] = {
    MS / 2,   MS,       5 * MS,   10 * MS,   25 * MS,   50 * MS,
    100 * MS, 250 * MS, 500 * MS, 1000 * MS, 2500 * MS, 5000 * MS};

static const eckid_code_t codes[ECKID_COUNTERS_CODES] = {
#define X(name, number, fact, hint) ECKID_##name,
    ECKID_CODES(X)
#undef X
};

eckid_code_t eckid_counters_code(int place)
{
    return codes[place];
}

const char *eckid_logouts_name(eckid_logouts_t step)
{
    static const char *const names[ECKID_LOGOUTS] = {"begun", "whole", "partial", "refused"};

    return names[step];
}

/* Rows */

void eckid_counters_begin(eckid_counters_t *counters)
{
    counters->generation++;
}

static eckid_bytes_t name_of(const char *host, const char *supplier, const char *mode,
                             apr_pool_t *pool)
{
    const char *text = apr_pstrcat(pool, mode, "\n", host, "\n", supplier, NULL);
    eckid_bytes_t digest = eckid_digest_sha256(eckid_bytes_str(text), pool);

    return eckid_bytes(digest.data, ECKID_COUNTERS_NAME);
}

/* Neither in use nor asked for by this configuration or the one before. */
static bool is_spare(const eckid_counters_t *counters, const eckid_counters_row_t *row)
{
    return row->generation == 0 || row->generation + 1 < counters->generation;
}

/* An empty row if there is one, else one of a supplier that is gone, else the last. */
static eckid_counters_row_t *find_room(eckid_counters_t *counters)
{
    eckid_counters_row_t *room = &counters->rows[ECKID_COUNTERS_ROWS - 1];

    for (int i = 0; i < ECKID_COUNTERS_ROWS - 1; i++) {
        eckid_counters_row_t *row = &counters->rows[i];

        if (row->generation == 0) {
            return row;
        }
        if (is_spare(counters, row)) {
            room = row;
        }
    }
    return room;
}

eckid_counters_row_t *eckid_counters_find(eckid_counters_t *counters, const char *host,
                                          const char *supplier, const char *mode, apr_pool_t *pool)
{
    eckid_bytes_t name = name_of(host, supplier, mode, pool);
    eckid_counters_row_t *row = NULL;

    for (int i = 0; !row && i < ECKID_COUNTERS_ROWS - 1; i++) {
        if (counters->rows[i].generation &&
            memcmp(counters->rows[i].name, name.data, name.len) == 0) {
            row = &counters->rows[i];
        }
    }
    if (!row) {
        row = find_room(counters);
        if (row != &counters->rows[ECKID_COUNTERS_ROWS - 1]) {
            memset(row, 0, sizeof(*row));
            memcpy(row->name, name.data, name.len);
        }
    }
    row->generation = counters->generation;
    return row;
}

/* Counting. The numbers are independent of one another, so no order is needed between them. */

static void add(_Atomic apr_uint64_t *number, apr_uint64_t amount)
{
    atomic_fetch_add_explicit(number, amount, memory_order_relaxed);
}

static void count_lookup(eckid_histogram_t *histogram, apr_interval_time_t time)
{
    int bucket = 0;

    while (bucket < ECKID_COUNTERS_BUCKETS - 1 && time > eckid_counters_bounds[bucket]) {
        bucket++;
    }
    add(&histogram->buckets[bucket], 1);
    add(&histogram->sum, time > 0 ? (apr_uint64_t)time : 0);
}

static void count_refusal(eckid_counters_row_t *row, eckid_code_t code)
{
    for (int i = 0; i < ECKID_COUNTERS_CODES; i++) {
        if (codes[i] == code) {
            add(&row->refusals[i], 1);
            return;
        }
    }
}

void eckid_counters_count(eckid_counters_row_t *row, const eckid_decision_t *decision)
{
    int outcome = decision->verified ? (int)decision->known.outcome : ECKID_OUTCOMES;
    eckid_result_t result = eckid_decision_result(decision);

    add(&row->decisions[decision->log.channel][outcome][result], 1);
    if (result == ECKID_RESULT_REFUSED && decision->cause) {
        count_refusal(row, decision->cause->code);
    }
    if (decision->known.looked_up) {
        count_lookup(&row->lookups[decision->known.source], decision->known.lookup_time);
    }
}

void eckid_counters_count_logout(eckid_counters_row_t *row, eckid_logouts_t step)
{
    add(&row->logouts[step], 1);
}
