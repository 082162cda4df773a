/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the token endpoint: suppliers' ID tokens are changed, all their others sealed. */
#ifndef ECKID_TOKEN_ENDPOINT_H
#define ECKID_TOKEN_ENDPOINT_H

#include "oidc/eckid_client_auth.h"
#include "oidc/eckid_oidc_setup.h"

/* A successful answer of the token endpoint, whole. That of a supplier is changed. */
eckid_decision_t eckid_token_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call, eckid_bytes_t body,
                                              const eckid_moment_t *moment, apr_pool_t *pool);

#endif
