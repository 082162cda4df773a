/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records in a store, encrypted, that are found by what they are about. */
#include "store/eckid_records.h"

void eckid_records_index(eckid_records_index_t *index, const eckid_records_t *records,
                         const eckid_bytes_t *parts, int count, apr_pool_t *pool)
{
    eckid_secret_digest(index->now, records->secret, parts, count, pool);
    if (records->previous) {
        eckid_secret_digest(index->before, records->previous, parts, count, pool);
    }
}

static bool get(eckid_bytes_t *plain, const eckid_store_t *store, const eckid_secret_t *secret,
                const unsigned char index[ECKID_CACHE_INDEX], apr_size_t max, apr_pool_t *pool)
{
    apr_size_t room = max + ECKID_SECRET_OVERHEAD, len = 0;
    unsigned char *sealed = apr_palloc(pool, room);

    return store->get(store->self, sealed, &len, room, index, pool) &&
           eckid_secret_open(plain, secret, eckid_bytes(index, ECKID_CACHE_INDEX),
                             eckid_bytes(sealed, len), pool);
}

bool eckid_records_get(eckid_bytes_t *plain, const eckid_records_t *records,
                       const eckid_records_index_t *index, apr_size_t max, apr_pool_t *pool)
{
    return get(plain, &records->store, records->secret, index->now, max, pool) ||
           (records->previous &&
            get(plain, &records->store, records->previous, index->before, max, pool));
}

void eckid_records_put(const eckid_records_t *records, const eckid_records_index_t *index,
                       eckid_bytes_t plain, apr_time_t until,
                       const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool)
{
    eckid_bytes_t sealed;

    if (!eckid_secret_seal(&sealed, records->secret, nonce,
                           eckid_bytes(index->now, ECKID_CACHE_INDEX), plain, pool)) {
        records->store.put(records->store.self, index->now, sealed, until, pool);
    }
}

void eckid_records_forget(const eckid_records_t *records, const eckid_records_index_t *index,
                          apr_pool_t *pool)
{
    records->store.forget(records->store.self, index->now, pool);
    if (records->previous) {
        records->store.forget(records->store.self, index->before, pool);
    }
}
