/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of userinfo: the access token says whose they are, or the provider is asked. */
#ifndef ECKID_USERINFO_H
#define ECKID_USERINFO_H

#include "oidc/eckid_client_auth.h"
#include "oidc/eckid_oidc_setup.h"

/* A successful answer of the userinfo endpoint, whole, with its media type. */
eckid_decision_t eckid_userinfo_rewrite(const eckid_oidc_setup_t *setup,
                                        const eckid_oauth_request_t *call, const char *type,
                                        eckid_bytes_t body, const eckid_moment_t *moment,
                                        apr_pool_t *pool);

/* Whether the access token that is shown is known to be of a client that is no supplier. */
bool eckid_userinfo_is_for_other(const eckid_oidc_setup_t *setup, const eckid_oauth_request_t *call,
                                 const eckid_moment_t *moment, apr_pool_t *pool);

#endif
