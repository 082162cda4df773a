/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches a page that is too long to hold: what may be sent on, and when to stop. */
#include "html/eckid_page_stream.h"
#include "html/eckid_form.h"
#include "base/eckid_inflate.h"
#include "html/eckid_saml_scan.h"

struct eckid_page_stream_t {
    eckid_form_reader_t *reader; /* or NULL */
    eckid_saml_scan_t scan;
    eckid_inflate_t *inflater; /* or NULL */
    apr_off_t fed;             /* bytes of the body */
    apr_off_t read;            /* bytes of the page, inflated */
    apr_off_t settled;         /* bytes of the body */
    apr_pool_t *pool;
};

static eckid_err_t *read_plain(void *self, eckid_bytes_t plain)
{
    eckid_page_stream_t *stream = self;

    stream->read += (apr_off_t)plain.len;
    if (stream->reader) {
        ECKID_ERR(eckid_form_feed(stream->reader, plain));
    }
    if ((stream->reader && eckid_form_seen(stream->reader)) ||
        eckid_saml_scan_feed(&stream->scan, NULL, plain) != ECKID_SAML_SCAN_NONE) {
        return eckid_err_make(stream->pool, ECKID_TOO_LONG, "%s", "");
    }
    return NULL;
}

eckid_page_stream_t *eckid_page_stream_xml(bool gzip, apr_pool_t *pool)
{
    eckid_page_stream_t *stream = apr_pcalloc(pool, sizeof(*stream));

    stream->pool = pool;
    stream->inflater = gzip ? eckid_inflate_make(ECKID_GZIP, read_plain, stream, pool) : NULL;
    return stream;
}

eckid_page_stream_t *eckid_page_stream_page(bool gzip, apr_size_t tag_max, apr_pool_t *pool)
{
    eckid_page_stream_t *stream = eckid_page_stream_xml(gzip, pool);

    stream->reader = eckid_form_reader(tag_max, pool);
    return stream;
}

/* Compressed bytes are settled once everything they inflate to is settled. */
static void settle(eckid_page_stream_t *stream)
{
    apr_off_t plain = stream->reader ? eckid_form_settled(stream->reader) : stream->read;

    if (!stream->inflater) {
        stream->settled = plain;
    }
    else if (plain == stream->read) {
        stream->settled = stream->fed;
    }
}

eckid_err_t *eckid_page_stream_feed(eckid_page_stream_t *stream, eckid_bytes_t piece)
{
    ECKID_ERR(stream->inflater ? eckid_inflate_feed(stream->inflater, piece)
                               : read_plain(stream, piece));
    stream->fed += (apr_off_t)piece.len;
    settle(stream);
    return NULL;
}

eckid_err_t *eckid_page_stream_end(const eckid_page_stream_t *stream)
{
    const eckid_form_t *form;

    if (stream->inflater && !eckid_inflate_ended(stream->inflater)) {
        return eckid_err_make(stream->pool, ECKID_CODING, "the compressed data is incomplete");
    }
    return stream->reader ? eckid_form_end(&form, stream->reader) : NULL;
}

apr_off_t eckid_page_stream_settled(const eckid_page_stream_t *stream)
{
    return stream->settled;
}
