/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Caches the results of lookups, encrypted, in a store. */
#include "store/eckid_cache.h"

/* The content of a record before encryption. A store is shared only by machines of the same kind. A
 * changed layout gets a new version, and a record of another version is a miss. */
typedef struct record_t {
    unsigned char version;
    eckid_cached_t cached;
} record_t;

#define RECORD_VERSION 2

void eckid_cache_index(eckid_cache_index_t *index, const eckid_cache_t *cache,
                       const eckid_cache_key_t *key, apr_pool_t *pool)
{
    const eckid_person_key_t *person = key->person;
    const eckid_bytes_t parts[] = {
        eckid_bytes_str(cache->generation),
        eckid_bytes_str(key->las),
        eckid_bytes_str(key->contract),
        eckid_bytes_str(key->school_type),
        eckid_bytes_str(key->school),
        eckid_bytes_str(key->signed_only ? "signed" : "plain"),
        eckid_bytes_str(key->pilot ? "pilot" : "production"),
        eckid_bytes_str(person ? person->type : ""),
        eckid_bytes_str(person ? person->value : ""),
        eckid_bytes_str(person && person->kind ? person->kind : ""),
    };
    int count = sizeof(parts) / sizeof(*parts);

    /* a student's index does without the kind: records of versions that knew no other stay found */
    eckid_records_index(index, &cache->records, parts, person && person->kind ? count : count - 1,
                        pool);
}

static apr_time_t end_of(const eckid_cache_t *cache, const eckid_cached_t *cached)
{
    return cached->fresh_until + (cached->finding.outcome == ECKID_FOUND ? cache->stale_for : 0);
}

bool eckid_cache_get(eckid_cached_t *cached, const eckid_cache_t *cache,
                     const eckid_cache_index_t *index, apr_time_t now, apr_pool_t *pool)
{
    eckid_bytes_t plain;
    record_t record;

    if (!eckid_records_get(&plain, &cache->records, index, sizeof(record), pool) ||
        plain.len != sizeof(record)) {
        return false;
    }
    memcpy(&record, plain.data, sizeof(record));
    *cached = record.cached;
    return record.version == RECORD_VERSION && end_of(cache, cached) > now;
}

static void put(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                const eckid_cached_t *cached, const unsigned char nonce[ECKID_SECRET_NONCE],
                apr_pool_t *pool)
{
    record_t record;

    memset(&record, 0, sizeof(record)); /* so that the padding is defined too */
    record.version = RECORD_VERSION;
    memcpy(&record.cached, cached, sizeof(*cached));
    eckid_records_put(&cache->records, index, eckid_bytes(&record, sizeof(record)),
                      end_of(cache, cached), nonce, pool);
}

/* Shortens a lifetime by up to an eighth, so that the records of a class that logged in together do
 * not expire together. */
static apr_interval_time_t with_jitter(apr_interval_time_t time, unsigned char jitter)
{
    return time - time / 8 * jitter / 256;
}

void eckid_cache_put(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                     const eckid_finding_t *finding, const eckid_moment_t *moment, apr_pool_t *pool)
{
    apr_interval_time_t time =
        finding->outcome == ECKID_FOUND ? cache->found_for : cache->not_found_for;
    eckid_cached_t cached;

    memset(&cached, 0, sizeof(cached));
    cached.finding.outcome = finding->outcome;
    if (finding->outcome == ECKID_FOUND) {
        cached.finding.value = finding->value;
    }
    cached.since = moment->now;
    cached.fresh_until = moment->now + with_jitter(time, moment->jitter);
    if (time > 0) {
        put(cache, index, &cached, moment->seal_nonce, pool);
    }
}

void eckid_cache_claim(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                       const eckid_cached_t *cached, apr_interval_time_t time,
                       const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_cached_t claimed = *cached;

    claimed.claimed_until = moment->now + time;
    put(cache, index, &claimed, moment->claim_nonce, pool);
}

void eckid_cache_forget(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                        apr_pool_t *pool)
{
    eckid_records_forget(&cache->records, index, pool);
}
