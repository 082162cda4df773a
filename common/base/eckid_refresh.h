/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value that all threads share: one thread fetches it anew, the others wait or use the old. */
#ifndef ECKID_REFRESH_H
#define ECKID_REFRESH_H

#include <apr_time.h>

#include "base/eckid_err.h"

/* The value of one process. No lock is held over I/O. */
typedef struct eckid_refresh_t eckid_refresh_t;

/* May be made before the server forks; what was fetched ends with pool. ECKID_INTERNAL. */
eckid_err_t *eckid_refresh_make(eckid_refresh_t **refresh, apr_pool_t *pool);

/* The result of a fetch. */
typedef struct eckid_refresh_result_t {
    const void *value; /* NULL: nothing has changed, the last value stays with its end */
    apr_time_t due;    /* when to fetch again; the value serves meanwhile */
    apr_time_t until;  /* when the value ends for those that come later */
} eckid_refresh_result_t;

/* How a caller gets the value. */
typedef struct eckid_refresh_source_t {
    /* Fetches. Runs in one thread at a time, without a lock, and may block. The value must live in
     * pool, which lives as long as anybody uses the value; an error is copied. */
    eckid_err_t *(*fetch)(void *self, eckid_refresh_result_t *result, apr_pool_t *pool);
    void *self;
    apr_time_t now;
    apr_time_t wait_until;           /* how long to wait for the fetch of another thread */
    apr_interval_time_t retry_after; /* how long a failure keeps others from fetching */
} eckid_refresh_source_t;

/*
 * The value, valid as long as pool; value may be NULL to fetch it only. Fetches if it is due and no
 * other thread does. A caller that needs the fetch of another thread waits for it, at most until
 * wait_until, and does not fetch itself. All others get the last value, even if fetching fails.
 *
 * If there is none: the error of the fetch to the caller that fetched; its code, with no detail, to
 * those that waited or came within retry_after; ECKID_TIMEOUT if the wait was too long.
 */
eckid_err_t *eckid_refresh_get(const void **value, eckid_refresh_t *refresh,
                               const eckid_refresh_source_t *source, apr_pool_t *pool);

/* The same for a caller that the value does not satisfy. It waits for a fetch under way, and then
 * fetches, whether due or not, but only once in a window, which begins before the fetch. The value
 * may be the same as before. */
eckid_err_t *eckid_refresh_renew(const void **value, eckid_refresh_t *refresh,
                                 const eckid_refresh_source_t *source, apr_interval_time_t window,
                                 apr_pool_t *pool);

/* The last value, even if it has ended, valid as long as pool; NULL if there is none. Never blocks.
 */
const void *eckid_refresh_last(eckid_refresh_t *refresh, apr_pool_t *pool);

/* Forgets a value that turned out to be of no use; nothing happens if it is no longer the last one.
 * The caller must have it from above. */
void eckid_refresh_drop(eckid_refresh_t *refresh, const void *value);

#endif
