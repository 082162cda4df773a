/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL by which an authorization answer travels: its parameters, and which of them may go. */
#include "oidc/eckid_redirect.h"
#include "base/eckid_url.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Where the route ends: behind its last sign, or, as in "#/cb&state=", behind its last word. */
static apr_size_t route_len(eckid_bytes_t text)
{
    apr_size_t stop = 0, len;

    while (stop < text.len && !strchr("&=", text.data[stop])) {
        stop++;
    }
    len = stop;
    while (len && !strchr("/?#;!", text.data[len - 1])) {
        len--;
    }
    bool is_word = len && strchr("/!", text.data[len - 1]);

    return !is_word || (stop < text.len && text.data[stop] == '=') ? len
           : stop < text.len                                       ? stop + 1
                                                                   : stop;
}

static eckid_redirect_part_t split_part(eckid_bytes_t text, apr_pool_t *pool)
{
    const apr_size_t len = route_len(text);

    return (eckid_redirect_part_t){
        apr_pstrmemdup(pool, text.data, len),
        eckid_params_parse(eckid_bytes(text.data + len, text.len - len), pool)};
}

eckid_redirect_t eckid_redirect_split(const char *url, apr_pool_t *pool)
{
    const char *query = url + strcspn(url, "?#"), *fragment = strchr(url, '#');
    eckid_redirect_t redirect = {.url = url,
                                 .base = apr_pstrmemdup(pool, url, (apr_size_t)(query - url))};

    if (*query == '?') {
        redirect.query = split_part(eckid_bytes(query + 1, strcspn(query + 1, "#")), pool);
    }
    if (fragment) {
        redirect.fragment = split_part(eckid_bytes_str(fragment + 1), pool);
    }
    return redirect;
}

static const char *print_part(const char *sign, const eckid_redirect_part_t *part, apr_pool_t *pool)
{
    return part->params
               ? apr_pstrcat(pool, sign, part->route, eckid_params_print(part->params, pool), NULL)
               : "";
}

const char *eckid_redirect_print(const eckid_redirect_t *redirect, apr_pool_t *pool)
{
    return apr_pstrcat(pool, redirect->base, print_part("?", &redirect->query, pool),
                       print_part("#", &redirect->fragment, pool), NULL);
}

int eckid_redirect_count(const char **value, const eckid_params_t *params, const char *name,
                         apr_pool_t *pool)
{
    *value = NULL;
    int count = params ? eckid_params_get(value, params, name, pool) : 0;

    if (count == 1 && *value && !**value) {
        *value = NULL;
        count = 0;
    }
    return count;
}

/* Where it leads */

/* RFC 3986 section 3.1; a redirect URI is absolute (RFC 6749 section 3.1.2). */
static bool is_absolute(const char *url)
{
    const char *end = url;

    while (apr_isalnum(*end) || (*end && strchr("+-.", *end))) {
        end++;
    }
    return apr_isalpha(*url) && *end == ':';
}

static bool is_same(const char *one, const char *other, apr_pool_t *pool)
{
    if (strcmp(one, other) == 0) { /* as nearly always */
        return true;
    }
    const char *normal = eckid_url_normal(one, pool), *against = eckid_url_normal(other, pool);

    return normal && against && strcmp(normal, against) == 0;
}

/* The redirect URI that the request named, where it is the one that is gone to; or NULL. */
static const eckid_redirect_t *find_asked(eckid_redirect_t *asked, const eckid_redirect_t *redirect,
                                          const eckid_oidc_setup_t *setup, apr_pool_t *pool)
{
    if (!setup->redirect_uri) {
        return NULL;
    }
    *asked = eckid_redirect_split(setup->redirect_uri, pool);
    return is_same(asked->base, redirect->base, pool) ? asked : NULL;
}

static bool is_elsewhere(const char *url, const char *issuer, apr_pool_t *pool)
{
    const char *host = eckid_url_host(url, pool), *own = eckid_url_host(issuer, pool);

    return !host || !own || strcmp(host, own) != 0;
}

bool eckid_redirect_leaves(const eckid_redirect_t *redirect, const eckid_oidc_setup_t *setup,
                           apr_pool_t *pool)
{
    eckid_redirect_t asked;

    return is_absolute(redirect->url) &&
           (find_asked(&asked, redirect, setup, pool) ||
            is_elsewhere(redirect->url, eckid_provider_issuer(setup->provider), pool));
}

/* What may go */

static eckid_beside_t beside_in(const eckid_redirect_t *redirect, const eckid_oidc_login_t *login,
                                bool is_query)
{
    eckid_redirect_t asked;
    bool is_known = find_asked(&asked, redirect, login->setup, login->pool);
    eckid_params_t *own = !is_known ? NULL : is_query ? asked.query.params : asked.fragment.params;
    eckid_beside_t beside = eckid_beside_make(login, own, is_query && !is_known);

    beside.has_jwt = redirect->has_jwt;
    return beside;
}

eckid_beside_t eckid_redirect_query(const eckid_redirect_t *redirect,
                                    const eckid_oidc_login_t *login)
{
    return beside_in(redirect, login, true);
}

static int release_part(eckid_params_t *params, eckid_beside_t beside)
{
    return params ? eckid_params_filter(params, eckid_beside_stays, &beside, beside.login->pool)
                  : 0;
}

int eckid_redirect_release(eckid_redirect_t *redirect, const eckid_oidc_login_t *login)
{
    return release_part(redirect->query.params, beside_in(redirect, login, true)) +
           release_part(redirect->fragment.params, beside_in(redirect, login, false));
}
