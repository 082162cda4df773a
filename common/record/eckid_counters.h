/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many decisions there were, of which kind, for each supplier: numbers in shared memory. */
#ifndef ECKID_COUNTERS_H
#define ECKID_COUNTERS_H

#include <apr_hash.h>
#include <stdatomic.h>

#include "decision/eckid_decision.h"

#define ECKID_COUNTERS_ROWS                                                                        \
    512 /* suppliers of virtual hosts; what is beyond shares the last row                          \
         */
#define ECKID_COUNTERS_BUCKETS 13
#define ECKID_COUNTERS_NAME 16 /* bytes of a digest */

/* The upper bounds of all buckets but the last, in microseconds; inclusive, as in Prometheus. */
extern const apr_interval_time_t eckid_counters_bounds[ECKID_COUNTERS_BUCKETS - 1];

/* The codes of causes are counted by their places in ECKID_CODES. */
enum eckid_counters_code_t {
#define X(name, number, fact, hint) ECKID_COUNTERS_##name,
    ECKID_CODES(X)
#undef X
        ECKID_COUNTERS_CODES
};

/* The code at that place. */
eckid_code_t eckid_counters_code(int place);

typedef struct eckid_histogram_t {
    _Atomic apr_uint64_t buckets[ECKID_COUNTERS_BUCKETS]; /* each for itself, not cumulative */
    _Atomic apr_uint64_t sum;                             /* microseconds */
} eckid_histogram_t;

/* The steps of a logout at our own identity provider that are counted. One that has begun and has
 * no end was given up by the user, or a supplier did not send the browser back. */
typedef enum eckid_logouts_t {
    ECKID_LOGOUTS_BEGUN,
    ECKID_LOGOUTS_WHOLE,
    ECKID_LOGOUTS_PARTIAL,
    ECKID_LOGOUTS_REFUSED, /* it did not begin, or a message on its way was refused */
    ECKID_LOGOUTS
} eckid_logouts_t;

/* "begun" and so on. */
const char *eckid_logouts_name(eckid_logouts_t step);

/* The numbers of one supplier at one virtual host, or of the responses there that are for none. */
typedef struct eckid_counters_row_t {
    unsigned char name[ECKID_COUNTERS_NAME];
    apr_uint32_t generation; /* the last configuration that had it; 0 for an empty row */
    /* by channel; by outcome, or the last for a login that was not verified; by result */
    _Atomic apr_uint64_t decisions[ECKID_CHANNELS][ECKID_OUTCOMES + 1][ECKID_RESULTS];
    _Atomic apr_uint64_t refusals[ECKID_COUNTERS_CODES];
    _Atomic apr_uint64_t logouts[ECKID_LOGOUTS]; /* begun by it; or by users, where it is none */
    eckid_histogram_t lookups[ECKID_SOURCES];
} eckid_counters_row_t;

/* Without pointers, in memory that all processes share and that outlives a configuration; all zero
 * at first. Names are written by the parent process alone, numbers by all, without locks. */
typedef struct eckid_counters_t {
    apr_uint32_t generation;
    eckid_counters_row_t rows[ECKID_COUNTERS_ROWS];
} eckid_counters_t;

/* Begins a new configuration. Rows that it does not ask for keep their numbers until the room is
 * needed; but those of the configuration before are left alone, as its children may still count. */
void eckid_counters_begin(eckid_counters_t *counters);

/* The row of that supplier, which is found again by the same names after a reload. Supplier is ""
 * for responses that are for none. Mode is "on" or "observe"; each has a row of its own. */
eckid_counters_row_t *eckid_counters_find(eckid_counters_t *counters, const char *host,
                                          const char *supplier, const char *mode, apr_pool_t *pool);

/* Counts a decision. Some ten nanoseconds; called by all threads. */
void eckid_counters_count(eckid_counters_row_t *row, const eckid_decision_t *decision);

void eckid_counters_count_logout(eckid_counters_row_t *row, eckid_logouts_t step);

#endif
