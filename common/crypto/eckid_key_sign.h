/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs and verifies with the algorithms of JOSE, XML signatures and HTTP signatures. */
#ifndef ECKID_KEY_SIGN_H
#define ECKID_KEY_SIGN_H

#include "crypto/eckid_digest.h"
#include "crypto/eckid_key.h"

/* RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9421 section 3.3, RFC 9231 sections 2.3.2, 2.3.6.
 */
typedef enum eckid_key_alg_t {
    ECKID_RS1,   /* RSASSA-PKCS1-v1_5, SHA-1: only for verifying, where the operator allows it */
    ECKID_RS256, /* RSASSA-PKCS1-v1_5, SHA-256 */
    ECKID_RS384, /* the same with SHA-384 */
    ECKID_RS512, /* the same with SHA-512 */
    ECKID_PS256, /* RSASSA-PSS, SHA-256, salt of 32 bytes */
    ECKID_PS384, /* RSASSA-PSS, SHA-384, salt of 48 bytes */
    ECKID_PS512, /* RSASSA-PSS, SHA-512, salt of 64 bytes */
    ECKID_ES256, /* ECDSA, SHA-256, any curve; r and s side by side, each as long as a coordinate */
    ECKID_ES384, /* the same with SHA-384 */
    ECKID_ES512, /* the same with SHA-512 */
    ECKID_EDDSA, /* Ed25519 */
    ECKID_HS256  /* HMAC, SHA-256 */
} eckid_key_alg_t;

/* An algorithm of HTTP signatures, with its name in RFC 9421 section 6.2.2. */
typedef struct eckid_key_http_t {
    const char *name;
    eckid_key_kind_t kind;
    eckid_key_alg_t alg;
} eckid_key_http_t;

/* The algorithm of that name, or with NULL the default of the key's kind; NULL if the key does not
 * support it. */
const eckid_key_http_t *eckid_key_http(const eckid_key_t *key, const char *name);

/* Signs data. ECKID_KEY if the key is not private, or is of a kind other than the algorithm's. */
eckid_err_t *eckid_key_sign(eckid_bytes_t *signature, const eckid_key_t *key, eckid_key_alg_t alg,
                            eckid_bytes_t data, apr_pool_t *pool);

/* RSASSA-PSS with explicit parameters (RFC 8017 section 8.1). */
typedef struct eckid_key_pss_t {
    eckid_digest_alg_t digest, mgf1;
    int salt; /* bytes */
} eckid_key_pss_t;

/* Whether it is a signature over data by that RSA key with those parameters. */
bool eckid_key_verify_pss(const eckid_key_t *key, const eckid_key_pss_t *pss,
                          eckid_bytes_t signature, eckid_bytes_t data);

/* Whether it is a signature over data by that key with that algorithm. */
bool eckid_key_verify(const eckid_key_t *key, eckid_key_alg_t alg, eckid_bytes_t signature,
                      eckid_bytes_t data);

#endif
