/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A URL by which an authorization answer travels: its parameters, and which of them stay. */
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

/* One without "=" is a place in a page, or a route and no more. */
static eckid_redirect_part_t split_fragment(const char *text, apr_pool_t *pool)
{
    return strchr(text, '=')
               ? split_part(eckid_bytes_str(text), pool)
               : (eckid_redirect_part_t){apr_pstrdup(pool, text),
                                         eckid_params_parse(eckid_bytes("", 0), pool)};
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
        redirect.fragment = split_fragment(fragment + 1, pool);
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

eckid_redirect_asked_t eckid_redirect_asked(const eckid_oidc_setup_t *setup, apr_pool_t *pool)
{
    eckid_redirect_asked_t asked = {.setup = setup, .pool = pool};

    if (setup->redirect_uri) {
        const eckid_redirect_t uri = eckid_redirect_split(setup->redirect_uri, pool);

        asked.base = uri.base;
        asked.query_pairs = eckid_beside_pairs(uri.query.params, pool);
        asked.fragment_pairs = eckid_beside_pairs(uri.fragment.params, pool);
    }
    return asked;
}

static const char *normal_of(eckid_redirect_asked_t *asked)
{
    if (!asked->is_normal) {
        asked->normal = eckid_url_normal(asked->base, asked->pool);
        asked->is_normal = true;
    }
    return asked->normal;
}

bool eckid_redirect_is_asked(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked)
{
    if (!asked->base || strcmp(redirect->base, asked->base) == 0) { /* as nearly always */
        return asked->base != NULL;
    }
    const char *normal = normal_of(asked) ? eckid_url_normal(redirect->base, asked->pool) : NULL;

    return normal && strcmp(normal, asked->normal) == 0;
}

/* Whether it has a scheme (RFC 3986 section 3.1), as a redirect URI has (RFC 6749 section 3.1.2),
 * or at least a host, for which a browser takes the scheme of the page. */
static bool is_absolute(const char *url)
{
    const char *start = url + strspn(url, " \t\r\n"), *end = start;

    while (apr_isalnum(*end) || (*end && strchr("+-.", *end))) {
        end++;
    }
    return (apr_isalpha(*start) && *end == ':') || strspn(start, "/\\") >= 2;
}

static bool is_elsewhere(const char *url, const char *issuer, apr_pool_t *pool)
{
    const char *host = eckid_url_host(url, pool), *own = eckid_url_host(issuer, pool);

    return !host || !own || strcmp(host, own) != 0;
}

bool eckid_redirect_leaves(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked)
{
    return is_absolute(redirect->url)
               ? eckid_redirect_is_asked(redirect, asked) ||
                     is_elsewhere(redirect->base, eckid_provider_issuer(asked->setup->provider),
                                  asked->pool)
               : asked->base_leaves;
}

void eckid_redirect_set_base(eckid_redirect_asked_t *asked, const char *base)
{
    if (base) {
        const eckid_redirect_t redirect = eckid_redirect_split(base, asked->pool);

        asked->base_leaves = eckid_redirect_leaves(&redirect, asked);
    }
}

/* What stays */

static eckid_beside_t in_query(const eckid_redirect_t *redirect,
                               const eckid_redirect_asked_t *asked, bool is_asked,
                               const eckid_oidc_login_t *login)
{
    eckid_beside_t beside =
        eckid_beside_make(login, is_asked ? asked->query_pairs : NULL, !is_asked);

    beside.has_jwt = redirect->has_jwt;
    return beside;
}

eckid_beside_t eckid_redirect_query(const eckid_redirect_t *redirect, eckid_redirect_asked_t *asked,
                                    const eckid_oidc_login_t *login)
{
    return in_query(redirect, asked, eckid_redirect_is_asked(redirect, asked), login);
}

static int release_part(eckid_params_t *params, eckid_beside_t beside)
{
    return params ? eckid_params_filter(params, eckid_beside_stays, &beside, beside.login->pool)
                  : 0;
}

int eckid_redirect_release(eckid_redirect_t *redirect, eckid_redirect_asked_t *asked,
                           const eckid_oidc_login_t *login)
{
    const bool is_asked = eckid_redirect_is_asked(redirect, asked);
    eckid_beside_t in_fragment =
        eckid_beside_make(login, is_asked ? asked->fragment_pairs : NULL, false);

    in_fragment.has_jwt = redirect->has_jwt;
    return release_part(redirect->query.params, in_query(redirect, asked, is_asked, login)) +
           release_part(redirect->fragment.params, in_fragment);
}
