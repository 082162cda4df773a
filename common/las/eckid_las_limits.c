/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits the calls to a LAS: a maximum, a short queue and a circuit breaker. */
#include "las/eckid_las_limits.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <stdatomic.h>
#include <unistd.h>

#define FIRST_WINDOW 4
#define OWNER_BITS 22              /* Linux limits a pid to 2^22 */
#define NAP apr_time_from_msec(10) /* a slot that another child frees is noticed by polling */
#define RETRY_AFTER_MAX apr_time_from_sec(60)

struct eckid_las_limits_t {
    eckid_las_limits_options_t options;
    eckid_las_limits_block_t *block;
    apr_thread_mutex_t *lock; /* guards waiting; also the lock of left */
    apr_thread_cond_t *left;
    int waiting;
};

eckid_err_t *eckid_las_limits_make(eckid_las_limits_t **out,
                                   const eckid_las_limits_options_t *options, apr_pool_t *pool)
{
    eckid_las_limits_t *limits = apr_pcalloc(pool, sizeof(*limits));

    limits->options = *options;
    limits->block = apr_pcalloc(pool, sizeof(*limits->block));
    if (apr_thread_mutex_create(&limits->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&limits->left, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for the calls to the LAS");
    }
    *out = limits;
    return NULL;
}

void eckid_las_limits_share(eckid_las_limits_t *limits, eckid_las_limits_block_t *block)
{
    limits->block = block;
}

/* The breaker */

static bool is_open(const eckid_las_limits_t *limits, apr_time_t now)
{
    return atomic_load(&limits->block->open_until) > (apr_uint64_t)now;
}

/* True if the breaker is closed, or if this caller becomes the probe. While the probe runs, its
 * deadline keeps other callers out; it also lets the next probe in if the child of this one is
 * killed. */
static bool breaker_lets(eckid_las_limits_t *limits, apr_time_t now, apr_time_t deadline)
{
    apr_uint64_t until = atomic_load(&limits->block->open_until);

    return until == 0 || (until <= (apr_uint64_t)now &&
                          atomic_compare_exchange_strong(&limits->block->open_until, &until,
                                                         (apr_uint64_t)deadline));
}

static void open_breaker(eckid_las_limits_t *limits, apr_interval_time_t retry_after)
{
    apr_interval_time_t time = limits->options.open_for;

    if (retry_after) {
        time = retry_after < RETRY_AFTER_MAX ? retry_after : RETRY_AFTER_MAX;
    }
    atomic_store(&limits->block->open_until, (apr_uint64_t)(apr_time_now() + time));
}

/* The slots */

static apr_uint64_t mark_of(apr_time_t deadline)
{
    return ((apr_uint64_t)(deadline / 1000 + 1) << OWNER_BITS) |
           ((apr_uint64_t)getpid() & ((1U << OWNER_BITS) - 1));
}

static bool is_free(apr_uint64_t mark, apr_time_t now)
{
    return mark >> OWNER_BITS < (apr_uint64_t)(now / 1000);
}

static int window_of(const eckid_las_limits_t *limits)
{
    int window = FIRST_WINDOW + (int)atomic_load(&limits->block->grown);

    return window < limits->options.calls ? window : limits->options.calls;
}

/* Takes one of the first count places. */
static bool take(eckid_las_slot_t *slot, _Atomic apr_uint64_t *places, int count, apr_time_t now,
                 apr_time_t deadline)
{
    slot->mark = mark_of(deadline);
    for (slot->index = 0; slot->index < count; slot->index++) {
        apr_uint64_t mark = atomic_load(&places[slot->index]);

        if (is_free(mark, now) &&
            atomic_compare_exchange_strong(&places[slot->index], &mark, slot->mark)) {
            return true;
        }
    }
    return false;
}

static bool take_slot(eckid_las_slot_t *slot, eckid_las_limits_t *limits, apr_time_t now,
                      apr_time_t deadline)
{
    return take(slot, limits->block->slots, window_of(limits), now, deadline);
}

static void give_back(_Atomic apr_uint64_t *places, const eckid_las_slot_t *slot)
{
    apr_uint64_t mark = slot->mark;

    /* unless it expired and somebody else has it by now */
    atomic_compare_exchange_strong(&places[slot->index], &mark, 0);
}

static void free_slot(eckid_las_limits_t *limits, const eckid_las_slot_t *slot)
{
    give_back(limits->block->slots, slot);
}

/* The queue */

/* Called under the lock, which is released while sleeping. */
static bool wait_for_slot(eckid_las_slot_t *slot, eckid_las_limits_t *limits, apr_time_t deadline)
{
    apr_time_t now = apr_time_now(), until = now + limits->options.wait;

    until = until < deadline ? until : deadline;
    while (now < until && !is_open(limits, now)) {
        apr_thread_cond_timedwait(limits->left, limits->lock, NAP);
        now = apr_time_now();
        if (take_slot(slot, limits, now, deadline)) {
            return true;
        }
    }
    atomic_store(&limits->block->stalled_at, (apr_uint64_t)now);
    return false;
}

/* The same, while its mark in the shared memory shows that it waits. */
static bool wait_visibly(eckid_las_slot_t *slot, eckid_las_limits_t *limits, apr_time_t deadline)
{
    _Atomic apr_uint64_t *waits = limits->block->waits;
    eckid_las_slot_t place;
    bool seen = take(&place, waits, ECKID_LAS_CALLS_MAX, apr_time_now(), deadline);
    bool taken = wait_for_slot(slot, limits, deadline);

    if (seen) {
        give_back(waits, &place);
    }
    return taken;
}

/* As long as no call is answered, waiting is pointless. */
static bool queue_up(eckid_las_slot_t *slot, eckid_las_limits_t *limits, apr_time_t deadline)
{
    bool taken = false;

    if (atomic_load(&limits->block->stalled_at)) {
        return false;
    }
    apr_thread_mutex_lock(limits->lock);
    if (limits->waiting < limits->options.queue) {
        limits->waiting++;
        taken = wait_visibly(slot, limits, deadline);
        limits->waiting--;
    }
    apr_thread_mutex_unlock(limits->lock);
    return taken;
}

eckid_err_t *eckid_las_limits_enter(eckid_las_slot_t *slot, eckid_las_limits_t *limits,
                                    apr_time_t deadline, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now();

    if (is_open(limits, now)) {
        return eckid_err_make(pool, ECKID_BREAKER, "%s", "");
    }
    if (!take_slot(slot, limits, now, deadline) && !queue_up(slot, limits, deadline)) {
        return eckid_err_make(pool, ECKID_BUSY, "%d at once", window_of(limits));
    }
    if (!breaker_lets(limits, apr_time_now(), deadline)) {
        free_slot(limits, slot);
        return eckid_err_make(pool, ECKID_BREAKER, "%s", "");
    }
    return NULL;
}

/* Leaving */

static void note_answer(eckid_las_limits_t *limits)
{
    eckid_las_limits_block_t *block = limits->block;

    atomic_store(&block->failures, 0);
    atomic_store(&block->open_until, 0);
    atomic_store(&block->stalled_at, 0);
    if (window_of(limits) < limits->options.calls) {
        atomic_fetch_add(&block->grown, 1);
    }
}

static void note_failure(eckid_las_limits_t *limits, apr_interval_time_t retry_after)
{
    atomic_store(&limits->block->grown, 0);
    if (atomic_fetch_add(&limits->block->failures, 1) + 1 >=
            (apr_uint32_t)limits->options.failures ||
        retry_after) {
        open_breaker(limits, retry_after);
    }
}

void eckid_las_limits_leave(eckid_las_limits_t *limits, const eckid_las_slot_t *slot,
                            eckid_las_call_end_t end, apr_interval_time_t retry_after)
{
    free_slot(limits, slot);
    if (end == ECKID_LAS_CALL_ANSWERED) {
        note_answer(limits);
    }
    else if (end == ECKID_LAS_CALL_FAILED) {
        note_failure(limits, retry_after);
    }
    apr_thread_mutex_lock(limits->lock);
    apr_thread_cond_broadcast(limits->left);
    apr_thread_mutex_unlock(limits->lock);
}

/* Looking */

static int count_taken(const _Atomic apr_uint64_t *places, apr_time_t now)
{
    int count = 0;

    for (int i = 0; i < ECKID_LAS_CALLS_MAX; i++) {
        count += !is_free(atomic_load(&places[i]), now);
    }
    return count;
}

eckid_las_limits_state_t eckid_las_limits_state(const eckid_las_limits_t *limits, apr_time_t now)
{
    const eckid_las_limits_block_t *block = limits->block;

    return (eckid_las_limits_state_t){
        .open = atomic_load(&block->open_until) != 0,
        .calls = count_taken(block->slots, now),
        .allowed = window_of(limits),
        .waiting = count_taken(block->waits, now),
        .failures = (int)atomic_load(&block->failures),
    };
}
