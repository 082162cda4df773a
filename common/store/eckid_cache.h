/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers ECK iDs and their absence, encrypted, in a store it is given. */
#ifndef ECKID_CACHE_H
#define ECKID_CACHE_H

#include "crypto/eckid_moment.h"
#include "model/eckid_finding.h"
#include "crypto/eckid_secret.h"

/* The longest record and the length of an index; bytes. */
#define ECKID_CACHE_RECORD_MAX 288
#define ECKID_CACHE_INDEX ECKID_SECRET_DIGEST

/* Where records are kept: a socache provider of httpd, or a test. It sees ciphertext only. */
typedef struct eckid_store_t {
    /* The record of that index, at most room bytes of it; false when there is none. */
    bool (*get)(void *self, unsigned char *record, apr_size_t *len, apr_size_t room,
                const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool);
    /* Keeps a record until then, or not: a store may forget at any time. */
    void (*put)(void *self, const unsigned char index[ECKID_CACHE_INDEX], eckid_bytes_t record,
                apr_time_t until, apr_pool_t *pool);
    void (*forget)(void *self, const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool);
    void *self;
} eckid_store_t;

typedef struct eckid_cache_t {
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* the one before: its records are read still; or NULL */
    const char *generation;         /* records of another one are not found; "" will do */
    eckid_store_t store;
    apr_interval_time_t found_for;     /* how long a found ECK iD counts */
    apr_interval_time_t not_found_for; /* and that there is none, or no such student */
    apr_interval_time_t stale_for;     /* how long a found one is kept after that */
} eckid_cache_t;

/* Whom a record is about: a student, or a school where student is NULL. */
typedef struct eckid_cache_key_t {
    const char *las, *contract;
    const char *school_type, *school;
    bool proved; /* only answers that the LAS signed count */
    bool pilot;  /* values with the pilot label are ignored unless this is set */
    const eckid_student_key_t *student;
} eckid_cache_key_t;

/* Under what it is kept: by the secret, and by the previous one where there is one. */
typedef struct eckid_cache_index_t {
    unsigned char now[ECKID_CACHE_INDEX], before[ECKID_CACHE_INDEX];
} eckid_cache_index_t;

void eckid_cache_index(eckid_cache_index_t *index, const eckid_cache_t *cache,
                       const eckid_cache_key_t *key, apr_pool_t *pool);

/* A record. */
typedef struct eckid_cached_t {
    eckid_finding_t finding;  /* LAS_FAILED says that the school is refused */
    apr_time_t since;         /* when the LAS said so */
    apr_time_t fresh_until;   /* from then on it is stale: the LAS is to be asked again */
    apr_time_t claimed_until; /* somebody is asking */
} eckid_cached_t;

/* False when there is none, or it cannot be opened, or it ended: all misses. */
bool eckid_cache_get(eckid_cached_t *cached, const eckid_cache_t *cache,
                     const eckid_cache_index_t *index, apr_time_t now, apr_pool_t *pool);

/* Remembers. Records that were made together do not end together. Losing one is no error. */
void eckid_cache_put(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                     const eckid_finding_t *finding, const eckid_moment_t *moment,
                     apr_pool_t *pool);

/* Tells all who share the store that this caller asks about a stale record, so that they need not:
 * for as long as asking may take. */
void eckid_cache_claim(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                       const eckid_cached_t *cached, apr_interval_time_t time,
                       const eckid_moment_t *moment, apr_pool_t *pool);

void eckid_cache_forget(const eckid_cache_t *cache, const eckid_cache_index_t *index,
                        apr_pool_t *pool);

#endif
