/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7516: a compact JWE that encrypts a token to a client's key, with cjose. */
#ifndef ECKID_JWE_H
#define ECKID_JWE_H

#include "base/eckid_json.h"

/* The key of a client and the algorithms to encrypt to it. Immutable; shared by threads. */
typedef struct eckid_jwe_t eckid_jwe_t;

/*
 * Takes the first encryption key of a JWK Set that we support: RSA of at least 2048 bits with
 * RSA-OAEP, or a NIST curve with ECDH-ES. Enc is A256GCM or A128CBC-HS256. ECKID_JWKS if there is
 * no such key, or if it is not a JWK Set; name is for messages.
 */
eckid_err_t *eckid_jwe_make(eckid_jwe_t **jwe, eckid_bytes_t jwks, const char *enc,
                            const char *name, apr_pool_t *pool);

/* How it encrypts, by the names of RFC 7518: the key, and the content. */
const char *eckid_jwe_alg(const eckid_jwe_t *jwe);
const char *eckid_jwe_enc(const eckid_jwe_t *jwe);

/* Encrypts a signed token to a nested JWT (RFC 7519 section 5.2: cty is JWT). */
eckid_err_t *eckid_jwe_encrypt(eckid_bytes_t *text, const eckid_jwe_t *jwe, eckid_bytes_t token,
                               apr_pool_t *pool);

#endif
