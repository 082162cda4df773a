/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A compact JWE, RFC 7516: a token encrypted to a client's key, by cjose. */
#ifndef ECKID_JWE_H
#define ECKID_JWE_H

#include "base/eckid_json.h"

/* The key of a client, and how is encrypted to it. Immutable, shared by threads. */
typedef struct eckid_jwe_t eckid_jwe_t;

/*
 * The first key of a JWK Set that is for encryption and that we can encrypt to: RSA of 2048 bits or
 * more by RSA-OAEP, a NIST curve by ECDH-ES. Enc is A256GCM or A128CBC-HS256. ECKID_JWKS when there
 * is no such key or it is no JWK Set; name stands for it in messages.
 */
eckid_err_t *eckid_jwe_make(eckid_jwe_t **jwe, eckid_bytes_t jwks, const char *enc,
                            const char *name, apr_pool_t *pool);

/* The signed token as a nested JWT (RFC 7519 section 5.2: cty is JWT). */
eckid_err_t *eckid_jwe_encrypt(eckid_bytes_t *text, const eckid_jwe_t *jwe, eckid_bytes_t token,
                               apr_pool_t *pool);

#endif
