/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The world at its two interfaces: a LAS that answers as it is told, a store in memory. */
#ifndef FAKES_H
#define FAKES_H

#include <apr_hash.h>

#include "decision/eckid_lookup.h"

typedef struct fake_las_t {
    int status; /* 0: err is returned instead of an answer */
    const char *type, *body;
    eckid_err_t *err;
    const char *date, *retry_after; /* or NULL */
    int deaths;                     /* so many calls first end without an answer */
    int calls;
    eckid_http_request_t last;
} fake_las_t;

eckid_transport_t fake_transport(fake_las_t *las);

/* A LAS at https://las.example that is asked over it, by signed calls without limits. */
eckid_las_t fake_channel(fake_las_t *las);

extern const eckid_school_t fake_school;

/* Lookups at that LAS for that school; cache may be NULL. */
eckid_lookup_setup_t fake_setup(const eckid_las_t *las, const eckid_cache_t *cache);

typedef struct fake_store_t {
    apr_hash_t *records; /* eckid_bytes_t * by index */
    int puts;
    apr_time_t until;
} fake_store_t;

fake_store_t *fake_store_make(void);
eckid_store_t fake_store(fake_store_t *store);

/* A cache on it: found ones for an hour, others for a minute. */
eckid_cache_t fake_cache(fake_store_t *store);

#define DIGITS64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define AN_ECKID "https://ketenid.nl/201703/" DIGITS64 DIGITS64

#endif
