/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the tokens of an answer to a supplier: released to it as claims are. */
#ifndef ECKID_BESIDE_H
#define ECKID_BESIDE_H

#include <apr_hash.h>

#include "base/eckid_params.h"
#include "oidc/eckid_oidc_login.h"

/* Whether a member of the token endpoint's answer may go to the supplier of the login: it tells of
 * the tokens, the session or an error (RFC 6749 sections 5.1 and 5.2 and their extensions), or is
 * released. In what is released no token may stand, under whatever name: it would not be sealed. */
bool eckid_beside_is_for_tokens(const eckid_oidc_login_t *login, const char *name,
                                const json_t *value);

/* Whether something about a person is released to the supplier. The ECK iD is not: only the LAS is
 * trusted for it, and it stands in tokens and userinfo. */
bool eckid_beside_is_released(const eckid_oidc_login_t *login, const char *name);

/* Which parameters of an authorization response stay. */
typedef struct eckid_beside_t {
    const eckid_oidc_login_t *login;
    apr_hash_t *uri_pairs; /* those of the redirect URI (eckid_beside_pairs); or NULL */
    bool is_uri_unknown;   /* whether any parameter may be one of the redirect URI */
    bool has_jwt;          /* whether the parameter response is all of the answer (JARM) */
} eckid_beside_t;

/* The names with their values, by which parameters are known again; NULL without parameters. */
apr_hash_t *eckid_beside_pairs(eckid_params_t *params, apr_pool_t *pool);

eckid_beside_t eckid_beside_make(const eckid_oidc_login_t *login, apr_hash_t *uri_pairs,
                                 bool is_uri_unknown);

/*
 * Whether a parameter of an authorization response stays in what the supplier of the login gets:
 * one of the protocol (RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207), one that is released, or one
 * of the redirect URI. Where that URI is unknown, any other stays too if it does not look personal.
 * It does if the value is a JSON object or array, or if the name is that of a claim: in OpenID
 * Connect (Core section 5.1), in products, or in the configuration. Without a supplier nothing is
 * released. Self is an eckid_beside_t; name and value are NULL where they cannot be read.
 */
bool eckid_beside_stays(void *self, const char *name, const char *value);

#endif
