/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page by which a browser takes a message to a supplier (bindings section 3.5). */
#ifndef ECKID_BRIDGE_PAGE_H
#define ECKID_BRIDGE_PAGE_H

#include "html/eckid_post_page.h"
#include "base/eckid_codec.h"

/* What allows its script and nothing else (CSP level 3). The action of the form is not restricted,
 * because browsers apply that to every redirect that follows. */
#define ECKID_BRIDGE_PAGE_CSP                                                                      \
    "default-src 'none'; base-uri 'none'; frame-ancestors 'self'; "                                \
    "script-src " ECKID_POST_PAGE_SOURCE

/* What is posted. */
typedef struct eckid_bridge_post_t {
    const char *action; /* the URL */
    const char *name;   /* SAMLResponse or SAMLRequest */
    eckid_bytes_t xml;
    const char *relay_state; /* or NULL */
} eckid_bridge_post_t;

/* A page with a form that sends itself, and a button for browsers without scripts. */
eckid_bytes_t eckid_bridge_page(const eckid_bridge_post_t *post, const char *accept_language,
                                apr_pool_t *pool);

#endif
