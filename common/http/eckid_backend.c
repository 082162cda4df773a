/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an identity provider stands behind us: its URLs there, and our own requests to it. */
#include "http/eckid_backend.h"

#include <apr_lib.h>
#include <apr_strings.h>

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
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_CONFIG, "%s is not an https or http URL", url),
                     "write the whole URL without query, such as https://idp.school.example");
}

eckid_err_t *eckid_backend_make(eckid_backend_t *backend, const char *url, const char *base,
                                const eckid_transport_t *transport, eckid_code_t failure,
                                apr_pool_t *pool)
{
    ECKID_ERR(check_url(url, pool));
    ECKID_ERR(check_url(base, pool));
    backend->url = url;
    backend->base = without_slash(base, pool);
    backend->public_origin = apr_pstrndup(pool, url, origin_len(url));
    backend->origin = apr_pstrndup(pool, base, origin_len(base));
    backend->host = strstr(backend->public_origin, "://") + 3;
    backend->failure = failure;
    backend->transport = *transport;
    return NULL;
}

/* URLs */

const char *eckid_backend_public_url(const eckid_backend_t *backend, const char *path,
                                     apr_pool_t *pool)
{
    return apr_pstrcat(pool, without_slash(backend->url, pool), path, NULL);
}

/* Scheme, host and port in one spelling: small letters, and the default port left out. */
static const char *normal_origin(const char *url, apr_pool_t *pool)
{
    char *origin = apr_pstrndup(pool, url, origin_len(url));
    apr_size_t len = strlen(origin);
    const char *port = strncmp(url, "https:", 6) == 0 ? ":443" : ":80";
    apr_size_t port_len = strlen(port);

    if (len > port_len && strcmp(origin + len - port_len, port) == 0) {
        origin[len - port_len] = '\0';
    }
    for (char *c = origin; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    return origin;
}

/* What follows the origin, from its slash on; NULL when the URL is not at the public origin. */
static const char *after_origin(const eckid_backend_t *backend, const char *url, apr_pool_t *pool)
{
    apr_size_t len = url ? origin_len(url) : 0;

    if (!len || strcmp(normal_origin(url, pool), normal_origin(backend->public_origin, pool))) {
        return NULL;
    }
    return url[len] == '/' ? url + len : apr_pstrcat(pool, "/", url + len, NULL);
}

const char *eckid_backend_url(const eckid_backend_t *backend, const char *url, apr_pool_t *pool)
{
    const char *public_path = without_slash(backend->url, pool) + strlen(backend->public_origin);
    const char *path = after_origin(backend, url, pool);
    apr_size_t len = strlen(public_path);

    if (path && strncmp(path, public_path, len) == 0 && (path[len] == '/' || !path[len])) {
        return apr_pstrcat(pool, backend->base, path + len, NULL);
    }
    return path ? apr_pstrcat(pool, backend->origin, path, NULL) : NULL;
}

const char *eckid_backend_path(const eckid_backend_t *backend, const char *url, apr_pool_t *pool)
{
    const char *path = after_origin(backend, url, pool);

    return path ? apr_pstrndup(pool, path, strcspn(path, "?#")) : NULL;
}

/* Requests */

eckid_http_request_t eckid_backend_request(const eckid_backend_t *backend, const char *url,
                                           apr_pool_t *pool)
{
    eckid_http_request_t request = {
        .method = "GET", .url = url, .headers = apr_table_make(pool, 8)};
    bool is_https = strncmp(backend->public_origin, "https", 5) == 0;

    apr_table_setn(request.headers, "Host", backend->host);
    if (strcmp(backend->origin, backend->public_origin) != 0) {
        apr_table_setn(request.headers, "X-Forwarded-Host", backend->host);
        apr_table_setn(request.headers, "X-Forwarded-Proto", is_https ? "https" : "http");
    }
    apr_table_setn(request.headers, ECKID_BACKEND_FIELD, backend->url);
    return request;
}

/* NULL where the hint of the code says more. */
static const char *advice_for(eckid_code_t transport)
{
    switch (transport) {
    case ECKID_TLS:
        return "compare its certificate with ca=, and its name with backend=";
    case ECKID_TIMEOUT:
        return "is it slow? see timeout=";
    default:
        return "does it listen at backend=, as seen from this machine?";
    }
}

static const char *advice_for_status(int status)
{
    if (status >= 300 && status < 400) {
        return "redirects are not followed; does it want https? then see X-Forwarded-Proto in "
               "README.md";
    }
    switch (status) {
    case 401:
    case 403:
        return "it does not accept the access token or the client: check the client's secret and "
               "scopes";
    case 404:
        return "backend= must lead to the issuer itself, so it has the issuer's path too, such as "
               "http://127.0.0.1:8080/realms/school";
    default:
        return status >= 500 ? "see its own log" : NULL;
    }
}

eckid_err_t *eckid_backend_send(eckid_http_response_t **response, const eckid_backend_t *backend,
                                const eckid_http_request_t *request, const char *what,
                                apr_pool_t *pool)
{
    *response = NULL;
    eckid_err_t *err = backend->transport.send(backend->transport.self, response, request, pool);

    if (err) {
        *response = NULL;
        return eckid_err_advise(eckid_err_make(pool, backend->failure, "%s: %s", what, err->detail),
                                advice_for(err->code));
    }
    int status = (*response)->status;

    return status == 200 ? NULL
                         : eckid_err_advise(eckid_err_make(pool, backend->failure,
                                                           "%s: it answered %d", what, status),
                                            advice_for_status(status));
}
