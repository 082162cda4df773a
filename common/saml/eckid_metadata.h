/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of one entity as it is now: from a file that may change, or from a URL. If what is
 * new is bad, the last good one stays in use. */
#ifndef ECKID_METADATA_H
#define ECKID_METADATA_H

#include "base/eckid_freshness.h"
#include "saml/eckid_metadata_fetch.h"
#include "saml/eckid_saml_metadata.h"

/* How often a file is checked for a change, while there are logins. */
#define ECKID_METADATA_INTERVAL apr_time_from_sec(2)

/* A URL is fetched again after this time, or its cacheDuration within these bounds, or three
 * quarters of what is left until its validUntil, whichever is shorter. */
#define ECKID_METADATA_MAX_AGE apr_time_from_sec(3600)
#define ECKID_METADATA_CACHE_MIN apr_time_from_sec(60)
#define ECKID_METADATA_CACHE_MAX apr_time_from_sec(24 * 3600)

/* How long a failure to fetch keeps others from trying: while nothing is known, and later. */
#define ECKID_METADATA_RETRY_FIRST apr_time_from_sec(5)
#define ECKID_METADATA_RETRY apr_time_from_sec(60)

/* The window in which unknown keys have the source checked only once. */
#define ECKID_METADATA_WINDOW apr_time_from_sec(30)

typedef enum eckid_metadata_role_t { ECKID_ROLE_IDP, ECKID_ROLE_SP } eckid_metadata_role_t;

/* What was read at one time. Read-only. */
typedef struct eckid_metadata_view_t {
    const eckid_idp_t *idp;             /* with the role IDP */
    const eckid_saml_metadata_sp_t *sp; /* with the role SP */
    const apr_array_header_t *expiries; /* eckid_expiry_t: what in it expires */
    const eckid_saml_metadata_life_t *life;
} eckid_metadata_view_t;

/* Shared by threads. */
typedef struct eckid_metadata_t eckid_metadata_t;

/* Who is told of news, in the thread that got them, while no lock is held. */
typedef struct eckid_metadata_listener_t {
    /* That the metadata was read again, and what in it expires (eckid_expiry_t); or, with expiries
     * NULL, why what is new cannot be used. Not called for the first reading of a file. */
    void (*on_news)(void *self, const eckid_metadata_t *metadata,
                    const apr_array_header_t *expiries, const eckid_err_t *err, apr_pool_t *pool);
    void *self;
} eckid_metadata_listener_t;

/* Which entity; an ID of NULL means the only one with the role. */
typedef struct eckid_metadata_entity_t {
    eckid_metadata_role_t role;
    const char *id;
} eckid_metadata_entity_t;

/* Reads the file for the first time. ECKID_FILE, ECKID_METADATA. */
eckid_err_t *eckid_metadata_from_file(eckid_metadata_t **metadata, const char *path,
                                      const eckid_metadata_entity_t *entity,
                                      const eckid_metadata_listener_t *listener, apr_pool_t *pool);

/* Fetches nothing yet, so it may be made before the server forks. Patience is the timeout of url's
 * transport; url is copied. */
eckid_err_t *eckid_metadata_from_url(eckid_metadata_t **metadata, const eckid_metadata_url_t *url,
                                     apr_interval_time_t patience,
                                     const eckid_metadata_entity_t *entity,
                                     const eckid_metadata_listener_t *listener, apr_pool_t *pool);

/* The path of the file, or the URL. */
const char *eckid_metadata_place(const eckid_metadata_t *metadata);

/* Notes there when it was checked last, see eckid_refresh_share. */
void eckid_metadata_share(eckid_metadata_t *metadata, eckid_freshness_t *freshness);

/* The URL, with how it is fetched; NULL for a file. */
const eckid_metadata_url_t *eckid_metadata_url(const eckid_metadata_t *metadata);

/* A request that may need the metadata of several entities, such as all suppliers, has one wait for
 * all of them: the timeout of a URL counts from the first look at one. A fetch is begun in the
 * first half of that time only, so it has at least half of its timeout. If it is cut short, others
 * are kept from trying as after any failure. */
typedef struct eckid_metadata_wait_t {
    apr_time_t now;   /* by which it is judged what is due, and what is valid */
    apr_time_t begun; /* when that first look was, by the clock of the system; 0: not yet */
} eckid_metadata_wait_t;

/* Whether the request has no time left to fetch these; never for a file. */
bool eckid_metadata_is_late(const eckid_metadata_t *metadata, const eckid_metadata_wait_t *wait);

/*
 * The metadata as it is now, valid as long as pool. At most one thread of a process at a time
 * checks the source, without a lock, and blocks as long as wait says; others use the last one
 * meanwhile. Metadata whose validity has ended is used on: a failed fetch must not end a school's
 * logins. ECKID_METADATA when nothing is known and cannot be had.
 */
eckid_err_t *eckid_metadata_get(const eckid_metadata_view_t **view, eckid_metadata_t *metadata,
                                eckid_metadata_wait_t *wait, apr_pool_t *pool);

/* The same for a login by an unknown key: the source is checked at once, but only once in a window.
 */
eckid_err_t *eckid_metadata_renew(const eckid_metadata_view_t **view, eckid_metadata_t *metadata,
                                  eckid_metadata_wait_t *wait, apr_pool_t *pool);

/* The last one that is known; NULL if there is none. Never blocks. */
const eckid_metadata_view_t *eckid_metadata_last(const eckid_metadata_t *metadata,
                                                 apr_pool_t *pool);

#endif
