/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cookies of our identity provider: what a browser shows us, and what it is told to keep. */
#ifndef ECKID_BRIDGE_COOKIE_H
#define ECKID_BRIDGE_COOKIE_H

#include <apr_tables.h>

#include "base/eckid_codec.h"

#define ECKID_COOKIE_PREFIX "eckid-"
#define ECKID_COOKIES_MAX 32 /* of ours that are looked at */

typedef struct eckid_bridge_cookie_t {
    const char *name;
    const char *value; /* NULL: the browser is to forget it */
} eckid_bridge_cookie_t;

/* Our cookies (eckid_bridge_cookie_t) in a Cookie field (RFC 6265 section 4.2.1), in its order; the
 * field may be NULL. Nothing of them may be relied upon. */
apr_array_header_t *eckid_bridge_cookies_read(const char *field, apr_pool_t *pool);

/* The value of the first one of that name; NULL if there is none. */
const char *eckid_bridge_cookies_get(const apr_array_header_t *cookies, const char *name);

/*
 * A Set-Cookie field. Only the endpoints below the URL get it. A supplier's page may post to us, so
 * it is SameSite=None, which browsers accept with Secure alone: over http, which is for trying, it
 * has neither.
 */
const char *eckid_bridge_cookie_field(const eckid_bridge_cookie_t *cookie, const char *url,
                                      const char *path, apr_pool_t *pool);

#endif
