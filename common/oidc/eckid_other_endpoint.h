/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Responses from paths that the provider does not publish as endpoints. */
#ifndef ECKID_OTHER_ENDPOINT_H
#define ECKID_OTHER_ENDPOINT_H

#include "oidc/eckid_oidc_setup.h"
#include "oidc/eckid_response_kind.h"

/*
 * A successful response, whole. What it is, is decided by eckid_response_kind_of_body, whatever
 * path was asked for: a token response and userinfo are treated as those of the published
 * endpoints; of what a client is told about a token (RFC 7662), a supplier is left what is released
 * to it. Anything else passes.
 */
eckid_decision_t eckid_other_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call,
                                              const eckid_request_signs_t *signs,
                                              eckid_bytes_t body, const eckid_moment_t *moment,
                                              apr_pool_t *pool);

#endif
