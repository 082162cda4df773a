/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenID provider as it publishes itself now: fetched from its backend, last good kept. */
#include "oidc/eckid_provider.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#define DISCOVERY "/.well-known/openid-configuration"

/* How long a failure stands before fetching is tried again. */
#define RETRY_AFTER apr_time_from_sec(5)

/* What was fetched at one time. Counted: a request in progress keeps its own. */
typedef struct generation_t {
    eckid_provider_view_t view;
    int users; /* requests, and one for being the current one */
    apr_pool_t *pool;
    eckid_provider_t *provider;
} generation_t;

struct eckid_provider_t {
    eckid_provider_options_t options;
    eckid_transport_t transport;
    const char *host;                           /* of the issuer, with its port */
    const char *issuer_origin, *backend_origin; /* scheme, host and port */
    apr_thread_mutex_t *lock;                   /* guards all that follows; never held over I/O */
    apr_thread_cond_t *fetched;
    bool fetching;
    generation_t *current; /* NULL while nothing is known */
    apr_time_t next_fetch; /* when what is known is old, or a failure is */
    apr_time_t next_renewal;
    eckid_code_t failure; /* of the last time, for those that come soon after */
};

/* Making */

/* The length of scheme, host and port; 0 when it is no http or https URL. */
static apr_size_t origin_len(const char *url)
{
    apr_size_t scheme = strncmp(url, "https://", 8) == 0  ? 8
                        : strncmp(url, "http://", 7) == 0 ? 7
                                                          : 0;
    apr_size_t host = scheme ? strcspn(url + scheme, "/?#") : 0;

    return host ? scheme + host : 0;
}

static const char *without_slash(const char *url, apr_pool_t *pool)
{
    apr_size_t len = strlen(url);

    return len && url[len - 1] == '/' ? apr_pstrmemdup(pool, url, len - 1) : url;
}

static eckid_err_t *check_url(const char *url, apr_pool_t *pool)
{
    return origin_len(url) && !strpbrk(url, "?#@ ")
               ? NULL
               : eckid_err_make(pool, ECKID_CONFIG, "%s is not an https or http URL", url);
}

static apr_status_t destroy(void *self)
{
    eckid_provider_t *provider = self;

    if (provider->current) {
        apr_pool_destroy(provider->current->pool);
    }
    return APR_SUCCESS;
}

eckid_err_t *eckid_provider_make(eckid_provider_t **out, const eckid_provider_options_t *options,
                                 const eckid_transport_t *transport, apr_pool_t *pool)
{
    eckid_provider_t *provider = apr_pcalloc(pool, sizeof(*provider));

    ECKID_ERR(check_url(options->issuer, pool));
    ECKID_ERR(check_url(options->backend, pool));
    provider->options = *options;
    provider->options.backend = without_slash(options->backend, pool);
    provider->transport = *transport;
    provider->issuer_origin = apr_pstrndup(pool, options->issuer, origin_len(options->issuer));
    provider->backend_origin = apr_pstrndup(pool, options->backend, origin_len(options->backend));
    provider->host = strstr(provider->issuer_origin, "://") + 3;
    if (apr_thread_mutex_create(&provider->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS ||
        apr_thread_cond_create(&provider->fetched, pool) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no mutex for %s", options->issuer);
    }
    apr_pool_cleanup_register(pool, provider, destroy, apr_pool_cleanup_null);
    *out = provider;
    return NULL;
}

const char *eckid_provider_issuer(const eckid_provider_t *provider)
{
    return provider->options.issuer;
}

/* Fetching */

/* Scheme, host and port in one spelling: small letters, and no port that goes without saying. */
static const char *normal_origin(const char *url, apr_pool_t *pool)
{
    char *origin = apr_pstrndup(pool, url, origin_len(url));
    apr_size_t len = strlen(origin);
    const char *port = strncmp(url, "https:", 6) == 0 ? ":443" : ":80";
    apr_size_t behind = strlen(port);

    if (len > behind && strcmp(origin + len - behind, port) == 0) {
        origin[len - behind] = '\0';
    }
    for (char *c = origin; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    return origin;
}

/* What follows the origin, from its slash on; NULL when the URL is not at the issuer's origin. */
static const char *at_issuer(const eckid_provider_t *provider, const char *url, apr_pool_t *pool)
{
    apr_size_t len = url ? origin_len(url) : 0;

    if (!len || strcmp(normal_origin(url, pool), normal_origin(provider->issuer_origin, pool))) {
        return NULL;
    }
    return url[len] == '/' ? url + len : apr_pstrcat(pool, "/", url + len, NULL);
}

/* Where a URL of the provider's is found behind us; NULL when it is not at the issuer's place. */
static const char *to_backend(const eckid_provider_t *provider, const char *url, apr_pool_t *pool)
{
    const char *issuer = without_slash(provider->options.issuer, pool);
    const char *inner = issuer + strlen(provider->issuer_origin);
    const char *path = at_issuer(provider, url, pool);
    apr_size_t base = strlen(inner);

    if (path && strncmp(path, inner, base) == 0 && (path[base] == '/' || !path[base])) {
        return apr_pstrcat(pool, provider->options.backend, path + base, NULL);
    }
    return path ? apr_pstrcat(pool, provider->backend_origin, path, NULL) : NULL;
}

/* The path under which clients ask for a URL; NULL when it is not at the issuer's origin. */
static const char *path_of(const eckid_provider_t *provider, const char *url, apr_pool_t *pool)
{
    const char *path = at_issuer(provider, url, pool);

    return path ? apr_pstrndup(pool, path, strcspn(path, "?#")) : NULL;
}

/* The request looks to the provider as it would through a proxy. */
static eckid_http_request_t make_request(const eckid_provider_t *provider, const char *url,
                                         apr_pool_t *pool)
{
    eckid_http_request_t request = {
        .method = "GET", .url = url, .headers = apr_table_make(pool, 6)};
    bool is_https = strncmp(provider->issuer_origin, "https", 5) == 0;

    apr_table_setn(request.headers, "Host", provider->host);
    apr_table_setn(request.headers, "X-Forwarded-Host", provider->host);
    apr_table_setn(request.headers, "X-Forwarded-Proto", is_https ? "https" : "http");
    apr_table_setn(request.headers, ECKID_PROVIDER_FIELD, provider->options.issuer);
    return request;
}

static eckid_err_t *fetch(eckid_bytes_t *body, const eckid_provider_t *provider, const char *url,
                          const char *what, apr_pool_t *pool)
{
    eckid_http_request_t request = make_request(provider, url, pool);
    eckid_http_response_t *answer;
    eckid_err_t *err;

    apr_table_setn(request.headers, "Accept", "application/json");
    err = provider->transport.send(provider->transport.self, &answer, &request, pool);
    if (err) {
        return eckid_err_make(pool, ECKID_PROVIDER, "%s: %s", what, err->detail);
    }
    if (answer->status == 508) {
        return eckid_err_make(pool, ECKID_LOOP, "%s", what);
    }
    if (answer->status != 200) {
        return eckid_err_make(pool, ECKID_PROVIDER, "%s: it answered %d", what, answer->status);
    }
    *body = answer->body;
    return NULL;
}

static const char *member(const json_t *discovery, const char *name)
{
    return json_string_value(json_object_get(discovery, name));
}

static eckid_err_t *fetch_keys(const apr_array_header_t **keys, const eckid_provider_t *provider,
                               const json_t *discovery, apr_pool_t *pool)
{
    const char *uri = member(discovery, "jwks_uri");
    const char *url = uri ? to_backend(provider, uri, pool) : NULL;
    apr_array_header_t *made;
    eckid_bytes_t text;

    if (!url) {
        return eckid_err_make(pool, ECKID_PROVIDER, "its jwks_uri is not at the issuer's host");
    }
    ECKID_ERR(fetch(&text, provider, url, "the JWKS", pool));
    eckid_err_t *err = eckid_jwk_read_set(&made, text, pool);

    if (err) {
        return eckid_err_make(pool, ECKID_PROVIDER, "the JWKS: %s", err->detail);
    }
    *keys = made;
    return NULL;
}

static const char *at_backend(const eckid_provider_t *provider, const json_t *discovery,
                              const char *name, apr_pool_t *pool)
{
    const char *url = member(discovery, name);

    return url ? to_backend(provider, url, pool) : NULL;
}

/* An endpoint where tokens or claims are handed out must pass here, or none of it is looked at. */
static eckid_err_t *find_path(const char **path, const eckid_provider_t *provider,
                              const json_t *discovery, const char *name, apr_pool_t *pool)
{
    *path = path_of(provider, member(discovery, name), pool);
    return *path || !json_object_get(discovery, name)
               ? NULL
               : eckid_err_make(pool, ECKID_PROVIDER, "its %s is not at the issuer's host", name);
}

/* RFC 8705 section 5: the same endpoints for clients that come with a certificate. */
static eckid_err_t *check_aliases(const eckid_provider_t *provider, const json_t *discovery,
                                  apr_pool_t *pool)
{
    const json_t *aliases = json_object_get(discovery, "mtls_endpoint_aliases");
    const char *path;

    ECKID_ERR(find_path(&path, provider, aliases, "token_endpoint", pool));
    return find_path(&path, provider, aliases, "userinfo_endpoint", pool);
}

static eckid_err_t *read_discovery(eckid_provider_view_t *view, const eckid_provider_t *provider,
                                   const json_t *discovery, apr_pool_t *pool)
{
    const char *issuer = member(discovery, "issuer");
    const char *base = without_slash(provider->options.issuer, pool);

    if (!issuer || strcmp(issuer, provider->options.issuer) != 0) {
        return eckid_err_make(pool, ECKID_PROVIDER, "its discovery is not that of %s",
                              provider->options.issuer);
    }
    view->issuer = provider->options.issuer;
    view->discovery_path = path_of(provider, apr_pstrcat(pool, base, DISCOVERY, NULL), pool);
    view->jwks_path = path_of(provider, member(discovery, "jwks_uri"), pool);
    ECKID_ERR(find_path(&view->token_path, provider, discovery, "token_endpoint", pool));
    ECKID_ERR(find_path(&view->userinfo_path, provider, discovery, "userinfo_endpoint", pool));
    ECKID_ERR(check_aliases(provider, discovery, pool));
    view->userinfo_url = at_backend(provider, discovery, "userinfo_endpoint", pool);
    view->introspection_url = at_backend(provider, discovery, "introspection_endpoint", pool);
    return NULL;
}

static eckid_err_t *fetch_view(eckid_provider_view_t *view, const eckid_provider_t *provider,
                               apr_pool_t *pool)
{
    const char *url = apr_pstrcat(pool, provider->options.backend, DISCOVERY, NULL);
    eckid_bytes_t text;
    json_t *discovery;

    ECKID_ERR(fetch(&text, provider, url, "discovery", pool));
    eckid_err_t *err = eckid_json_parse(&discovery, text, ECKID_PROVIDER, pool);

    if (err) {
        return eckid_err_make(pool, ECKID_PROVIDER, "discovery: %s", err->detail);
    }
    ECKID_ERR(read_discovery(view, provider, discovery, pool));
    return fetch_keys(&view->keys, provider, discovery, pool);
}

/* Fetches into a pool of its own. */
static eckid_err_t *fetch_generation(generation_t **out, eckid_provider_t *provider,
                                     apr_pool_t *pool)
{
    apr_pool_t *own;
    generation_t *generation;

    if (apr_pool_create_unmanaged(&own) != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no memory for %s", provider->options.issuer);
    }
    generation = apr_pcalloc(own, sizeof(*generation));
    generation->pool = own;
    generation->provider = provider;
    generation->users = 1;
    eckid_err_t *err = fetch_view(&generation->view, provider, own);

    if (err) {
        err = eckid_err_copy(err, pool);
        apr_pool_destroy(own);
        return err;
    }
    *out = generation;
    return NULL;
}

/* Generations; the lock is held where a name begins with "locked". */

static bool locked_let_go(generation_t *generation)
{
    return generation && --generation->users == 0;
}

static apr_status_t on_end_of_request(void *self)
{
    generation_t *generation = self;

    apr_thread_mutex_lock(generation->provider->lock);
    bool last = locked_let_go(generation);
    apr_thread_mutex_unlock(generation->provider->lock);

    if (last) {
        apr_pool_destroy(generation->pool);
    }
    return APR_SUCCESS;
}

static const eckid_provider_view_t *locked_take(const eckid_provider_t *provider, apr_pool_t *pool)
{
    provider->current->users++;
    apr_pool_cleanup_register(pool, provider->current, on_end_of_request, apr_pool_cleanup_null);
    return &provider->current->view;
}

/* Fetches for everybody. The lock is held on entry and on return, but not in between. */
static eckid_err_t *locked_fetch(eckid_provider_t *provider, apr_time_t now, apr_pool_t *pool)
{
    generation_t *fresh = NULL, *old = provider->current;

    provider->fetching = true;
    provider->next_fetch = now + RETRY_AFTER;
    apr_thread_mutex_unlock(provider->lock);
    eckid_err_t *err = fetch_generation(&fresh, provider, pool);

    apr_thread_mutex_lock(provider->lock);
    provider->fetching = false;
    provider->failure = err ? err->code : ECKID_OK;
    if (!err) {
        provider->current = fresh;
        provider->next_fetch = now + provider->options.max_age;
        if (locked_let_go(old)) {
            apr_pool_destroy(old->pool);
        }
    }
    apr_thread_cond_broadcast(provider->fetched);
    return err;
}

/* Waits while another thread fetches; not longer than the patience. */
static void locked_wait(eckid_provider_t *provider)
{
    apr_time_t until = apr_time_now() + provider->options.patience;
    apr_interval_time_t left;

    while (provider->fetching && (left = until - apr_time_now()) > 0) {
        apr_thread_cond_timedwait(provider->fetched, provider->lock, left);
    }
}

static eckid_err_t *locked_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                               bool *changed, eckid_err_t **news, apr_time_t now, apr_pool_t *pool)
{
    if (!provider->current) {
        locked_wait(provider);
    }
    if (!provider->fetching && now >= provider->next_fetch) {
        *changed = true;
        *news = locked_fetch(provider, now, pool);
    }
    if (!provider->current) {
        return eckid_err_make(pool, provider->failure ? provider->failure : ECKID_PROVIDER,
                              "nothing of it is known yet");
    }
    *view = locked_take(provider, pool);
    return NULL;
}

eckid_err_t *eckid_provider_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                bool *changed, eckid_err_t **news, apr_time_t now, apr_pool_t *pool)
{
    *changed = false;
    apr_thread_mutex_lock(provider->lock);
    eckid_err_t *err = locked_get(view, provider, changed, news, now, pool);

    apr_thread_mutex_unlock(provider->lock);
    return err;
}

eckid_err_t *eckid_provider_renew(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                  bool *changed, eckid_err_t **news, apr_time_t now,
                                  apr_pool_t *pool)
{
    *changed = false;
    apr_thread_mutex_lock(provider->lock);
    locked_wait(provider); /* what another thread is bringing may have the key */
    if (!provider->fetching && now >= provider->next_renewal) {
        provider->next_renewal = now + provider->options.window;
        *changed = true;
        *news = locked_fetch(provider, now, pool);
    }
    eckid_err_t *err = provider->current
                           ? NULL
                           : eckid_err_make(pool, ECKID_PROVIDER, "nothing of it is known yet");

    if (!err) {
        *view = locked_take(provider, pool);
    }
    apr_thread_mutex_unlock(provider->lock);
    return err;
}

eckid_err_t *eckid_provider_userinfo(eckid_http_response_t **answer,
                                     const eckid_provider_t *provider,
                                     const eckid_provider_view_t *view, const char *access_token,
                                     apr_pool_t *pool)
{
    if (!view->userinfo_url) {
        return eckid_err_make(pool, ECKID_PROVIDER, "it has no userinfo endpoint");
    }
    eckid_http_request_t request = make_request(provider, view->userinfo_url, pool);

    apr_table_setn(request.headers, "Authorization",
                   apr_pstrcat(pool, "Bearer ", access_token, NULL));
    eckid_err_t *err = provider->transport.send(provider->transport.self, answer, &request, pool);

    if (err) {
        return eckid_err_make(pool, ECKID_PROVIDER, "userinfo: %s", err->detail);
    }
    return (*answer)->status == 200 ? NULL
                                    : eckid_err_make(pool, ECKID_PROVIDER,
                                                     "userinfo: it answered %d", (*answer)->status);
}

/* RFC 7662 section 2.1. */
static eckid_http_request_t make_question(const eckid_provider_t *provider, const char *url,
                                          const char *authorization, const char *access_token,
                                          apr_pool_t *pool)
{
    eckid_http_request_t request = make_request(provider, url, pool);

    request.method = "POST";
    request.body = eckid_bytes_str(
        apr_pstrcat(pool, "token_type_hint=access_token&token=",
                    eckid_codec_percent(eckid_bytes_str(access_token), pool), NULL));
    apr_table_setn(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    apr_table_setn(request.headers, "Accept", "application/json");
    apr_table_setn(request.headers, "Authorization", authorization);
    return request;
}

eckid_err_t *eckid_provider_introspect(json_t **claims, const eckid_provider_t *provider,
                                       const eckid_provider_view_t *view, const char *authorization,
                                       const char *access_token, apr_pool_t *pool)
{
    eckid_http_response_t *answer;

    if (!view->introspection_url) {
        return eckid_err_make(pool, ECKID_PROVIDER, "it has no introspection endpoint");
    }
    eckid_http_request_t request =
        make_question(provider, view->introspection_url, authorization, access_token, pool);
    eckid_err_t *err = provider->transport.send(provider->transport.self, &answer, &request, pool);

    if (err) {
        return eckid_err_make(pool, ECKID_PROVIDER, "introspection: %s", err->detail);
    }
    if (answer->status != 200) {
        return eckid_err_make(pool, ECKID_PROVIDER, "introspection: it answered %d",
                              answer->status);
    }
    ECKID_ERR(eckid_json_parse(claims, answer->body, ECKID_PROVIDER, pool));
    return json_is_true(json_object_get(*claims, "active"))
               ? NULL
               : eckid_err_make(pool, ECKID_TOKEN_UNKNOWN, "introspection says it is not active");
}
