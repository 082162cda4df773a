/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers ECK iDs and their absence, encrypted, in a store it is given. */
#include "eckid_cache.h"

/* What stands in a record, once opened. Records never leave the kind of machine they were made on:
 * another layout has another version, and what cannot be read is a miss. */
typedef struct record_t {
    unsigned char version;
    unsigned char outcome;
    apr_time_t until;
    eckid_value_t value;
} record_t;

#define RECORD_VERSION 1

static void make_index(unsigned char index[ECKID_CACHE_INDEX], const eckid_cache_t *cache,
                       const eckid_cache_key_t *key, apr_pool_t *pool)
{
    const eckid_bytes_t parts[] = {
        eckid_bytes_str(key->las),
        eckid_bytes_str(key->school_type),
        eckid_bytes_str(key->school),
        eckid_bytes_str(key->student->type),
        eckid_bytes_str(key->student->value),
    };

    eckid_secret_digest(index, cache->secret, parts, sizeof(parts) / sizeof(*parts), pool);
}

bool eckid_cache_get(eckid_finding_t *finding, const eckid_cache_t *cache,
                     const eckid_cache_key_t *key, apr_time_t now, apr_pool_t *pool)
{
    unsigned char index[ECKID_CACHE_INDEX], sealed[ECKID_CACHE_RECORD_MAX];
    apr_size_t len = 0;
    eckid_bytes_t plain;
    record_t record;

    make_index(index, cache, key, pool);
    if (!cache->store.get(cache->store.self, sealed, &len, sizeof(sealed), index, pool) ||
        !eckid_secret_open(&plain, cache->secret, eckid_bytes(index, sizeof(index)),
                           eckid_bytes(sealed, len), pool) ||
        plain.len != sizeof(record)) {
        return false;
    }
    memcpy(&record, plain.data, sizeof(record));
    if (record.version != RECORD_VERSION || record.until <= now) {
        return false;
    }
    finding->outcome = (eckid_outcome_t)record.outcome;
    finding->value = record.value;
    return true;
}

void eckid_cache_put(const eckid_cache_t *cache, const eckid_cache_key_t *key,
                     const eckid_finding_t *finding, const eckid_moment_t *moment, apr_pool_t *pool)
{
    unsigned char index[ECKID_CACHE_INDEX];
    record_t record;
    eckid_bytes_t sealed;

    memset(&record, 0, sizeof(record)); /* the gaps between members are written too */
    record.version = RECORD_VERSION;
    record.outcome = (unsigned char)finding->outcome;
    record.until =
        moment->now + (finding->outcome == ECKID_FOUND ? cache->found_for : cache->not_found_for);
    if (finding->outcome == ECKID_FOUND) {
        record.value = finding->value;
    }
    make_index(index, cache, key, pool);
    if (record.until > moment->now &&
        !eckid_secret_seal(&sealed, cache->secret, moment->seal_nonce,
                           eckid_bytes(index, sizeof(index)), eckid_bytes(&record, sizeof(record)),
                           pool)) {
        cache->store.put(cache->store.self, index, sealed, record.until, pool);
    }
}
