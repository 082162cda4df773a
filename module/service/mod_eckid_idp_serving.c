/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request to our own identity provider while it is handled, and how it is answered. */
#include "service/mod_eckid_idp_serving.h"

#include <http_protocol.h>

#include "bridge/eckid_bridge_cookie.h"
#include "service/mod_eckid_reply.h"

int mod_eckid_serving_page(const mod_eckid_serving_t *serving, const char *policy,
                           eckid_bytes_t page)
{
    request_rec *r = serving->r;

    apr_table_setn(r->headers_out, "Content-Security-Policy", policy);
    apr_table_setn(r->headers_out, "X-Content-Type-Options", "nosniff");
    r->no_cache = 1; /* it was made for one login */
    return mod_eckid_reply(r, "text/html; charset=utf-8", page, "no-store");
}

int mod_eckid_serving_post(const mod_eckid_serving_t *serving, const eckid_bridge_post_t *post)
{
    request_rec *r = serving->r;

    return mod_eckid_serving_page(
        serving, ECKID_BRIDGE_PAGE_CSP,
        eckid_bridge_page(post, apr_table_get(r->headers_in, "Accept-Language"), r->pool));
}

int mod_eckid_serving_go(const mod_eckid_serving_t *serving, const char *location)
{
    apr_table_setn(serving->r->headers_out, "Location", location);
    apr_table_setn(serving->r->err_headers_out, "Cache-Control", "no-store");
    return HTTP_SEE_OTHER;
}

void mod_eckid_serving_cookies(const mod_eckid_serving_t *serving,
                               const apr_array_header_t *cookies)
{
    const eckid_bridge_t *bridge = serving->bridge;

    for (int i = 0; cookies && i < cookies->nelts; i++) {
        apr_table_addn(serving->r->err_headers_out, "Set-Cookie",
                       eckid_bridge_cookie_field(&APR_ARRAY_IDX(cookies, i, eckid_bridge_cookie_t),
                                                 bridge->url, bridge->path, serving->r->pool));
    }
}
