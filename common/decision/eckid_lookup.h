/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks a student up: in the cache, then at the LAS, whose answer is remembered. */
#ifndef ECKID_LOOKUP_H
#define ECKID_LOOKUP_H

#include <apr_hash.h>

#include "decision/eckid_single_flight.h"
#include "las/eckid_las.h"
#include "las/eckid_school_map.h"

typedef enum eckid_source_t {
    ECKID_FROM_LAS,   /* also when the LAS failed and nothing was found */
    ECKID_FROM_CACHE, /* a fresh record */
    ECKID_FROM_STALE  /* an older one, which the supplier's block allows */
} eckid_source_t;

typedef struct eckid_lookup_t {
    eckid_finding_t finding; /* outcome FOUND, IS_UNKNOWN, HAS_NONE or LAS_FAILED */
    eckid_source_t source;
    apr_interval_time_t clock_offset; /* see eckid_las.h */
    eckid_err_t *cause;               /* why the LAS failed, if it did; also of FROM_STALE */
} eckid_lookup_t;

/* Where to look up, and for which school. */
typedef struct eckid_lookup_setup_t {
    const eckid_las_t *las;
    const eckid_school_t *school;
    const eckid_cache_t *cache;        /* or NULL */
    eckid_single_flight_t *flights;    /* not NULL if there is a cache */
    const eckid_school_map_t *schools; /* NULL if there is one school */
    apr_hash_t *lases; /* const eckid_las_t *, by the names in the map of schools; may be NULL */
} eckid_lookup_setup_t;

/* The setup for the school that a student key names. Without a map of schools it is the same as
 * all. ECKID_NO_SCHOOL. */
eckid_err_t *eckid_lookup_setup_for(eckid_lookup_setup_t *setup, const eckid_lookup_setup_t *all,
                                    const eckid_student_key_t *key, apr_pool_t *pool);

/*
 * Looks a student up. A stale ECK iD, one that is no longer fresh but not older than stale_max, is
 * used while one caller asks again and when the LAS fails, but never when the LAS refuses the
 * school. Remembered are the answers of the LAS and, for a while, that it refused a school; other
 * failures are not. May ask the LAS, and then blocks for its timeout at most.
 */
eckid_lookup_t eckid_lookup(const eckid_lookup_setup_t *setup, const eckid_student_key_t *key,
                            apr_interval_time_t stale_max, const eckid_moment_t *moment,
                            apr_pool_t *pool);

/* Forgets what is remembered about a student, at this LAS and school. */
void eckid_lookup_forget(const eckid_lookup_setup_t *setup, const eckid_student_key_t *key,
                         apr_pool_t *pool);

#endif
