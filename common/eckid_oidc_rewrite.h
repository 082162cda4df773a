/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the back channel: what token endpoint and userinfo answer. */
#ifndef ECKID_OIDC_REWRITE_H
#define ECKID_OIDC_REWRITE_H

#include "eckid_caller.h"
#include "eckid_decide.h"

/* A successful answer of the token endpoint, whole. Whatever the client, it is remembered whose the
 * tokens are; the ID token of a supplier is changed. */
eckid_decision_t eckid_oidc_rewrite_grant(const eckid_gateway_t *gateway, const eckid_call_t *call,
                                          eckid_bytes_t body, const eckid_moment_t *moment,
                                          apr_pool_t *pool);

/* What a request is made with, by its looks: careless servers read more than is well-formed. */
typedef struct eckid_shown_t {
    bool token;  /* an access token */
    bool grant;  /* what a token endpoint is asked with */
    bool client; /* any of both, or the credentials of a client */
} eckid_shown_t;

/* Body is that of the request, whatever its type. */
eckid_shown_t eckid_oidc_rewrite_shown(const eckid_call_t *call, eckid_bytes_t body,
                                       apr_pool_t *pool);

/*
 * A successful answer from elsewhere, which is what it looks like, under whatever name it was asked
 * for: with an ID token, one of the token endpoint; with a subject, or a JWT, and asked for with an
 * access token, userinfo; asked for by a client, what the provider tells it about a token (RFC
 * 7662), of which a supplier is left what is released to it. Anything else passes.
 */
eckid_decision_t eckid_oidc_rewrite_other(const eckid_gateway_t *gateway, const eckid_call_t *call,
                                          const eckid_shown_t *shown, eckid_bytes_t body,
                                          const eckid_moment_t *moment, apr_pool_t *pool);

/* A successful answer of the userinfo endpoint, whole, with its media type. */
eckid_decision_t eckid_oidc_rewrite_userinfo(const eckid_gateway_t *gateway,
                                             const eckid_call_t *call, const char *type,
                                             eckid_bytes_t body, const eckid_moment_t *moment,
                                             apr_pool_t *pool);

#endif
