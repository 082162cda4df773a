/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers ECK iDs and their absence, encrypted, in a store it is given. */
#ifndef ECKID_CACHE_H
#define ECKID_CACHE_H

#include "eckid_moment.h"
#include "eckid_outcome.h"
#include "eckid_secret.h"

/* The longest record and the length of an index; bytes. */
#define ECKID_CACHE_RECORD_MAX 256
#define ECKID_CACHE_INDEX ECKID_SECRET_DIGEST

/* Where records are kept: a socache provider of httpd, or a test. It sees ciphertext only. */
typedef struct eckid_store_t {
    /* The record of that index, at most room bytes of it; false when there is none. */
    bool (*get)(void *self, unsigned char *record, apr_size_t *len, apr_size_t room,
                const unsigned char index[ECKID_CACHE_INDEX], apr_pool_t *pool);
    /* Keeps a record until then, or not: a store may forget at any time. */
    void (*put)(void *self, const unsigned char index[ECKID_CACHE_INDEX], eckid_bytes_t record,
                apr_time_t until, apr_pool_t *pool);
    void *self;
} eckid_store_t;

typedef struct eckid_cache_t {
    const eckid_secret_t *secret;
    eckid_store_t store;
    apr_interval_time_t found_for;     /* how long a found ECK iD is remembered */
    apr_interval_time_t not_found_for; /* and that there is none, or no such student */
} eckid_cache_t;

/* Whom a record is about. */
typedef struct eckid_cache_key_t {
    const char *las;
    const char *school_type, *school;
    const eckid_student_key_t *student;
} eckid_cache_key_t;

/* What is remembered. False when nothing is, or it is too old, or cannot be opened: all misses. */
bool eckid_cache_get(eckid_finding_t *finding, const eckid_cache_t *cache,
                     const eckid_cache_key_t *key, apr_time_t now, apr_pool_t *pool);

/* Remembers. Losing it is no error. */
void eckid_cache_put(const eckid_cache_t *cache, const eckid_cache_key_t *key,
                     const eckid_finding_t *finding, const eckid_moment_t *moment,
                     apr_pool_t *pool);

#endif
