/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contexts of other libraries that are used again: to make one takes longer than to use it. */
#ifndef ECKID_SPARES_H
#define ECKID_SPARES_H

#include <apr_pools.h>

/* A few contexts of one kind that nobody uses at the moment. Shared by threads, without a lock. */
typedef struct eckid_spares_t eckid_spares_t;

/* None yet. Release ends a context; those that are here when the pool ends end with it. */
eckid_spares_t *eckid_spares_make(void (*release)(void *context), apr_pool_t *pool);

/* One that was given back, which is the caller's from now on; NULL if there is none. */
void *eckid_spares_take(eckid_spares_t *spares);

/* Takes over a context that is as good as new, or NULL. */
void eckid_spares_give(eckid_spares_t *spares, void *context);

#endif
