/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watches a page that is too long to hold: what may be sent on, and when to stop. */
#ifndef ECKID_PAGE_STREAM_H
#define ECKID_PAGE_STREAM_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "html/eckid_token_runs.h"

typedef struct eckid_page_stream_t eckid_page_stream_t;

/* For an HTML page, possibly gzipped; tags may have up to tag_max bytes. */
eckid_page_stream_t *eckid_page_stream_page(bool gzip, apr_size_t tag_max, apr_pool_t *pool);

/* For XML, which is only scanned for logins. */
eckid_page_stream_t *eckid_page_stream_xml(bool gzip, apr_pool_t *pool);

/* Has what may be a signed token in it judged. Call this before the first piece. */
void eckid_page_stream_judge(eckid_page_stream_t *stream, eckid_token_runs_judge_t *judge,
                             void *self);

/* Reads the next piece of the body. ECKID_TOO_LONG if the page has a login; the error of the judge;
 * another one if it cannot be read. In each case nothing after eckid_page_stream_settled may be
 * sent on. */
eckid_err_t *eckid_page_stream_feed(eckid_page_stream_t *stream, eckid_bytes_t piece);

/* Call this at the end of the body. ECKID_TRUNCATED if it ends within a possible login,
 * ECKID_CODING if the compressed data is incomplete. */
eckid_err_t *eckid_page_stream_end(const eckid_page_stream_t *stream);

/* How many bytes from the beginning of the body are safe to send on: they contain no field or part
 * of one, nothing of a token that is still to be judged, and at most the beginning of an assertion,
 * up to the name of its element. */
apr_off_t eckid_page_stream_settled(const eckid_page_stream_t *stream);

#endif
