/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key as JSON has it, RFC 7517: sets of them read, our own written, and their thumbprints. */
#ifndef ECKID_JWK_H
#define ECKID_JWK_H

#include <apr_tables.h>

#include "base/eckid_json.h"
#include "jose/eckid_jwa.h"

/* Sets with more keys than this are refused. */
#define ECKID_JWK_MAX 100

typedef struct eckid_jwk_t {
    const char *kid; /* or NULL */
    const eckid_key_t *key;
    bool has_alg; /* whether the set binds the key to alg alone */
    eckid_key_alg_t alg;
} eckid_jwk_t;

/*
 * The keys of a set with which signatures can be verified (eckid_jwk_t). Keys for another use, of
 * other types, too short, secret or malformed ones are left out, as RFC 7517 section 5 wants;
 * ECKID_JWKS when none is left, when two of them have the same kid, or when it is no JWK Set.
 */
eckid_err_t *eckid_jwk_read_set(apr_array_header_t **keys, eckid_bytes_t text, apr_pool_t *pool);

/* The thumbprint of RFC 7638 with SHA-256, in base64url. */
eckid_err_t *eckid_jwk_thumbprint(const char **thumbprint, const eckid_key_t *key,
                                  apr_pool_t *pool);

/* The public half as a JWK for verifying, its kid being its thumbprint. The reference is pool's. */
eckid_err_t *eckid_jwk_write(json_t **jwk, const eckid_key_t *key, apr_pool_t *pool);

#endif
