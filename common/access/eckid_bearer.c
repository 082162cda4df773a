/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a bearer token is (RFC 6750): verified here, by the server that is asked, or by another. */
#include "access/eckid_bearer.h"

#include <apr_lib.h>
#include <strings.h>

const char *eckid_bearer_token(const char *authorization)
{
    const char *token = authorization;

    if (!token || strncasecmp(token, "Bearer ", 7) != 0) {
        return NULL;
    }
    for (token += 7; *token == ' '; token++) {
    }
    for (const char *at = token; *at; at++) {
        if (!apr_isalnum(*at) && !strchr("-._~+/=", *at)) {
            return NULL;
        }
    }
    return *token ? token : NULL;
}

/* What another module has verified: it does not say how. A token that is no JWT it can only have
 * asked about. */
static eckid_err_t *check_given(eckid_bearer_grant_t *grant, const eckid_bearer_t *bearer,
                                const char *token, const json_t *given, apr_time_t now,
                                apr_pool_t *pool)
{
    if (!given) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_PUSH_TOKEN, "no module has verified it"),
            "this location needs AuthType oauth2, OAuth2TokenVerify and a Require line");
    }
    return eckid_bearer_claims_check(grant, given, &bearer->rules,
                                     !eckid_jws_is(eckid_bytes_str(token)), now, pool);
}

eckid_err_t *eckid_bearer_check(eckid_bearer_grant_t *grant, const eckid_bearer_t *bearer,
                                const char *authorization, const json_t *given, apr_time_t now,
                                apr_pool_t *pool)
{
    const char *token = eckid_bearer_token(authorization);
    json_t *claims;

    if (!token || strlen(token) > ECKID_BEARER_MAX) {
        return eckid_err_make(pool, ECKID_PUSH_TOKEN, "there is none");
    }
    if (bearer->is_given) {
        return check_given(grant, bearer, token, given, now, pool);
    }
    if (bearer->introspection) {
        ECKID_ERR(eckid_bearer_introspection_ask(&claims, bearer->introspection, token, now, pool));
        return eckid_bearer_claims_check(grant, claims, &bearer->rules, true, now, pool);
    }
    ECKID_ERR(eckid_bearer_keys_verify(&claims, bearer->keys, token, now, pool));
    return eckid_bearer_claims_check(grant, claims, &bearer->rules, false, now, pool);
}
