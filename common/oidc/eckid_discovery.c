/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider publishes about itself: its discovery document and its JWKS. */
#include "oidc/eckid_discovery.h"
#include "base/eckid_json_readable.h"
#include "base/eckid_url.h"

#include <apr_strings.h>

#define WELL_KNOWN "/.well-known/openid-configuration"
#define OAUTH_WELL_KNOWN "/.well-known/oauth-authorization-server"

const char *eckid_discovery_path(const eckid_backend_t *backend, apr_pool_t *pool)
{
    return eckid_backend_path(backend, eckid_backend_public_url(backend, WELL_KNOWN, pool), pool);
}

const char *eckid_discovery_oauth_path(const eckid_backend_t *backend, apr_pool_t *pool)
{
    return eckid_backend_path(backend, eckid_backend_public_url(backend, OAUTH_WELL_KNOWN, pool),
                              pool);
}

/* The same error, which names what was asked for too. */
static eckid_err_t *at(const char *place, const eckid_err_t *err, apr_pool_t *pool)
{
    return err ? eckid_err_advise(
                     eckid_err_make(pool, ECKID_PROVIDER, "%s: %s", place, err->detail),
                     err->hint ? err->hint : eckid_err_hint(err->code))
               : NULL;
}

static eckid_err_t *fetch(eckid_bytes_t *body, const eckid_backend_t *backend, const char *url,
                          const char *place, apr_pool_t *pool)
{
    eckid_http_request_t request = eckid_backend_request(backend, url, pool);
    eckid_http_response_t *response;

    apr_table_setn(request.headers, "Accept", "application/json");
    eckid_err_t *err = eckid_backend_send(&response, backend, &request, place, pool);

    if (response && response->status == 508) {
        return eckid_err_make(pool, ECKID_LOOP, "%s", place);
    }
    ECKID_ERR(err);
    *body = response->body;
    return NULL;
}

static const char *member(const json_t *document, const char *name)
{
    return json_string_value(json_object_get(document, name));
}

/* A member that must be a string is none, or not there. */
static eckid_err_t *no_string(const char *name, const json_t *document, apr_pool_t *pool)
{
    bool is_there = json_object_get(document, name) != NULL;

    return eckid_err_advise(eckid_err_make(pool, ECKID_PROVIDER,
                                           is_there ? "its %s is no string" : "it has no %s", name),
                            "OpenID Connect Discovery section 3 says what it must have; does "
                            "backend= lead to the provider?");
}

static eckid_err_t *elsewhere(const char *name, const json_t *document, apr_pool_t *pool)
{
    const char *url = member(document, name);

    return url ? eckid_err_advise(eckid_err_make(pool, ECKID_PROVIDER,
                                                 "its %s is %s, not at the issuer's host", name,
                                                 eckid_url_shown(url, pool)),
                                  "configure the provider's public URL, or that it trusts Host and "
                                  "X-Forwarded-Proto")
               : no_string(name, document, pool);
}

static eckid_err_t *fetch_keys(const apr_array_header_t **keys, const eckid_backend_t *backend,
                               const char *url, apr_pool_t *pool)
{
    apr_array_header_t *made;
    eckid_bytes_t text;
    const char *place = apr_pstrcat(pool, "the JWKS at ", url, NULL);

    ECKID_ERR(fetch(&text, backend, url, place, pool));
    ECKID_ERR(at(place, eckid_jwk_read_set(&made, text, pool), pool));
    *keys = made;
    return NULL;
}

/* An endpoint that hands out tokens or claims must pass here, or none of it would be looked at. */
static eckid_err_t *find_path(const char **path, const eckid_backend_t *backend,
                              const json_t *document, const char *name, apr_pool_t *pool)
{
    *path = eckid_backend_path(backend, member(document, name), pool);
    return *path || !eckid_json_value(document, name) ? NULL : elsewhere(name, document, pool);
}

/* RFC 8705 section 5: the same endpoints for clients that come with a certificate. What they are
 * told elsewhere does not pass here; other clients are none the worse for it. */
static const char *find_alias_elsewhere(const eckid_backend_t *backend, const json_t *document,
                                        apr_pool_t *pool)
{
    static const char *const names[] = {"token_endpoint", "userinfo_endpoint", NULL};
    const json_t *aliases = json_object_get(document, "mtls_endpoint_aliases");
    const char *const *name = names;
    const char *path;

    while (*name && !find_path(&path, backend, aliases, *name, pool)) {
        name++;
    }
    return *name;
}

static void find_aliases(eckid_alias_paths_t *aliases, const eckid_backend_t *backend,
                         const json_t *document, apr_pool_t *pool)
{
    const json_t *list = json_object_get(document, "mtls_endpoint_aliases");
    const struct {
        const char **path, *name;
    } members[] = {{&aliases->token, "token_endpoint"},
                   {&aliases->userinfo, "userinfo_endpoint"},
                   {&aliases->introspection, "introspection_endpoint"},
                   {&aliases->revocation, "revocation_endpoint"},
                   {&aliases->pushed, "pushed_authorization_request_endpoint"},
                   {&aliases->backchannel, "backchannel_authentication_endpoint"}};

    for (unsigned i = 0; i < sizeof(members) / sizeof(*members); i++) {
        *members[i].path = eckid_backend_path(backend, member(list, members[i].name), pool);
    }
}

/* Endpoints at which nothing is handed out may be anywhere; those that pass here are known. */
static void find_others(eckid_provider_view_t *view, const eckid_backend_t *backend,
                        const json_t *document, apr_pool_t *pool)
{
    view->pushed_path = eckid_backend_path(
        backend, member(document, "pushed_authorization_request_endpoint"), pool);
    view->backchannel_path =
        eckid_backend_path(backend, member(document, "backchannel_authentication_endpoint"), pool);
    view->introspection_path =
        eckid_backend_path(backend, member(document, "introspection_endpoint"), pool);
    view->revocation_path =
        eckid_backend_path(backend, member(document, "revocation_endpoint"), pool);
    view->authorization_path =
        eckid_backend_path(backend, member(document, "authorization_endpoint"), pool);
    view->end_session_path =
        eckid_backend_path(backend, member(document, "end_session_endpoint"), pool);
}

static eckid_err_t *read_document(eckid_provider_view_t *view, const eckid_backend_t *backend,
                                  const json_t *document, apr_pool_t *pool)
{
    const char *issuer = member(document, "issuer");

    if (!issuer) {
        return no_string("issuer", document, pool);
    }
    if (strcmp(issuer, backend->url) != 0) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_PROVIDER, "it is that of %s, not that of %s",
                           eckid_url_shown(issuer, pool), backend->url),
            "EckidProvider names the issuer letter for letter, a slash at its end included; if it "
            "does, correct the public URL in the provider's configuration");
    }
    view->issuer = backend->url;
    view->discovery_path = eckid_discovery_path(backend, pool);
    view->oauth_path = eckid_discovery_oauth_path(backend, pool);
    view->jwks_path = eckid_backend_path(backend, member(document, "jwks_uri"), pool);
    ECKID_ERR(find_path(&view->token_path, backend, document, "token_endpoint", pool));
    ECKID_ERR(find_path(&view->userinfo_path, backend, document, "userinfo_endpoint", pool));
    view->alias_elsewhere = find_alias_elsewhere(backend, document, pool);
    find_others(view, backend, document, pool);
    find_aliases(&view->aliases, backend, document, pool);
    view->userinfo_url = eckid_backend_url(backend, member(document, "userinfo_endpoint"), pool);
    view->introspection_url =
        eckid_backend_url(backend, member(document, "introspection_endpoint"), pool);
    return NULL;
}

eckid_err_t *eckid_discovery_fetch(eckid_provider_view_t *view, const eckid_backend_t *backend,
                                   apr_pool_t *pool)
{
    const char *url = apr_pstrcat(pool, backend->base, WELL_KNOWN, NULL);
    const char *place = apr_pstrcat(pool, "discovery at ", url, NULL);
    eckid_bytes_t text;
    json_t *document;

    ECKID_ERR(fetch(&text, backend, url, place, pool));
    ECKID_ERR(at(place,
                 eckid_json_parse(&document, eckid_json_readable(text, pool), ECKID_PROVIDER, pool),
                 pool));
    ECKID_ERR(at(place, read_document(view, backend, document, pool), pool));
    const char *keys_url = eckid_backend_url(backend, member(document, "jwks_uri"), pool);

    return keys_url ? fetch_keys(&view->keys, backend, keys_url, pool)
                    : at(place, elsewhere("jwks_uri", document, pool), pool);
}
