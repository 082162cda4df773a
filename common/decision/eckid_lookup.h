/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache first, then LAS, then remember. */
#ifndef ECKID_LOOKUP_H
#define ECKID_LOOKUP_H

#include <apr_hash.h>

#include "decision/eckid_single_flight.h"
#include "las/eckid_las.h"
#include "las/eckid_school_map.h"

typedef enum eckid_source_t {
    ECKID_FROM_LAS,   /* or from nobody, as it failed */
    ECKID_FROM_CACHE, /* fresh */
    ECKID_FROM_STALE  /* as old as the supplier's block allows */
} eckid_source_t;

typedef struct eckid_lookup_t {
    eckid_finding_t finding; /* outcome FOUND, IS_UNKNOWN, HAS_NONE or LAS_FAILED */
    eckid_source_t source;
    apr_interval_time_t clock_offset; /* see eckid_las.h */
    eckid_err_t *cause;               /* why the LAS failed, if it did; also of FROM_STALE */
} eckid_lookup_t;

/* By what a lookup is made, and for which school. */
typedef struct eckid_lookup_setup_t {
    const eckid_las_t *las;
    const eckid_school_t *school;
    const eckid_cache_t *cache;        /* or NULL */
    eckid_single_flight_t *flights;    /* not NULL where there is a cache */
    const eckid_school_map_t *schools; /* NULL where there is one school */
    apr_hash_t *lases; /* const eckid_las_t *, by the names that schools give; may be NULL */
} eckid_lookup_setup_t;

/* The means for the school that a student key names: those that were given where it names none.
 * ECKID_NO_SCHOOL. */
eckid_err_t *eckid_lookup_setup_for(eckid_lookup_setup_t *means, const eckid_lookup_setup_t *all,
                                    const eckid_student_key_t *key, apr_pool_t *pool);

/*
 * Looks a student up. A found ECK iD that is older than it should be, but not than stale_max, is
 * good enough while one caller asks anew, and when the LAS fails; never when it refuses the school.
 * Only what the LAS said is remembered, not that it failed; but a refused school is, for a while.
 */
eckid_lookup_t eckid_lookup(const eckid_lookup_setup_t *means, const eckid_student_key_t *key,
                            apr_interval_time_t stale_max, const eckid_moment_t *moment,
                            apr_pool_t *pool);

/* Forgets what is remembered about a student, at this LAS and school. */
void eckid_lookup_forget(const eckid_lookup_setup_t *means, const eckid_student_key_t *key,
                         apr_pool_t *pool);

#endif
