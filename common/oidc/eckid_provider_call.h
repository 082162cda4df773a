/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we ask an OpenID provider ourselves: userinfo, and introspection of an access token. */
#ifndef ECKID_PROVIDER_CALL_H
#define ECKID_PROVIDER_CALL_H

#include "oidc/eckid_discovery.h"

/* Both block for the timeout of the backend's transport at most. */

/* Asks for userinfo (OpenID Connect Core section 5.3) with an access token. ECKID_PROVIDER when the
 * provider has no such endpoint, or gives no response of status 200. */
eckid_err_t *eckid_provider_call_userinfo(eckid_http_response_t **response,
                                          const eckid_backend_t *backend,
                                          const eckid_provider_view_t *view,
                                          const char *access_token, apr_pool_t *pool);

/* Asks for what an access token means (RFC 7662); authorization is the value of the request's
 * Authorization field. ECKID_TOKEN_UNKNOWN when it is not active; ECKID_PROVIDER when the provider
 * has no such endpoint, or gives no response of status 200 that is JSON. */
eckid_err_t *eckid_provider_call_introspect(json_t **claims, const eckid_backend_t *backend,
                                            const eckid_provider_view_t *view,
                                            const char *authorization, const char *access_token,
                                            apr_pool_t *pool);

#endif
