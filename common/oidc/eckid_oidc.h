/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ID token or a userinfo answer: whose it is, whether it can be believed, and its claims. */
#ifndef ECKID_OIDC_H
#define ECKID_OIDC_H

#include "base/eckid_json_edit.h"
#include "jose/eckid_jws.h"
#include "model/eckid_attributes.h"

/* An ID token as it came. What it says about itself serves to decide whose it is, and nothing else:
 * none of it has been verified. */
typedef struct eckid_oidc_t eckid_oidc_t;

/* Opens an ID token, or a userinfo answer that is a JWT. Errors are those of eckid_jws_open. */
eckid_err_t *eckid_oidc_open(eckid_oidc_t **token, eckid_bytes_t text, apr_pool_t *pool);

/* Every client it names, by aud and azp (const char *). */
const apr_array_header_t *eckid_oidc_clients(const eckid_oidc_t *token);

/* Whether it has an azp; that is then the last of its clients. */
bool eckid_oidc_has_party(const eckid_oidc_t *token);

/* The kid in its header, or NULL. */
const char *eckid_oidc_kid(const eckid_oidc_t *token);

/* What a token must satisfy. */
typedef struct eckid_oidc_rules_t {
    const char *issuer;
    eckid_jws_trust_t trust;
    const char *client;
    apr_time_t now;
    apr_interval_time_t skew;
} eckid_oidc_rules_t;

/* What stands in the same message as an ID token; NULL for what does not. */
typedef struct eckid_oidc_beside_t {
    const char *access_token, *code, *state;
} eckid_oidc_beside_t;

/* The claims of something that was verified. Made here only. */
typedef struct eckid_claims_t eckid_claims_t;

/*
 * Verifies an ID token by OpenID Connect Core section 3.1.3.7: signature; iss; an aud with the
 * client; exp; azp (the client), nbf and iat where they are present; a sub. at_hash, c_hash and
 * s_hash must fit what they are about, where it is there. A claim that is null counts as absent.
 * Errors are those of eckid_jws_verify, ECKID_TOKEN, ECKID_TOKEN_ISSUER,
 * ECKID_TOKEN_TIME, ECKID_TOKEN_CLIENT, ECKID_TOKEN_HASH.
 */
eckid_err_t *eckid_oidc_verify(eckid_claims_t **claims, const eckid_oidc_t *token,
                               const eckid_oidc_rules_t *rules, const eckid_oidc_beside_t *beside,
                               apr_pool_t *pool);

/* A userinfo answer in JSON, which the connection to the provider vouches for (section 5.3.2): its
 * sub must be the subject, octet for octet. ECKID_TOKEN, ECKID_TOKEN_SUBJECT. */
eckid_err_t *eckid_oidc_userinfo(eckid_claims_t **claims, eckid_bytes_t json, const char *subject,
                                 apr_pool_t *pool);

/* One that is a JWT: signature; iss, aud and exp where they are present; sub. */
eckid_err_t *eckid_oidc_userinfo_signed(eckid_claims_t **claims, const eckid_oidc_t *token,
                                        const eckid_oidc_rules_t *rules, const char *subject,
                                        apr_pool_t *pool);

/* Verifies an access token that is a JWT (RFC 9068 section 4): signature, iss, and times where they
 * are present. The audience is not checked. */
eckid_err_t *eckid_oidc_verify_access_token(const eckid_oidc_t *token,
                                            const eckid_oidc_rules_t *rules, apr_pool_t *pool);

/* Verifies an authorization response that is a JWT (JARM section 2.4): signature, iss, an aud with
 * the client, exp. One with a sub is something else by the same provider: ECKID_TOKEN. */
eckid_err_t *eckid_oidc_verify_response(eckid_claims_t **claims, const eckid_oidc_t *token,
                                        const eckid_oidc_rules_t *rules, apr_pool_t *pool);

/* Whether it has an at_hash, which was checked if the access token was beside it. */
bool eckid_oidc_binds(const eckid_claims_t *claims);

const char *eckid_oidc_subject(const eckid_claims_t *claims);

/* All of it, to be read. */
const eckid_json_edit_t *eckid_oidc_members(const eckid_claims_t *claims);

/*
 * The claims as a login whose kind does not matter. Claims that the protocol itself needs are not
 * among its attributes: they can be read, but are never listed, removed or renamed. The values of a
 * claim are its string, its number as written, true or false, or those of the members of its array;
 * an object has none.
 */
eckid_attributes_t eckid_oidc_attributes(eckid_claims_t *claims);

/* Whether the protocol needs the claim of that name. */
bool eckid_oidc_is_protocol(const char *name);

/* Whether a claim says where other claims can be had (section 5.6.2). */
bool eckid_oidc_is_distributed(const char *name);

void eckid_oidc_set(eckid_claims_t *claims, const char *name, const char *value, apr_pool_t *pool);

/* Signs again what came signed. Hashes are made anew of what stands beside it now; ECKID_TOKEN_HASH
 * when that is not there and the old hash cannot stay, because the digest of our algorithm is
 * another one. */
eckid_err_t *eckid_oidc_seal(eckid_bytes_t *text, const eckid_claims_t *claims,
                             const eckid_jws_signer_t *signer, const eckid_oidc_beside_t *beside,
                             apr_pool_t *pool);

/* The claims as JSON: of a userinfo answer that came so. */
eckid_bytes_t eckid_oidc_print(const eckid_claims_t *claims, apr_pool_t *pool);

#endif
