/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is in use and ends one day, and the warnings before that: each once, for all processes. */
#ifndef ECKID_EXPIRY_H
#define ECKID_EXPIRY_H

#include <apr_pools.h>

#include "base/eckid_told.h"

/* Something that ends. */
typedef struct eckid_expiry_t {
    const char *what;        /* "the certificate eckid/sign.crt" */
    apr_time_t until;        /* 0 or less: it does not end */
    apr_time_t since;        /* warnings that were due then are not given; 0 for all */
    const char *consequence; /* "suppliers may refuse what it signs" */
} eckid_expiry_t;

/* Which warning is due. */
typedef enum eckid_expiry_stage_t {
    ECKID_EXPIRY_FAR,   /* none */
    ECKID_EXPIRY_MONTH, /* 30 days are left, or less */
    ECKID_EXPIRY_WEEK,  /* 7 days */
    ECKID_EXPIRY_DAY,   /* 1 day */
    ECKID_EXPIRY_ENDED
} eckid_expiry_stage_t;

eckid_expiry_stage_t eckid_expiry_stage(const eckid_expiry_t *expiry, apr_time_t now);

/* "the certificate eckid/sign.crt ends at 2026-12-20T08:30:00Z, in 6 days: suppliers may refuse
 * what it signs" */
const char *eckid_expiry_text(const eckid_expiry_t *expiry, apr_time_t now, apr_pool_t *pool);

/* Whether a warning is due that was not given before; it counts as given from now on. Of several
 * threads and processes that ask, one is told so. Never blocks. */
bool eckid_expiry_is_news(eckid_told_t *told, const eckid_expiry_t *expiry, apr_time_t now,
                          apr_pool_t *pool);

#endif
