/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks up a person in the directory, in the cache and in the LAS, and caches what the LAS said. */
#ifndef ECKID_LOOKUP_H
#define ECKID_LOOKUP_H

#include <apr_hash.h>

#include "decision/eckid_single_flight.h"
#include "directory/eckid_directory.h"
#include "las/eckid_las.h"
#include "las/eckid_school_map.h"

typedef enum eckid_source_t {
    ECKID_FROM_LAS,      /* also if the LAS failed and nothing was found */
    ECKID_FROM_CACHE,    /* a fresh record */
    ECKID_FROM_STALE,    /* an older one, where the supplier's block allows it */
    ECKID_FROM_DIRECTORY /* also if the directory failed and the LAS knows nothing */
} eckid_source_t;

#define ECKID_SOURCES (ECKID_FROM_DIRECTORY + 1)

/* What the cache did, in a word: "miss", "hit" or "stale"; or "directory", where it was not asked.
 */
const char *eckid_source_name(eckid_source_t source);

typedef struct eckid_lookup_t {
    eckid_finding_t finding; /* outcome FOUND, IS_UNKNOWN, HAS_NONE, LAS_FAILED or
                                DIRECTORY_FAILED */
    eckid_source_t source;
    apr_interval_time_t clock_offset; /* see eckid_las.h */
    eckid_err_t *cause;               /* why the LAS or the directory failed; may be set with FOUND
                                         too, if something else knew the person */
} eckid_lookup_t;

/* Where to look up people, and for which school. */
typedef struct eckid_lookup_setup_t {
    const eckid_las_t *las;
    const eckid_school_t *school;
    eckid_directory_t *directory;      /* required where the order of a LAS names it; or NULL */
    const eckid_cache_t *cache;        /* NULL for none */
    eckid_single_flight_t *flights;    /* required with a cache */
    const eckid_school_map_t *schools; /* NULL for a single school */
    apr_hash_t *lases; /* const eckid_las_t * by the names used in the school map; may be NULL */
} eckid_lookup_setup_t;

/* The setup for the school of a key. Without a school map it is a copy of all.
 * ECKID_NO_SCHOOL if the map does not have the school. */
eckid_err_t *eckid_lookup_setup_for(eckid_lookup_setup_t *setup, const eckid_lookup_setup_t *all,
                                    const eckid_person_key_t *key, apr_pool_t *pool);

/*
 * Looks up a person, where the order of the LAS says. The directory is not cached: who is removed
 * from it is gone at once. If it fails and the LAS does not know the person either, the outcome is
 * DIRECTORY_FAILED, as the directory might. A stale ECK iD is one that is no longer fresh, but not
 * older than stale_max. It is used while one caller asks the LAS again, and when the LAS fails, but
 * never when the LAS refuses the school. Answers of the LAS are cached, and for a while also its
 * refusal of a school; other failures are not. May ask the directory and the LAS, and then blocks
 * for at most the timeouts of both.
 */
eckid_lookup_t eckid_lookup(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                            apr_interval_time_t stale_max, const eckid_moment_t *moment,
                            apr_pool_t *pool);

/* Removes the record of a person of this LAS and school from the cache. */
void eckid_lookup_forget(const eckid_lookup_setup_t *setup, const eckid_person_key_t *key,
                         apr_pool_t *pool);

#endif
