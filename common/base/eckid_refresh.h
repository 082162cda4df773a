/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value shared by all threads: one thread fetches it again, the others wait or use the old
 * one. */
#ifndef ECKID_REFRESH_H
#define ECKID_REFRESH_H

#include <apr_time.h>

#include "base/eckid_freshness.h"

/* The value of one process. Its lock is never held over I/O. */
typedef struct eckid_refresh_t eckid_refresh_t;

/* May be called before the server forks. Fetched values are freed with pool. ECKID_INTERNAL. */
eckid_err_t *eckid_refresh_make(eckid_refresh_t **refresh, apr_pool_t *pool);

/* Notes in that memory from now on when the value was fetched, beginning with what is known. It
 * must outlive the value. For before the server forks, so that all processes note in one place. */
void eckid_refresh_share(eckid_refresh_t *refresh, eckid_freshness_t *freshness);

/* The result of a fetch. */
typedef struct eckid_refresh_result_t {
    const void *value; /* NULL: the value has not changed; it keeps its expiry */
    apr_time_t due;    /* when to fetch again, while the value is still used */
    apr_time_t until;  /* when the value expires */
} eckid_refresh_result_t;

/* How to fetch the value, and how long to wait. */
typedef struct eckid_refresh_source_t {
    /* Fetches the value. Runs in one thread at a time, without the lock, and may block. The value
     * must live in pool, which exists as long as the value is used. An error is copied. */
    eckid_err_t *(*fetch)(void *self, eckid_refresh_result_t *result, apr_pool_t *pool);
    void *self;
    apr_time_t now;
    apr_time_t wait_until;           /* until when to wait for another thread's fetch */
    apr_interval_time_t retry_after; /* how long nobody fetches again after a failure */
} eckid_refresh_source_t;

/*
 * Gets the value, which is valid as long as pool; value may be NULL to only fetch. Fetches if the
 * value is due and no other thread is fetching. If there is no valid value, waits for another
 * thread's fetch until wait_until at most, and does not fetch itself. Otherwise returns the last
 * value, even if the fetch fails.
 *
 * Without a valid value, the caller that fetched gets the error of the fetch. Those that waited, or
 * that came within retry_after, get its code without detail; ECKID_TIMEOUT if the wait was too
 * long.
 */
eckid_err_t *eckid_refresh_get(const void **value, eckid_refresh_t *refresh,
                               const eckid_refresh_source_t *source, apr_pool_t *pool);

/* For a caller that needs a newer value. Waits for a fetch under way and then fetches, whether due
 * or not, but only once in a window, which begins before the fetch. The value may be the same as
 * before. */
eckid_err_t *eckid_refresh_renew(const void **value, eckid_refresh_t *refresh,
                                 const eckid_refresh_source_t *source, apr_interval_time_t window,
                                 apr_pool_t *pool);

/* The last value even if it has expired, valid as long as pool; NULL if there is none. Never
 * blocks. */
const void *eckid_refresh_last(eckid_refresh_t *refresh, apr_pool_t *pool);

/* Drops a value that turned out to be useless, unless there is a newer one already. The caller must
 * have got it from a function above. */
void eckid_refresh_drop(eckid_refresh_t *refresh, const void *value);

#endif
