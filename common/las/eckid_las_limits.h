/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits the calls to a LAS: a maximum, a short queue and a circuit breaker. */
#ifndef ECKID_LAS_LIMITS_H
#define ECKID_LAS_LIMITS_H

#include <apr_time.h>
#include <stdbool.h>

#include "base/eckid_err.h"

#define ECKID_LAS_CALLS_MAX 64

typedef struct eckid_las_limits_options_t {
    int calls;                    /* at the same time in all children: 1 to ECKID_LAS_CALLS_MAX */
    int queue;                    /* how many threads of a child may wait for a slot */
    apr_interval_time_t wait;     /* for how long */
    int failures;                 /* how many in a row open the breaker */
    apr_interval_time_t open_for; /* until one call is let through as a probe */
} eckid_las_limits_options_t;

/*
 * What all children share, in shared memory. It starts as zeros and is never locked. A call takes a
 * slot, which carries the pid of its owner and an expiry time, so that the slots of a killed child
 * become free.
 *
 * Not all slots are available at first: a window of four grows by one with each answer, and falls
 * back to four when a call fails. So a LAS that hangs holds only four workers, while one that
 * answers soon gets all the calls it can take.
 */
typedef struct eckid_las_limits_block_t {
    _Atomic apr_uint64_t slots[ECKID_LAS_CALLS_MAX]; /* 0, or expiry in ms and pid */
    _Atomic apr_uint64_t waits[ECKID_LAS_CALLS_MAX]; /* the same for callers in the queue */
    _Atomic apr_uint64_t open_until;                 /* 0 while the breaker is closed */
    _Atomic apr_uint64_t stalled_at; /* when a caller last waited in vain; 0 after an answer */
    _Atomic apr_uint32_t failures;   /* in a row */
    _Atomic apr_uint32_t grown;      /* by how much the window has grown */
} eckid_las_limits_block_t;

/* One child's view of the block, used by all its threads. */
typedef struct eckid_las_limits_t eckid_las_limits_t;

/* Call this before the server forks. The options are copied. */
eckid_err_t *eckid_las_limits_make(eckid_las_limits_t **limits,
                                   const eckid_las_limits_options_t *options, apr_pool_t *pool);

/* Sets the shared memory; call this before any call enters. Block must outlive the limits. Until
 * then they use a block of their own. */
void eckid_las_limits_share(eckid_las_limits_t *limits, eckid_las_limits_block_t *block);

/* A call that was let through. */
typedef struct eckid_las_slot_t {
    int index;
    apr_uint64_t mark; /* the content of the slot */
} eckid_las_slot_t;

typedef enum eckid_las_call_end_t {
    ECKID_LAS_CALL_ANSWERED, /* with any status but 429 and 5xx */
    ECKID_LAS_CALL_FAILED,   /* timeout, broken connection, 429, 5xx */
    ECKID_LAS_CALL_NOT_MADE  /* there was no call */
} eckid_las_call_end_t;

/* Lets the caller through, at once or after a short wait. Neither the wait nor the call may go
 * beyond deadline. Otherwise ECKID_BREAKER or ECKID_BUSY. */
eckid_err_t *eckid_las_limits_enter(eckid_las_slot_t *slot, eckid_las_limits_t *limits,
                                    apr_time_t deadline, apr_pool_t *pool);

/* Call this exactly once for each slot. Retry_after, if not 0, is how long the breaker stays open,
 * a minute at most. */
void eckid_las_limits_leave(eckid_las_limits_t *limits, const eckid_las_slot_t *slot,
                            eckid_las_call_end_t end, apr_interval_time_t retry_after);

/* The limits as they are at this moment, over all children. */
typedef struct eckid_las_limits_state_t {
    int open;     /* 1 if the breaker is: no call is let through, but for a probe; else 0 */
    int calls;    /* under way */
    int allowed;  /* how many may be under way by now */
    int waiting;  /* for their turn; beyond ECKID_LAS_CALLS_MAX they are not counted */
    int failures; /* in a row */
} eckid_las_limits_state_t;

eckid_las_limits_state_t eckid_las_limits_state(const eckid_las_limits_t *limits, apr_time_t now);

#endif
