/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounded inflation of gzip pages and of messages in the HTTP-Redirect binding. */
#ifndef ECKID_INFLATE_H
#define ECKID_INFLATE_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef enum eckid_inflate_format_t {
    ECKID_GZIP,   /* RFC 1952, one member */
    ECKID_DEFLATE /* RFC 1951 without a header, as SAML bindings section 3.4.4.1 uses it */
} eckid_inflate_format_t;

/* Receives inflated bytes, piece by piece; an error ends the inflation. */
typedef eckid_err_t *eckid_inflate_sink_t(void *self, eckid_bytes_t plain);

typedef struct eckid_inflate_t eckid_inflate_t;

/* An inflater that passes its output to sink. Lives as long as pool. */
eckid_inflate_t *eckid_inflate_make(eckid_inflate_format_t format, eckid_inflate_sink_t *sink,
                                    void *self, apr_pool_t *pool);

/* Inflates the next piece. ECKID_CODING if the data is damaged or continues after its end;
 * otherwise the sink's error. Errors are allocated in the inflater's pool. */
eckid_err_t *eckid_inflate_feed(eckid_inflate_t *inflater, eckid_bytes_t packed);

/* Whether the end of the compressed data was reached and its checksum was right. */
bool eckid_inflate_ended(const eckid_inflate_t *inflater);

/* Inflates the beginning, up to limit bytes, and ignores the rest. ECKID_CODING if it is
 * damaged. */
eckid_err_t *eckid_inflate_start(eckid_bytes_t *out, eckid_inflate_format_t format,
                                 eckid_bytes_t packed, apr_size_t limit, apr_pool_t *pool);

/* Inflates all data. ECKID_CODING if it is damaged or incomplete; ECKID_LIMIT above limit bytes. */
eckid_err_t *eckid_inflate_all(eckid_bytes_t *out, eckid_inflate_format_t format,
                               eckid_bytes_t packed, apr_size_t limit, apr_pool_t *pool);

#endif
