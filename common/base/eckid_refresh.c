/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value shared by all threads: one thread fetches it again, the others wait or use the old
 * one. */
#include "base/eckid_refresh.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <stdbool.h>

/* A fetched value, with a reference count: a caller keeps its generation while others already use a
 * newer one. */
typedef struct generation_t {
    eckid_refresh_result_t result;
    int users; /* references: one for each caller, and one while it is the last generation */
    apr_pool_t *pool;
    eckid_refresh_t *refresh;
} generation_t;

struct eckid_refresh_t {
    apr_thread_mutex_t *lock; /* guards the members below; never held over I/O */
    apr_thread_cond_t *fetched;
    generation_t *last; /* or NULL */
    bool fetching;
    unsigned fetches; /* how many fetches brought a value */
    apr_time_t due, next_renewal;
    eckid_code_t failure; /* of the last fetch, or ECKID_OK */
    eckid_freshness_t own, *freshness;
};

static apr_status_t destroy(void *self)
{
    eckid_refresh_t *refresh = self;

    if (refresh->last) {
        apr_pool_destroy(refresh->last->pool);
    }
    return APR_SUCCESS;
}

eckid_err_t *eckid_refresh_make(eckid_refresh_t **out, apr_pool_t *pool)
{
    eckid_refresh_t *refresh = apr_pcalloc(pool, sizeof(*refresh));

    if (apr_thread_mutex_create(&refresh->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&refresh->fetched, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for a refreshed value");
    }
    refresh->freshness = &refresh->own;
    apr_pool_cleanup_register(pool, refresh, destroy, apr_pool_cleanup_null);
    *out = refresh;
    return NULL;
}

void eckid_refresh_share(eckid_refresh_t *refresh, eckid_freshness_t *freshness)
{
    eckid_freshness_copy(freshness, refresh->freshness);
    refresh->freshness = freshness;
}

/* Generations. Functions named locked_... are called with the lock held. */

/* Drops a reference. Returns the pool to destroy after unlocking if it was the last one, or
 * NULL. */
static apr_pool_t *locked_release(generation_t *generation)
{
    return generation && --generation->users == 0 ? generation->pool : NULL;
}

static void destroy_pool(apr_pool_t *pool)
{
    if (pool) {
        apr_pool_destroy(pool);
    }
}

static apr_status_t on_end_of_use(void *self)
{
    generation_t *generation = self;
    apr_thread_mutex_t *lock = generation->refresh->lock;

    apr_thread_mutex_lock(lock);
    apr_pool_t *unused = locked_release(generation);

    apr_thread_mutex_unlock(lock);
    destroy_pool(unused);
    return APR_SUCCESS;
}

static const void *locked_take(eckid_refresh_t *refresh, apr_pool_t *pool)
{
    if (!refresh->last) {
        return NULL;
    }
    refresh->last->users++;
    apr_pool_cleanup_register(pool, refresh->last, on_end_of_use, apr_pool_cleanup_null);
    return refresh->last->result.value;
}

/* Fetching */

/* Fetches into a pool of its own. Fresh is NULL after an error, or if the value has not changed. */
static eckid_err_t *fetch_generation(generation_t **fresh, eckid_refresh_result_t *result,
                                     eckid_refresh_t *refresh, const eckid_refresh_source_t *source,
                                     apr_pool_t *pool)
{
    apr_pool_t *own;

    *fresh = NULL;
    if (apr_pool_create_unmanaged(&own) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no memory for a refreshed value");
    }
    eckid_err_t *err = source->fetch(source->self, result, own);

    if (err || !result->value) {
        err = err ? eckid_err_copy(err, pool) : NULL;
        apr_pool_destroy(own);
        return err;
    }
    *fresh = apr_palloc(own, sizeof(**fresh));
    **fresh = (generation_t){*result, 1, own, refresh};
    return NULL;
}

/* Makes it the last generation. Returns the pool of the previous one if nobody uses it any more. */
static apr_pool_t *locked_replace(eckid_refresh_t *refresh, generation_t *fresh)
{
    apr_pool_t *unused = locked_release(refresh->last);

    refresh->last = fresh;
    refresh->fetches++;
    return unused;
}

/* Fetches for all threads. The lock is released in between. */
static eckid_err_t *locked_fetch(eckid_refresh_t *refresh, const eckid_refresh_source_t *source,
                                 apr_pool_t *pool)
{
    eckid_refresh_result_t result = {0};
    apr_pool_t *unused = NULL;
    generation_t *fresh;

    refresh->fetching = true;
    apr_thread_mutex_unlock(refresh->lock);
    eckid_err_t *err = fetch_generation(&fresh, &result, refresh, source, pool);

    apr_thread_mutex_lock(refresh->lock);
    refresh->fetching = false;
    refresh->failure = err ? err->code : ECKID_OK;
    eckid_freshness_note(refresh->freshness, refresh->failure);
    refresh->due = err ? source->now + source->retry_after : result.due;
    if (fresh) {
        unused = locked_replace(refresh, fresh);
    }
    apr_thread_cond_broadcast(refresh->fetched);
    destroy_pool(unused);
    return err;
}

static void locked_wait(eckid_refresh_t *refresh, apr_time_t until)
{
    apr_interval_time_t left;

    while (refresh->fetching && (left = until - apr_time_now()) > 0) {
        apr_thread_cond_timedwait(refresh->fetched, refresh->lock, left);
    }
}

static eckid_err_t *absent(const eckid_refresh_t *refresh, eckid_err_t *err, apr_pool_t *pool)
{
    eckid_code_t code = refresh->failure ? refresh->failure : ECKID_TIMEOUT;

    return err ? err : eckid_err_make(pool, code, "%s", "");
}

static eckid_err_t *locked_get(const void **value, eckid_refresh_t *refresh,
                               const eckid_refresh_source_t *source, apr_pool_t *pool)
{
    bool serves = refresh->last && source->now < refresh->last->result.until;
    unsigned fetches = refresh->fetches;
    eckid_err_t *err = NULL;

    if (refresh->fetching && !serves) {
        locked_wait(refresh, source->wait_until);
    }
    else if (!refresh->fetching && source->now >= refresh->due) {
        err = locked_fetch(refresh, source, pool);
    }
    /* a value that was fetched during this call serves it even if it expires at once */
    if (!serves && refresh->fetches == fetches) {
        return absent(refresh, err, pool);
    }
    if (value) {
        *value = locked_take(refresh, pool);
    }
    return NULL;
}

eckid_err_t *eckid_refresh_get(const void **value, eckid_refresh_t *refresh,
                               const eckid_refresh_source_t *source, apr_pool_t *pool)
{
    apr_thread_mutex_lock(refresh->lock);
    eckid_err_t *err = locked_get(value, refresh, source, pool);

    apr_thread_mutex_unlock(refresh->lock);
    return err;
}

eckid_err_t *eckid_refresh_renew(const void **value, eckid_refresh_t *refresh,
                                 const eckid_refresh_source_t *source, apr_interval_time_t window,
                                 apr_pool_t *pool)
{
    eckid_err_t *err = NULL;

    apr_thread_mutex_lock(refresh->lock);
    /* a fetch under way may already bring the new value */
    locked_wait(refresh, source->wait_until);
    if (!refresh->fetching && source->now >= refresh->next_renewal) {
        refresh->next_renewal = source->now + window;
        err = locked_fetch(refresh, source, pool);
    }
    *value = locked_take(refresh, pool);
    err = *value ? NULL : absent(refresh, err, pool);
    apr_thread_mutex_unlock(refresh->lock);
    return err;
}

const void *eckid_refresh_last(eckid_refresh_t *refresh, apr_pool_t *pool)
{
    apr_thread_mutex_lock(refresh->lock);
    const void *value = locked_take(refresh, pool);

    apr_thread_mutex_unlock(refresh->lock);
    return value;
}

void eckid_refresh_drop(eckid_refresh_t *refresh, const void *value)
{
    apr_pool_t *unused = NULL;

    apr_thread_mutex_lock(refresh->lock);
    if (refresh->last && refresh->last->result.value == value) {
        unused = locked_release(refresh->last);
        refresh->last = NULL;
        refresh->due = 0;
    }
    apr_thread_mutex_unlock(refresh->lock);
    destroy_pool(unused);
}
