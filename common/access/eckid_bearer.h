/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose a bearer token is (RFC 6750): verified here, by the server that is asked, or by another. */
#ifndef ECKID_BEARER_H
#define ECKID_BEARER_H

#include "access/eckid_bearer_introspection.h"
#include "access/eckid_bearer_keys.h"

#define ECKID_BEARER_MAX 16384 /* bytes */

/* How it is found out; one of the ways. */
typedef struct eckid_bearer_t {
    eckid_bearer_rules_t rules;
    eckid_bearer_keys_t *keys; /* a JWT (RFC 9068) is verified by these; or NULL */
    eckid_bearer_introspection_t *introspection; /* the server is asked (RFC 7662); or NULL */
    bool is_given; /* another module has done one of these, and hands over the claims */
} eckid_bearer_t;

/*
 * Finds out whose a token is. Given are the claims, where another module has verified it; otherwise
 * NULL. Authorization is the value of that field, or NULL. ECKID_PUSH_TOKEN or ECKID_PUSH_SCOPE if
 * there is no token or it is not accepted; no error holds any part of it. ECKID_PUSH_ISSUER if that
 * cannot be told now. May block, see eckid_bearer_keys and eckid_bearer_introspection.
 */
eckid_err_t *eckid_bearer_check(eckid_bearer_grant_t *grant, const eckid_bearer_t *bearer,
                                const char *authorization, const json_t *given, apr_time_t now,
                                apr_pool_t *pool);

/* The token in the value of a field Authorization; NULL if there is none (RFC 6750 section 2.1). */
const char *eckid_bearer_token(const char *authorization);

#endif
