/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL in its normal form, so that two spellings of one place compare equal; and its parameters.
 */
#ifndef ECKID_URL_H
#define ECKID_URL_H

#include "base/eckid_codec.h"

/*
 * The normal form of an absolute http or https URL (RFC 3986 section 6.2): scheme and host in lower
 * case, no dot behind the host, no user, no default port, no dot segments, escapes of the path
 * decoded, no fragment. Read as browsers do, to whom "\\" is "/" and a line break is nothing; what
 * has a host but no scheme counts as https. NULL for anything else, relative references among them.
 * A form for comparing, not for visiting.
 */
const char *eckid_url_normal(const char *url, apr_pool_t *pool);

/* The host alone, in the same form. NULL where there is none. */
const char *eckid_url_host(const char *url, apr_pool_t *pool);

/*
 * The decoded value of a parameter of the query or of the fragment (name=value pairs parted by "&"
 * or ";"). How often the parameter stands there is returned; value is that of the first one, and is
 * not written when it does not decode.
 */
int eckid_url_parameter(eckid_bytes_t *value, const char *url, const char *name, apr_pool_t *pool);

/*
 * The URL in the value of a Refresh field or meta element (HTML standard section 4.2.5.3): what
 * follows the number, a ";" or ",", "url=" and a quote, all but the number optional. NULL when
 * there is none. What comes behind the URL may still be there.
 */
const char *eckid_url_refresh(const char *value);

/* Whether the text can stand in a path and a query (RFC 3986 sections 3.3 and 3.4). */
bool eckid_url_is_relative(const char *text);

/* Whether a segment of the path is "." or "..", escaped or not, so that the URL is another one than
 * it seems (RFC 3986 section 5.2.4). */
bool eckid_url_has_dots(const char *url);

#endif
