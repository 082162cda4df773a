/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we ask an OpenID provider ourselves: userinfo, and introspection of an access token. */
#include "oidc/eckid_provider_call.h"
#include "base/eckid_json_readable.h"

#include <apr_strings.h>

eckid_err_t *eckid_provider_call_userinfo(eckid_http_response_t **response,
                                          const eckid_backend_t *backend,
                                          const eckid_provider_view_t *view,
                                          const char *access_token, apr_pool_t *pool)
{
    if (!view->userinfo_url) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_PROVIDER, "it has no userinfo endpoint"),
            "student=userinfo needs userinfo_endpoint in its discovery document");
    }
    eckid_http_request_t request = eckid_backend_request(backend, view->userinfo_url, pool);

    apr_table_setn(request.headers, "Authorization",
                   apr_pstrcat(pool, "Bearer ", access_token, NULL));
    return eckid_backend_send(response, backend, &request,
                              apr_pstrcat(pool, "userinfo at ", request.url, NULL), pool);
}

/* RFC 7662 section 2.1. */
static eckid_http_request_t introspection_request(const eckid_backend_t *backend, const char *url,
                                                  const char *authorization,
                                                  const char *access_token, apr_pool_t *pool)
{
    eckid_http_request_t request = eckid_backend_request(backend, url, pool);

    request.method = "POST";
    request.body = eckid_bytes_str(
        apr_pstrcat(pool, "token_type_hint=access_token&token=",
                    eckid_codec_percent(eckid_bytes_str(access_token), pool), NULL));
    apr_table_setn(request.headers, "Content-Type", "application/x-www-form-urlencoded");
    apr_table_setn(request.headers, "Accept", "application/json");
    apr_table_setn(request.headers, "Authorization", authorization);
    return request;
}

eckid_err_t *eckid_provider_call_introspect(json_t **claims, const eckid_backend_t *backend,
                                            const eckid_provider_view_t *view,
                                            const char *authorization, const char *access_token,
                                            apr_pool_t *pool)
{
    eckid_http_response_t *response;

    if (!view->introspection_url) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_PROVIDER, "it has no introspection endpoint"),
            "EckidIntrospection needs introspection_endpoint in its discovery document, at the "
            "issuer's host");
    }
    const eckid_http_request_t request =
        introspection_request(backend, view->introspection_url, authorization, access_token, pool);

    const char *place = apr_pstrcat(pool, "introspection at ", request.url, NULL);

    ECKID_ERR(eckid_backend_send(&response, backend, &request, place, pool));
    eckid_err_t *err =
        eckid_json_parse(claims, eckid_json_readable(response->body, pool), ECKID_PROVIDER, pool);

    if (err) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_PROVIDER, "%s: %s", place, err->detail),
                                "it must answer as RFC 7662 says, in JSON: see its own log");
    }
    return json_is_true(json_object_get(*claims, "active"))
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_TOKEN_UNKNOWN,
                                    "introspection says it is not active"),
                     "it has ended, or the client of EckidIntrospection is not among its "
                     "audiences, which some providers demand (Keycloak: an audience mapper)");
}
