/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded inflation of gzip pages and of messages in the HTTP-Redirect binding. */
#include "base/eckid_inflate.h"
#include "base/eckid_zlib.h"

struct eckid_inflate_t {
    z_stream stream;
    eckid_inflate_sink_t *sink;
    void *self;
    apr_pool_t *pool;
    bool ended;
    unsigned char piece[16384];
};

eckid_inflate_t *eckid_inflate_make(eckid_inflate_format_t format, eckid_inflate_sink_t *sink,
                                    void *self, apr_pool_t *pool)
{
    eckid_inflate_t *inflater = apr_pcalloc(pool, sizeof(*inflater));

    inflater->sink = sink;
    inflater->self = self;
    inflater->pool = pool;
    inflater->stream = eckid_zlib_stream(pool); /* allocates about 40 kB once */
    if (inflateInit2(&inflater->stream, format == ECKID_GZIP ? 15 + 16 : -15) != Z_OK) {
        inflater->ended = true; /* so that the first byte fed is an error */
    }
    return inflater;
}

/* One call of zlib: inflates until the input or the output buffer is used up. */
static eckid_err_t *inflate_piece(eckid_inflate_t *inflater)
{
    z_stream *stream = &inflater->stream;

    stream->next_out = inflater->piece;
    stream->avail_out = sizeof(inflater->piece);
    int status = inflater->ended ? Z_DATA_ERROR : inflate(stream, Z_NO_FLUSH);

    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
        return eckid_err_make(inflater->pool, ECKID_CODING, "the compressed data is damaged");
    }
    inflater->ended = status == Z_STREAM_END;
    return inflater->sink(
        inflater->self, eckid_bytes(inflater->piece, sizeof(inflater->piece) - stream->avail_out));
}

eckid_err_t *eckid_inflate_feed(eckid_inflate_t *inflater, eckid_bytes_t packed)
{
    inflater->stream.next_in = (Bytef *)packed.data;
    inflater->stream.avail_in = (uInt)packed.len;
    while (inflater->stream.avail_in ||
           (inflater->stream.avail_out == 0 && !inflater->ended && packed.len)) {
        ECKID_ERR(inflate_piece(inflater));
    }
    return NULL;
}

bool eckid_inflate_ended(const eckid_inflate_t *inflater)
{
    return inflater->ended;
}

typedef struct whole_t {
    char *data;
    apr_size_t len, room, limit;
    apr_pool_t *pool;
} whole_t;

static eckid_err_t *append(void *self, eckid_bytes_t plain)
{
    whole_t *whole = self;
    bool too_long = plain.len > whole->limit - whole->len;

    plain.len = too_long ? whole->limit - whole->len : plain.len;
    if (whole->len + plain.len >= whole->room) {
        whole->room = 2 * (whole->len + plain.len) + 1;
        char *larger = apr_palloc(whole->pool, whole->room);

        memcpy(larger, whole->data, whole->len);
        whole->data = larger;
    }
    memcpy(whole->data + whole->len, plain.data, plain.len);
    whole->len += plain.len;
    whole->data[whole->len] = '\0';
    return too_long ? eckid_err_make(whole->pool, ECKID_LIMIT,
                                     "more than %" APR_SIZE_T_FMT " bytes", whole->limit)
                    : NULL;
}

eckid_err_t *eckid_inflate_start(eckid_bytes_t *out, eckid_inflate_format_t format,
                                 eckid_bytes_t packed, apr_size_t limit, apr_pool_t *pool)
{
    whole_t whole = {.data = apr_pcalloc(pool, 1), .limit = limit, .pool = pool};
    eckid_err_t *err = eckid_inflate_feed(eckid_inflate_make(format, append, &whole, pool), packed);

    *out = eckid_bytes(whole.data, whole.len);
    return err && err->code != ECKID_LIMIT ? err : NULL;
}

eckid_err_t *eckid_inflate_all(eckid_bytes_t *out, eckid_inflate_format_t format,
                               eckid_bytes_t packed, apr_size_t limit, apr_pool_t *pool)
{
    whole_t whole = {.data = apr_pcalloc(pool, 1), .limit = limit, .pool = pool};
    apr_pool_t *scratch; /* of zlib: some 60 kB, and a page can hold many messages */

    apr_pool_create(&scratch, pool);
    eckid_inflate_t *inflater = eckid_inflate_make(format, append, &whole, scratch);

    inflater->pool = pool;
    eckid_err_t *err = eckid_inflate_feed(inflater, packed);
    bool ended = inflater->ended;

    apr_pool_destroy(scratch);
    if (!err && !ended) {
        err = eckid_err_make(pool, ECKID_CODING, "the compressed data is incomplete");
    }
    *out = eckid_bytes(whole.data, whole.len);
    return err;
}
