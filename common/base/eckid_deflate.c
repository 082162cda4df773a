/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compresses short messages for the HTTP-Redirect binding. */
#include "base/eckid_deflate.h"
#include "base/eckid_zlib.h"

#include <stdint.h>
#include <stdlib.h>

/* A message is a kilobyte or two: 4 kB of window and small tables take 32 kB instead of 256. */
#define WINDOW 12
#define MEMORY 5

eckid_bytes_t eckid_deflate(eckid_bytes_t plain, apr_pool_t *pool)
{
    z_stream stream = eckid_zlib_stream(pool);

    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, -WINDOW, MEMORY,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        abort(); /* only without memory, for which a pool aborts too */
    }
    uLong room = deflateBound(&stream, (uLong)plain.len);
    unsigned char *packed = apr_palloc(pool, room + 1);

    stream.next_in = (Bytef *)(uintptr_t)plain.data;
    stream.avail_in = (uInt)plain.len;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    deflate(&stream, Z_FINISH);
    packed[stream.total_out] = '\0';
    deflateEnd(&stream);
    return eckid_bytes(packed, stream.total_out);
}
