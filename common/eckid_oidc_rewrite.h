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

/* A JSON answer from elsewhere: if it holds an ID token all the same, it is one of the token
 * endpoint, under whatever name that was asked; otherwise it passes. */
eckid_decision_t eckid_oidc_rewrite_other(const eckid_gateway_t *gateway, const eckid_call_t *call,
                                          eckid_bytes_t body, const eckid_moment_t *moment,
                                          apr_pool_t *pool);

/* A successful answer of the userinfo endpoint, whole, with its media type. */
eckid_decision_t eckid_oidc_rewrite_userinfo(const eckid_gateway_t *gateway,
                                             const eckid_call_t *call, const char *type,
                                             eckid_bytes_t body, const eckid_moment_t *moment,
                                             apr_pool_t *pool);

#endif
