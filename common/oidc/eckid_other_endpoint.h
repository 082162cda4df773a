/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer from no published endpoint: judged by what the request shows and what it looks like. */
#ifndef ECKID_OTHER_ENDPOINT_H
#define ECKID_OTHER_ENDPOINT_H

#include "oidc/eckid_client_auth.h"
#include "oidc/eckid_oidc_setup.h"

/* What a request is made with, by its looks: careless servers read more than is well-formed. */
typedef struct eckid_request_signs_t {
    bool token;  /* an access token */
    bool grant;  /* what a token endpoint is asked with */
    bool client; /* any of both, or the credentials of a client */
} eckid_request_signs_t;

/* Body is that of the request, whatever its type. */
eckid_request_signs_t eckid_other_endpoint_signs(const eckid_oauth_request_t *call,
                                                 eckid_bytes_t body, apr_pool_t *pool);

/*
 * A successful answer, which is what it looks like, under whatever name it was asked for: with an
 * ID token, one of the token endpoint; with a subject, or a JWT, and asked for with an access
 * token, userinfo; asked for by a client, what the provider tells it about a token (RFC 7662), of
 * which a supplier is left what is released to it. Anything else passes.
 */
eckid_decision_t eckid_other_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call,
                                              const eckid_request_signs_t *shown,
                                              eckid_bytes_t body, const eckid_moment_t *moment,
                                              apr_pool_t *pool);

#endif
