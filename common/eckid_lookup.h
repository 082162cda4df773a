/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache first, then LAS, then remember. */
#ifndef ECKID_LOOKUP_H
#define ECKID_LOOKUP_H

#include "eckid_cache.h"
#include "eckid_las.h"

typedef struct eckid_lookup_t {
    eckid_finding_t finding; /* outcome FOUND, IS_UNKNOWN, HAS_NONE or LAS_FAILED */
    bool cached;             /* whether it came from the cache */
    eckid_err_t *cause;      /* why the LAS failed, otherwise NULL */
} eckid_lookup_t;

/* Looks a student up. Cache may be NULL. Only what the LAS said is remembered, never its failure.
 */
eckid_lookup_t eckid_lookup(const eckid_cache_t *cache, const eckid_las_t *las,
                            const eckid_student_key_t *key, const eckid_moment_t *moment,
                            apr_pool_t *pool);

#endif
