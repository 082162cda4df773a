/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The normal form of a URL, for comparing; and the parts of a URL. */
#ifndef ECKID_URL_H
#define ECKID_URL_H

#include "base/eckid_codec.h"

/*
 * The normal form of an absolute http or https URL (RFC 3986 section 6.2): scheme and host in lower
 * case; no trailing dot of the host, user, default port, dot segments or fragment; escapes in the
 * path decoded. The URL is read as browsers do: "\\" is "/", line breaks are removed, and a URL
 * with a host but without a scheme is https. NULL for anything else, such as a relative reference.
 * Use the result for comparing only.
 */
const char *eckid_url_normal(const char *url, apr_pool_t *pool);

/* The host alone, in that form; NULL if there is none. */
const char *eckid_url_host(const char *url, apr_pool_t *pool);

/* Path and query, in that form; NULL if it has none. */
const char *eckid_url_path(const char *url, apr_pool_t *pool);

/*
 * Returns how many parameters of that name are in the query and the fragment (name=value pairs,
 * separated by "&" or ";"). Value is the decoded value of the first one; it is not written if that
 * cannot be decoded.
 */
int eckid_url_parameter(eckid_bytes_t *value, const char *url, const char *name, apr_pool_t *pool);

/*
 * The URL in the value of a Refresh field or meta element (HTML standard section 4.2.5.3). It
 * follows a number, a ";" or ",", "url=" and a quote, of which all but the number are optional. The
 * result may have trailing text after the URL. NULL if there is none.
 */
const char *eckid_url_refresh(const char *value);

/*
 * A name that a stranger chose, such as an entity ID or a URL, as it may stand in a log line:
 * without query and fragment, cut after 200 characters, with "_" for every character that no URI
 * has. A name with "@" is not shown at all, because it could be a person's.
 */
const char *eckid_url_shown(const char *name, apr_pool_t *pool);

/* Whether all characters of the text are allowed in a path and a query (RFC 3986 sections 3.3 and
 * 3.4). */
bool eckid_url_is_relative(const char *text);

/* Whether the path has a "." or ".." segment, plain or escaped, so that the URL really means
 * another path (RFC 3986 section 5.2.4). */
bool eckid_url_has_dots(const char *url);

#endif
