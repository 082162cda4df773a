/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lets calls through to a LAS that can take them: a cap, a short queue and a breaker. */
#include "las/eckid_las_limits.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <stdatomic.h>
#include <unistd.h>

#define FIRST_WINDOW 4
#define OWNER_BITS 22              /* a pid of Linux is below 2^22 */
#define NAP apr_time_from_msec(10) /* slots that other children leave are found by looking */
#define RETRY_AFTER_MAX apr_time_from_sec(60)

struct eckid_las_limits_t {
    eckid_las_limits_options_t limits;
    eckid_las_limits_block_t *block;
    apr_thread_mutex_t *lock; /* guards waiting, and is what left is waited for under */
    apr_thread_cond_t *left;
    int waiting;
};

eckid_err_t *eckid_las_limits_make(eckid_las_limits_t **out,
                                   const eckid_las_limits_options_t *limits, apr_pool_t *pool)
{
    eckid_las_limits_t *gate = apr_pcalloc(pool, sizeof(*gate));

    gate->limits = *limits;
    gate->block = apr_pcalloc(pool, sizeof(*gate->block));
    if (apr_thread_mutex_create(&gate->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&gate->left, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for the calls to the LAS");
    }
    *out = gate;
    return NULL;
}

void eckid_las_limits_share(eckid_las_limits_t *gate, eckid_las_limits_block_t *block)
{
    gate->block = block;
}

/* The breaker */

static bool is_open(const eckid_las_limits_t *gate, apr_time_t now)
{
    return atomic_load(&gate->block->open_until) > (apr_uint64_t)now;
}

/* Closed, or this caller is the probe. The probe's own end keeps others out as long as it runs, and
 * lets the next one in if the child of this one is killed. */
static bool breaker_lets(eckid_las_limits_t *gate, apr_time_t now, apr_time_t deadline)
{
    apr_uint64_t until = atomic_load(&gate->block->open_until);

    return until == 0 || (until <= (apr_uint64_t)now &&
                          atomic_compare_exchange_strong(&gate->block->open_until, &until,
                                                         (apr_uint64_t)deadline));
}

static void open_breaker(eckid_las_limits_t *gate, apr_interval_time_t retry_after)
{
    apr_interval_time_t time = gate->limits.open_for;

    if (retry_after) {
        time = retry_after < RETRY_AFTER_MAX ? retry_after : RETRY_AFTER_MAX;
    }
    atomic_store(&gate->block->open_until, (apr_uint64_t)(apr_time_now() + time));
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

static int window_of(const eckid_las_limits_t *gate)
{
    int window = FIRST_WINDOW + (int)atomic_load(&gate->block->grown);

    return window < gate->limits.calls ? window : gate->limits.calls;
}

static bool take_slot(eckid_las_slot_t *pass, eckid_las_limits_t *gate, apr_time_t now,
                      apr_time_t deadline)
{
    int window = window_of(gate);

    pass->mark = mark_of(deadline);
    for (pass->slot = 0; pass->slot < window; pass->slot++) {
        apr_uint64_t mark = atomic_load(&gate->block->slots[pass->slot]);

        if (is_free(mark, now) &&
            atomic_compare_exchange_strong(&gate->block->slots[pass->slot], &mark, pass->mark)) {
            return true;
        }
    }
    return false;
}

static void free_slot(eckid_las_limits_t *gate, const eckid_las_slot_t *pass)
{
    apr_uint64_t mark = pass->mark;

    /* not if it has ended and is somebody else's by now */
    atomic_compare_exchange_strong(&gate->block->slots[pass->slot], &mark, 0);
}

/* The queue */

/* Under the lock, which is not held while sleeping. */
static bool wait_for_slot(eckid_las_slot_t *pass, eckid_las_limits_t *gate, apr_time_t deadline)
{
    apr_time_t now = apr_time_now(), until = now + gate->limits.wait;

    until = until < deadline ? until : deadline;
    while (now < until && !is_open(gate, now)) {
        apr_thread_cond_timedwait(gate->left, gate->lock, NAP);
        now = apr_time_now();
        if (take_slot(pass, gate, now, deadline)) {
            return true;
        }
    }
    atomic_store(&gate->block->stalled_at, (apr_uint64_t)now);
    return false;
}

/* While no call is answered, waiting is of no use. */
static bool queue_up(eckid_las_slot_t *pass, eckid_las_limits_t *gate, apr_time_t deadline)
{
    bool taken = false;

    if (atomic_load(&gate->block->stalled_at)) {
        return false;
    }
    apr_thread_mutex_lock(gate->lock);
    if (gate->waiting < gate->limits.queue) {
        gate->waiting++;
        taken = wait_for_slot(pass, gate, deadline);
        gate->waiting--;
    }
    apr_thread_mutex_unlock(gate->lock);
    return taken;
}

eckid_err_t *eckid_las_limits_enter(eckid_las_slot_t *pass, eckid_las_limits_t *gate,
                                    apr_time_t deadline, apr_pool_t *pool)
{
    apr_time_t now = apr_time_now();

    if (is_open(gate, now)) {
        return eckid_err_make(pool, ECKID_BREAKER, "%s", "");
    }
    if (!take_slot(pass, gate, now, deadline) && !queue_up(pass, gate, deadline)) {
        return eckid_err_make(pool, ECKID_BUSY, "%d at once", window_of(gate));
    }
    if (!breaker_lets(gate, apr_time_now(), deadline)) {
        free_slot(gate, pass);
        return eckid_err_make(pool, ECKID_BREAKER, "%s", "");
    }
    return NULL;
}

/* Leaving */

static void note_answer(eckid_las_limits_t *gate)
{
    eckid_las_limits_block_t *block = gate->block;

    atomic_store(&block->failures, 0);
    atomic_store(&block->open_until, 0);
    atomic_store(&block->stalled_at, 0);
    if (window_of(gate) < gate->limits.calls) {
        atomic_fetch_add(&block->grown, 1);
    }
}

static void note_failure(eckid_las_limits_t *gate, apr_interval_time_t retry_after)
{
    atomic_store(&gate->block->grown, 0);
    if (atomic_fetch_add(&gate->block->failures, 1) + 1 >= (apr_uint32_t)gate->limits.failures ||
        retry_after) {
        open_breaker(gate, retry_after);
    }
}

void eckid_las_limits_leave(eckid_las_limits_t *gate, const eckid_las_slot_t *pass,
                            eckid_las_call_end_t end, apr_interval_time_t retry_after)
{
    free_slot(gate, pass);
    if (end == ECKID_LAS_CALL_ANSWERED) {
        note_answer(gate);
    }
    else if (end == ECKID_LAS_CALL_FAILED) {
        note_failure(gate, retry_after);
    }
    apr_thread_mutex_lock(gate->lock);
    apr_thread_cond_broadcast(gate->left);
    apr_thread_mutex_unlock(gate->lock);
}
