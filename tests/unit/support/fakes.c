/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The world at its two interfaces: a LAS that answers as it is told, a store in memory. */
#include "contract/eckid_contract_eduv.h"
#include "support/fakes.h"
#include "support/keys.h"
#include "support/maker.h"
#include "unit.h"

#include <apr_strings.h>

static eckid_err_t *send_request(void *self, eckid_http_response_t **answer,
                                 const eckid_http_request_t *request, apr_pool_t *p)
{
    fake_las_t *las = self;

    las->calls++;
    las->last = *request;
    if (las->calls <= las->deaths) {
        return eckid_err_make(p, ECKID_DIED, "%s", "");
    }
    if (!las->status) {
        return las->err;
    }
    *answer = apr_pcalloc(p, sizeof(**answer));
    (*answer)->status = las->status;
    (*answer)->headers = apr_table_make(p, 2);
    if (las->date) {
        apr_table_set((*answer)->headers, "Date", las->date);
    }
    if (las->retry_after) {
        apr_table_set((*answer)->headers, "Retry-After", las->retry_after);
    }
    if (las->type) {
        apr_table_set((*answer)->headers, "Content-Type", las->type);
    }
    (*answer)->body = str(las->body);
    return NULL;
}

eckid_transport_t fake_transport(fake_las_t *las)
{
    return (eckid_transport_t){send_request, las};
}

eckid_las_t fake_channel(fake_las_t *las)
{
    return (eckid_las_t){
        .base = "https://las.example",
        .contract = &eckid_contract_eduv,
        .key = test_pair(P_256, 2),
        .keyid = "school",
        .transport = fake_transport(las),
        .timeout = apr_time_from_sec(5),
        .clock = maker_clock,
    };
}

const eckid_school_t fake_school = {"V_ID", "11ZZ03"};

eckid_lookup_setup_t fake_setup(const eckid_las_t *las, const eckid_cache_t *cache)
{
    eckid_lookup_setup_t setup = {.las = las, .school = &fake_school, .cache = cache};

    ok(eckid_single_flight_make(&setup.flights, pool));
    return setup;
}

static bool get(void *self, unsigned char *record, apr_size_t *len, apr_size_t room,
                const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *p)
{
    fake_store_t *store = self;
    const eckid_bytes_t *found = apr_hash_get(store->records, index, ECKID_CACHE_INDEX);

    (void)p;
    if (!found) {
        return false;
    }
    ck_assert(found->len <= room);
    memcpy(record, found->data, found->len);
    *len = found->len;
    return true;
}

static void put(void *self, const unsigned char index[ECKID_CACHE_INDEX], eckid_bytes_t record,
                apr_time_t until, apr_pool_t *p)
{
    fake_store_t *store = self;
    eckid_bytes_t *copy = apr_palloc(pool, sizeof(*copy));

    (void)p;
    *copy = eckid_bytes(apr_pmemdup(pool, record.data, record.len), record.len);
    apr_hash_set(store->records, apr_pmemdup(pool, index, ECKID_CACHE_INDEX), ECKID_CACHE_INDEX,
                 copy);
    store->puts++;
    store->until = until;
}

static void forget(void *self, const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *p)
{
    (void)p;
    apr_hash_set(((fake_store_t *)self)->records, index, ECKID_CACHE_INDEX, NULL);
}

fake_store_t *fake_store_make(void)
{
    fake_store_t *store = apr_pcalloc(pool, sizeof(*store));

    store->records = apr_hash_make(pool);
    return store;
}

eckid_store_t fake_store(fake_store_t *store)
{
    return (eckid_store_t){get, put, forget, store};
}

eckid_cache_t fake_cache(fake_store_t *store)
{
    return (eckid_cache_t){
        .records = {eckid_secret_make(str("a secret of more than thirty-two bytes"), pool), NULL,
                    fake_store(store)},
        .generation = "",
        .found_for = apr_time_from_sec(3600),
        .not_found_for = apr_time_from_sec(60),
    };
}
