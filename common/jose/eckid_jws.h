/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7515: parses a compact JWS, verifies it against an allow-list, and signs another payload. */
#ifndef ECKID_JWS_H
#define ECKID_JWS_H

#include "jose/eckid_jwk.h"

/* The longest accepted token, in bytes. */
#define ECKID_JWS_MAX 65536

/* A parsed token, not verified. */
typedef struct eckid_jws_t eckid_jws_t;

/* The payload of a token with a valid signature. Only eckid_jws_verify makes one. */
typedef struct eckid_signed_t eckid_signed_t;

/*
 * Parses a token. ECKID_TOKEN if it does not have three parts of base64url or is too long, or if
 * its header is not a JSON object, or has a duplicate member, crit or b64. A key that it contains
 * or refers to (jku, jwk, x5u, x5c) is ignored. ECKID_TOKEN_ENCRYPTED if it has five parts, as a
 * JWE. ECKID_TOKEN_ALGORITHM for an algorithm that we do not support, such as "none".
 */
eckid_err_t *eckid_jws_open(eckid_jws_t **jws, eckid_bytes_t text, apr_pool_t *pool);

/* Whether the text looks like a compact JWS or JWE: three or five parts of base64url. */
bool eckid_jws_is(eckid_bytes_t text);

/* The unverified payload. Use it only to find out which supplier the token is for. */
eckid_bytes_t eckid_jws_claimed(const eckid_jws_t *jws);
const char *eckid_jws_kid(const eckid_jws_t *jws); /* or NULL */

typedef struct eckid_jws_trust_t {
    const apr_array_header_t *keys; /* eckid_jwk_t; may be empty */
    const eckid_key_t *secret;      /* if set, only HS256 with this key is accepted */
} eckid_jws_trust_t;

/*
 * Verifies a token by a key whose type, and alg if it has one, match the token's alg: one of the
 * token's kid; or else the only one without kid; or, for a token without kid, the only one at all.
 * ECKID_TOKEN_KEY if there is no such key, or if several fit where only one may;
 * ECKID_TOKEN_ALGORITHM if all keys of the kid are for other algorithms; ECKID_TOKEN_SIGNATURE.
 */
eckid_err_t *eckid_jws_verify(const eckid_signed_t **verified, const eckid_jws_t *jws,
                              const eckid_jws_trust_t *trust, apr_pool_t *pool);

eckid_bytes_t eckid_jws_payload(const eckid_signed_t *verified);
eckid_key_alg_t eckid_jws_alg(const eckid_signed_t *verified);
const char *eckid_jws_typ(const eckid_signed_t *verified); /* or NULL */

/* Our key that signs a token, and how. */
typedef struct eckid_jws_signer_t {
    const eckid_key_t *key;
    eckid_key_alg_t alg;
    const char *kid; /* or NULL */
} eckid_jws_signer_t;

/* Signs another payload instead of the verified one. The header keeps typ and cty. */
eckid_err_t *eckid_jws_sign(eckid_bytes_t *text, const eckid_signed_t *verified,
                            eckid_bytes_t payload, const eckid_jws_signer_t *signer,
                            apr_pool_t *pool);

#endif
