/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compact JWS, RFC 7515: split, verified under an allow-list, its payload replaced, signed. */
#ifndef ECKID_JWS_H
#define ECKID_JWS_H

#include "jose/eckid_jwk.h"

/* The longest token that is looked at; bytes. */
#define ECKID_JWS_MAX 65536

/* A token that was split. Nothing of it has been verified. */
typedef struct eckid_jws_t eckid_jws_t;

/* The payload of a token whose signature held. Only eckid_jws_verify makes one. */
typedef struct eckid_signed_t eckid_signed_t;

/*
 * Splits. ECKID_TOKEN: not three parts of base64url, too long, a header that is no JSON object or
 * names a member twice, that has crit or b64, or brings or points at a key (jku, jwk, x5u, x5c).
 * ECKID_TOKEN_ENCRYPTED for five parts, a JWE. ECKID_TOKEN_ALGORITHM for an algorithm, "none"
 * included, that is in no list of ours.
 */
eckid_err_t *eckid_jws_open(eckid_jws_t **jws, eckid_bytes_t text, apr_pool_t *pool);

/* Whether it looks like a compact JWS or JWE: three or five parts of base64url. */
bool eckid_jws_is(eckid_bytes_t text);

/* What it says, to find out whose it is and for nothing else. */
eckid_bytes_t eckid_jws_claimed(const eckid_jws_t *jws);
const char *eckid_jws_kid(const eckid_jws_t *jws); /* or NULL */

typedef struct eckid_jws_trust_t {
    const apr_array_header_t *keys; /* eckid_jwk_t: may be empty */
    const eckid_key_t *secret;      /* where it is set, HS256 by it is accepted and nothing else */
} eckid_jws_trust_t;

/*
 * Verifies. The key is the one of the kid, or, without kid, the only one that fits the algorithm;
 * its type, and its alg if it has one, must be the token's. ECKID_TOKEN_KEY: there is no such key,
 * or not just one. ECKID_TOKEN_ALGORITHM, ECKID_TOKEN_SIGNATURE.
 */
eckid_err_t *eckid_jws_verify(const eckid_signed_t **verified, const eckid_jws_t *jws,
                              const eckid_jws_trust_t *trust, apr_pool_t *pool);

eckid_bytes_t eckid_jws_payload(const eckid_signed_t *verified);
eckid_key_alg_t eckid_jws_alg(const eckid_signed_t *verified);

/* A key of ours that signs tokens, and how it does. */
typedef struct eckid_jws_signer_t {
    const eckid_key_t *key;
    eckid_key_alg_t alg;
    const char *kid; /* or NULL */
} eckid_jws_signer_t;

/* Signs another payload in the place of what was verified; typ and cty stay as they were. */
eckid_err_t *eckid_jws_sign(eckid_bytes_t *text, const eckid_signed_t *verified,
                            eckid_bytes_t payload, const eckid_jws_signer_t *signer,
                            apr_pool_t *pool);

#endif
