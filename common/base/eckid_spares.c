/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contexts of other libraries that are used again: to make one takes longer than to use it. */
#include "base/eckid_spares.h"

#include <stdatomic.h>

#define SPARES 8 /* more threads are seldom at it at once; who finds none makes one */

struct eckid_spares_t {
    _Atomic(void *) places[SPARES]; /* the first are used most, so that they stay in the cache */
    void (*release)(void *context);
};

static apr_status_t release_all(void *self)
{
    eckid_spares_t *spares = self;
    void *context;

    while ((context = eckid_spares_take(spares))) {
        spares->release(context);
    }
    return APR_SUCCESS;
}

eckid_spares_t *eckid_spares_make(void (*release)(void *context), apr_pool_t *pool)
{
    eckid_spares_t *spares = apr_pcalloc(pool, sizeof(*spares));

    spares->release = release;
    apr_pool_cleanup_register(pool, spares, release_all, apr_pool_cleanup_null);
    return spares;
}

void *eckid_spares_take(eckid_spares_t *spares)
{
    void *context = NULL;

    for (int i = 0; i < SPARES && !context; i++) {
        if (atomic_load_explicit(&spares->places[i], memory_order_relaxed)) {
            context = atomic_exchange(&spares->places[i], NULL);
        }
    }
    return context;
}

void eckid_spares_give(eckid_spares_t *spares, void *context)
{
    for (int i = 0; i < SPARES && context; i++) {
        context = atomic_exchange(&spares->places[i], context);
    }
    if (context) {
        spares->release(context);
    }
}
