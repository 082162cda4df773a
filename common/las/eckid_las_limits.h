/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets calls through to a LAS that can take them: a cap, a short queue and a breaker. */
#ifndef ECKID_LAS_LIMITS_H
#define ECKID_LAS_LIMITS_H

#include <apr_time.h>
#include <stdbool.h>

#include "base/eckid_err.h"

#define ECKID_LAS_CALLS_MAX 64

typedef struct eckid_las_limits_options_t {
    int calls;                    /* at once, of all children: 1 to ECKID_LAS_CALLS_MAX */
    int queue;                    /* how many threads of a child may wait for their turn */
    apr_interval_time_t wait;     /* and how long */
    int failures;                 /* in a row, that open the breaker */
    apr_interval_time_t open_for; /* until one call is let through as a probe */
} eckid_las_limits_options_t;

/*
 * What all children share, in memory that fork does not copy; zero at first, never locked. A call
 * takes a slot that carries its owner and an end, so that a killed child's slots free themselves.
 *
 * Not all slots are open from the start: a window of four grows by one with each answer, and falls
 * back when a call fails. So a LAS that hangs holds four workers, and one that answers gets all the
 * calls it can take after a few of them.
 */
typedef struct eckid_las_limits_block_t {
    _Atomic apr_uint64_t slots[ECKID_LAS_CALLS_MAX]; /* 0, or end in ms and owner */
    _Atomic apr_uint64_t open_until;                 /* 0 while the breaker is closed */
    _Atomic apr_uint64_t stalled_at; /* when somebody waited in vain; 0 after an answer */
    _Atomic apr_uint32_t failures;   /* in a row */
    _Atomic apr_uint32_t grown;      /* the window, above its first size */
} eckid_las_limits_block_t;

/* One child's door to the block. Used by all its threads. */
typedef struct eckid_las_limits_t eckid_las_limits_t;

/* Made before the server forks; block is outlived by it. The limits are copied. */
eckid_err_t *eckid_las_limits_make(eckid_las_limits_t **gate,
                                   const eckid_las_limits_options_t *limits, apr_pool_t *pool);

/* Before anybody enters: the memory that is shared. Until then the gate has a block of its own. */
void eckid_las_limits_share(eckid_las_limits_t *gate, eckid_las_limits_block_t *block);

/* A call that has been let through. */
typedef struct eckid_las_slot_t {
    int slot;
    apr_uint64_t mark; /* what stands in the slot */
} eckid_las_slot_t;

typedef enum eckid_las_call_end_t {
    ECKID_LAS_CALL_ANSWERED, /* whatever the answer was */
    ECKID_LAS_CALL_FAILED,   /* timeout, broken connection, 429, 5xx */
    ECKID_LAS_CALL_NOT_MADE  /* there was no call */
} eckid_las_call_end_t;

/* Lets the caller through, at once or after a short wait, for a call that ends before deadline, as
 * does the wait.
 * ECKID_BREAKER or ECKID_BUSY otherwise. */
eckid_err_t *eckid_las_limits_enter(eckid_las_slot_t *pass, eckid_las_limits_t *gate,
                                    apr_time_t deadline, apr_pool_t *pool);

/* Exactly once for each pass. The breaker is open for as long as the LAS asked for, a minute at
 * most, if retry_after is not 0. */
void eckid_las_limits_leave(eckid_las_limits_t *gate, const eckid_las_slot_t *pass,
                            eckid_las_call_end_t end, apr_interval_time_t retry_after);

#endif
