/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an access token must say to open something here: RFC 9068 section 4, RFC 7662 section 2.2.
 */
#ifndef ECKID_BEARER_CLAIMS_H
#define ECKID_BEARER_CLAIMS_H

#include <apr_time.h>

#include "base/eckid_json.h"

typedef struct eckid_bearer_rules_t {
    const char *issuer;       /* letter for letter */
    const char *audience;     /* letter for letter */
    const char *scope;        /* one word; NULL: any */
    apr_interval_time_t skew; /* how far clocks may differ */
} eckid_bearer_rules_t;

/* Who holds a token that was accepted. */
typedef struct eckid_bearer_grant_t {
    const char *client_id;
    const char *thumbprint; /* RFC 8705 section 3.1: the certificate that the token is bound to; or
                               NULL */
    apr_time_t until;       /* when it ends; 0 if it does not say so */
} eckid_bearer_grant_t;

/*
 * Checks the claims of a token that was verified, or that an authorization server vouches for.
 * Strings of the grant live as long as the claims. Iss, aud and exp must be right. Where the server
 * itself was asked (introspected) iss and exp may be absent, because it is known who answers, and
 * it says that the token is active; aud may be absent only if the rules have a scope.
 * ECKID_PUSH_TOKEN with the name of the claim; ECKID_PUSH_SCOPE.
 */
eckid_err_t *eckid_bearer_claims_check(eckid_bearer_grant_t *grant, const json_t *claims,
                                       const eckid_bearer_rules_t *rules, bool introspected,
                                       apr_time_t now, apr_pool_t *pool);

#endif
