/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An eye on a page that is too long to be held: what may go on, and when to stop. */
#ifndef ECKID_PAGE_STREAM_H
#define ECKID_PAGE_STREAM_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef struct eckid_page_stream_t eckid_page_stream_t;

/* For an HTML page, gzipped or not, of which tags up to tag_max bytes are understood. */
eckid_page_stream_t *eckid_page_stream_page(bool gzip, apr_size_t tag_max, apr_pool_t *pool);

/* For XML, of which only traces of a login are looked for. */
eckid_page_stream_t *eckid_page_stream_xml(bool gzip, apr_pool_t *pool);

/* Looks at the next piece as it came. ECKID_TOO_LONG when it holds a login; other errors when it
 * cannot be read. Either way nothing behind eckid_page_stream_settled may go on. */
eckid_err_t *eckid_page_stream_feed(eckid_page_stream_t *watch, eckid_bytes_t piece);

/* The body has ended. ECKID_TRUNCATED when it did so within what may be a login, ECKID_CODING when
 * its compressed data is not whole. */
eckid_err_t *eckid_page_stream_end(const eckid_page_stream_t *watch);

/* How many of the bytes fed, from the first on, hold no field nor the beginning of one, and nothing
 * of an assertion behind the name of its element. */
apr_off_t eckid_page_stream_settled(const eckid_page_stream_t *watch);

#endif
