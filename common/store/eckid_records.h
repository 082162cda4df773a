/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records in a store, encrypted, that are found by what they are about. */
#ifndef ECKID_RECORDS_H
#define ECKID_RECORDS_H

#include "crypto/eckid_secret.h"

#include <apr_time.h>

/* The length of an index, in bytes. */
#define ECKID_CACHE_INDEX ECKID_SECRET_DIGEST

/* The interface to a store: a socache provider of httpd, or a test. It sees only ciphertext. */
typedef struct eckid_store_t {
    /* Reads the record of that index, at most room bytes; false if there is none. */
    bool (*get)(void *self, unsigned char *record, apr_size_t *len, apr_size_t room,
                const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool);
    /* Keeps a record until then. A store may lose a record at any time. */
    void (*put)(void *self, const unsigned char index[ECKID_CACHE_INDEX], eckid_bytes_t record,
                apr_time_t until, apr_pool_t *pool);
    void (*forget)(void *self, const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool);
    void *self;
} eckid_store_t;

typedef struct eckid_records_t {
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* still used to read older records; or NULL */
    eckid_store_t store;
} eckid_records_t;

/* The index of a record with the current secret and, if there is one, with the previous secret. */
typedef struct eckid_records_index_t {
    unsigned char now[ECKID_CACHE_INDEX], before[ECKID_CACHE_INDEX];
} eckid_records_index_t;

/* Parts are what the record is about; see eckid_secret_digest. */
void eckid_records_index(eckid_records_index_t *index, const eckid_records_t *records,
                         const eckid_bytes_t *parts, int count, apr_pool_t *pool);

/* False if there is no record of at most max bytes of plain text, or it cannot be decrypted: by the
 * secret, bound to its index. */
bool eckid_records_get(eckid_bytes_t *plain, const eckid_records_t *records,
                       const eckid_records_index_t *index, apr_size_t max, apr_pool_t *pool);

/* An error of the store is ignored. The nonce must be random and used once. */
void eckid_records_put(const eckid_records_t *records, const eckid_records_index_t *index,
                       eckid_bytes_t plain, apr_time_t until,
                       const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool);

void eckid_records_forget(const eckid_records_t *records, const eckid_records_index_t *index,
                          apr_pool_t *pool);

#endif
