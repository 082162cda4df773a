/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Caches the results of lookups, encrypted, in a store. */
#ifndef ECKID_CACHE_H
#define ECKID_CACHE_H

#include "crypto/eckid_moment.h"
#include "model/eckid_finding.h"
#include "store/eckid_records.h"

typedef struct eckid_cache_t {
    eckid_records_t records;
    const char *generation;            /* part of the index: a new one starts empty; may be "" */
    apr_interval_time_t found_for;     /* how long a found ECK iD is fresh */
    apr_interval_time_t not_found_for; /* the same for "unknown" and "has no ECK iD" */
    apr_interval_time_t stale_for;     /* how long a found ECK iD is kept after that */
} eckid_cache_t;

/* What a record is about: a person, or a school if person is NULL. */
typedef struct eckid_cache_key_t {
    const char *las, *contract;
    const char *school_type, *school;
    bool signed_only; /* whether the LAS must sign its responses */
    bool pilot;       /* whether values with the pilot label are accepted */
    const eckid_person_key_t *person;
} eckid_cache_key_t;

typedef eckid_records_index_t eckid_cache_index_t;

void eckid_cache_index(eckid_cache_index_t *index, const eckid_cache_t *cache,
                       const eckid_cache_key_t *key, apr_pool_t *pool);

/* A record. */
typedef struct eckid_cached_t {
    eckid_finding_t finding;  /* LAS_FAILED means that the LAS refuses the school */
    apr_time_t since;         /* when the LAS answered */
    apr_time_t fresh_until;   /* after that it is stale: the LAS must be asked again */
    apr_time_t claimed_until; /* until then another caller is asking */
} eckid_cached_t;

/* False for a miss: there is no record, it cannot be decrypted, or it has expired. */
bool eckid_cache_get(eckid_cached_t *cached, const eckid_cache_t *cache,
                     const eckid_cache_index_t *index, apr_time_t now, apr_pool_t *pool);

/* Caches a finding. Lifetimes vary, so that records made at the same time do not expire at the same
 * time. An error of the store is ignored. */
void eckid_cache_put(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                     const eckid_finding_t *finding, const eckid_moment_t *moment,
                     apr_pool_t *pool);

/* Marks a stale record, for all who share the store: this caller asks the LAS, so that the others
 * need not. The mark lasts for time. */
void eckid_cache_claim(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                       const eckid_cached_t *cached, apr_interval_time_t time,
                       const eckid_moment_t *moment, apr_pool_t *pool);

void eckid_cache_forget(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                        apr_pool_t *pool);

#endif
