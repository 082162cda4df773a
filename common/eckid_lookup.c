/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache first, then LAS, then remember. */
#include "eckid_lookup.h"

eckid_lookup_t eckid_lookup(const eckid_cache_t *cache, const eckid_las_t *las,
                            const eckid_student_key_t *key, const eckid_moment_t *moment,
                            apr_pool_t *pool)
{
    const eckid_cache_key_t whom = {las->base, las->school.type, las->school.value, key};
    eckid_lookup_t lookup = {.cached = false};

    if (cache && eckid_cache_get(&lookup.finding, cache, &whom, moment->now, pool)) {
        lookup.cached = true;
        return lookup;
    }
    lookup.cause = eckid_las_ask(&lookup.finding, las, key, moment, pool);
    if (lookup.cause) {
        lookup.finding.outcome = ECKID_LAS_FAILED;
    }
    else if (cache) {
        eckid_cache_put(cache, &whom, &lookup.finding, moment, pool);
    }
    return lookup;
}
