/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An eye on a page that is too long to be held: what may go on, and when to stop. */
#include "html/eckid_page_stream.h"
#include "html/eckid_form.h"
#include "base/eckid_inflate.h"
#include "html/eckid_saml_scan.h"

struct eckid_page_stream_t {
    eckid_form_reader_t *reader; /* or NULL */
    eckid_saml_scan_t trace;
    eckid_inflate_t *inflater; /* or NULL */
    apr_off_t fed;             /* as it came */
    apr_off_t read;            /* by the reader, inflated */
    apr_off_t settled;         /* as it came */
    apr_pool_t *pool;
};

static eckid_err_t *read_plain(void *self, eckid_bytes_t plain)
{
    eckid_page_stream_t *watch = self;

    watch->read += (apr_off_t)plain.len;
    if (watch->reader) {
        ECKID_ERR(eckid_form_feed(watch->reader, plain));
    }
    if ((watch->reader && eckid_form_seen(watch->reader)) ||
        eckid_saml_scan_feed(&watch->trace, NULL, plain) != ECKID_SAML_SCAN_NONE) {
        return eckid_err_make(watch->pool, ECKID_TOO_LONG, "%s", "");
    }
    return NULL;
}

eckid_page_stream_t *eckid_page_stream_xml(bool gzip, apr_pool_t *pool)
{
    eckid_page_stream_t *watch = apr_pcalloc(pool, sizeof(*watch));

    watch->pool = pool;
    watch->inflater = gzip ? eckid_inflate_make(ECKID_GZIP, read_plain, watch, pool) : NULL;
    return watch;
}

eckid_page_stream_t *eckid_page_stream_page(bool gzip, apr_size_t tag_max, apr_pool_t *pool)
{
    eckid_page_stream_t *watch = eckid_page_stream_xml(gzip, pool);

    watch->reader = eckid_form_reader(tag_max, pool);
    return watch;
}

/* Compressed bytes are settled when all that they inflate to is. */
static void settle(eckid_page_stream_t *watch)
{
    apr_off_t plain = watch->reader ? eckid_form_settled(watch->reader) : watch->read;

    if (!watch->inflater) {
        watch->settled = plain;
    }
    else if (plain == watch->read) {
        watch->settled = watch->fed;
    }
}

eckid_err_t *eckid_page_stream_feed(eckid_page_stream_t *watch, eckid_bytes_t piece)
{
    ECKID_ERR(watch->inflater ? eckid_inflate_feed(watch->inflater, piece)
                              : read_plain(watch, piece));
    watch->fed += (apr_off_t)piece.len;
    settle(watch);
    return NULL;
}

eckid_err_t *eckid_page_stream_end(const eckid_page_stream_t *watch)
{
    const eckid_form_t *form;

    if (watch->inflater && !eckid_inflate_ended(watch->inflater)) {
        return eckid_err_make(watch->pool, ECKID_CODING, "the compressed data is not whole");
    }
    return watch->reader ? eckid_form_end(&form, watch->reader) : NULL;
}

apr_off_t eckid_page_stream_settled(const eckid_page_stream_t *watch)
{
    return watch->settled;
}
