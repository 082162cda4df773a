/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7517: reads JWK Sets, writes our public keys, and computes thumbprints. */
#ifndef ECKID_JWK_H
#define ECKID_JWK_H

#include <apr_tables.h>

#include "base/eckid_json.h"
#include "jose/eckid_jwa.h"

/* A set with more keys is rejected. */
#define ECKID_JWK_MAX 1000

typedef struct eckid_jwk_t {
    const char *kid; /* or NULL */
    const eckid_key_t *key;
    bool has_alg; /* whether the set restricts the key to alg */
    eckid_key_alg_t alg;
} eckid_jwk_t;

/*
 * The keys of a set that can verify signatures (eckid_jwk_t). Keys with another use, and keys that
 * are of unknown types, too short, secret or malformed, are skipped, as RFC 7517 section 5 says.
 * Several may have the same kid (section 4.5), and a member that is null counts as absent.
 * ECKID_JWKS if no key is left, or if it is not a JWK Set.
 */
eckid_err_t *eckid_jwk_read_set(apr_array_header_t **keys, eckid_bytes_t text, apr_pool_t *pool);

/* The RFC 7638 thumbprint with SHA-256, in base64url. */
eckid_err_t *eckid_jwk_thumbprint(const char **thumbprint, const eckid_key_t *key,
                                  apr_pool_t *pool);

/* The public key as a JWK for verifying; its kid is the thumbprint. The pool owns the reference. */
eckid_err_t *eckid_jwk_write(json_t **jwk, const eckid_key_t *key, apr_pool_t *pool);

#endif
