/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cookies of our identity provider: what a browser shows us, and what it is told to keep. */
#include "bridge/eckid_bridge_cookie.h"

#include <apr_strings.h>

static void add(apr_array_header_t *cookies, eckid_bytes_t pair, apr_pool_t *pool)
{
    const char *equals = memchr(pair.data, '=', pair.len);

    if (equals && strncmp(pair.data, ECKID_COOKIE_PREFIX, strlen(ECKID_COOKIE_PREFIX)) == 0) {
        apr_size_t name = (apr_size_t)(equals - pair.data);

        APR_ARRAY_PUSH(cookies, eckid_bridge_cookie_t) =
            (eckid_bridge_cookie_t){apr_pstrmemdup(pool, pair.data, name),
                                    apr_pstrmemdup(pool, equals + 1, pair.len - name - 1)};
    }
}

apr_array_header_t *eckid_bridge_cookies_read(const char *field, apr_pool_t *pool)
{
    apr_array_header_t *cookies = apr_array_make(pool, 4, sizeof(eckid_bridge_cookie_t));

    while (field && *field && cookies->nelts < ECKID_COOKIES_MAX) {
        apr_size_t len = strcspn(field, ";");

        add(cookies, eckid_codec_trim(eckid_bytes(field, len)), pool);
        field += len + (field[len] == ';');
    }
    return cookies;
}

const char *eckid_bridge_cookies_get(const apr_array_header_t *cookies, const char *name)
{
    for (int i = 0; i < cookies->nelts; i++) {
        const eckid_bridge_cookie_t *cookie = &APR_ARRAY_IDX(cookies, i, eckid_bridge_cookie_t);

        if (strcmp(cookie->name, name) == 0) {
            return cookie->value;
        }
    }
    return NULL;
}

const char *eckid_bridge_cookie_field(const eckid_bridge_cookie_t *cookie, const char *url,
                                      const char *path, apr_pool_t *pool)
{
    bool is_https = strncasecmp(url, "https:", 6) == 0;

    return apr_pstrcat(pool, cookie->name, "=", cookie->value ? cookie->value : "",
                       "; Path=", *path ? path : "/", "; HttpOnly",
                       is_https ? "; Secure; SameSite=None" : "",
                       cookie->value ? "" : "; Max-Age=0", NULL);
}
