/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory of zlib, from a pool. */
#ifndef ECKID_ZLIB_H
#define ECKID_ZLIB_H

#include <apr_pools.h>
#include <zlib.h>

static inline void *eckid_zlib_allocate(void *pool, unsigned items, unsigned size)
{
    return apr_palloc(pool, (apr_size_t)items * size);
}

/* It is freed with the pool. */
static inline void eckid_zlib_release(void *pool, void *address)
{
    (void)pool, (void)address;
}

/* What a stream begins with. */
static inline z_stream eckid_zlib_stream(apr_pool_t *pool)
{
    return (z_stream){.zalloc = eckid_zlib_allocate, .zfree = eckid_zlib_release, .opaque = pool};
}

#endif
