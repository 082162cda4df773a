/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys sign and verify, by the algorithms of JOSE, XML and HTTP signatures. */
#ifndef ECKID_KEY_SIGN_H
#define ECKID_KEY_SIGN_H

#include "crypto/eckid_digest.h"
#include "crypto/eckid_key.h"

/* RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9421 section 3.3, RFC 9231 sections 2.3.2, 2.3.6.
 */
typedef enum eckid_key_alg_t {
    ECKID_RS1,   /* RSASSA-PKCS1-v1_5, SHA-1: verified where the operator asks for it, never made */
    ECKID_RS256, /* RSASSA-PKCS1-v1_5, SHA-256 */
    ECKID_RS384, /* the same with SHA-384 */
    ECKID_RS512, /* the same with SHA-512 */
    ECKID_PS256, /* RSASSA-PSS, SHA-256, salt of 32 bytes */
    ECKID_PS384, /* RSASSA-PSS, SHA-384, salt of 48 bytes */
    ECKID_PS512, /* RSASSA-PSS, SHA-512, salt of 64 bytes */
    ECKID_ES256, /* ECDSA, SHA-256, on any curve; the signature is r and s, each as long as it is */
    ECKID_ES384, /* the same with SHA-384 */
    ECKID_ES512, /* the same with SHA-512 */
    ECKID_EDDSA, /* Ed25519 */
    ECKID_HS256  /* HMAC, SHA-256 */
} eckid_key_alg_t;

/* An algorithm of HTTP signatures: its name in RFC 9421 section 6.2.2, and what it is. */
typedef struct eckid_key_http_t {
    const char *name;
    eckid_key_kind_t kind;
    eckid_key_alg_t alg;
} eckid_key_http_t;

/* The algorithm of that name, or with NULL the usual one, if keys like this one have it; else NULL.
 */
const eckid_key_http_t *eckid_key_http(const eckid_key_t *key, const char *name);

/* Signs. ECKID_KEY when the key is not private or not of the algorithm's kind. */
eckid_err_t *eckid_key_sign(eckid_bytes_t *signature, const eckid_key_t *key, eckid_key_alg_t alg,
                            eckid_bytes_t data, apr_pool_t *pool);

/* RSASSA-PSS with parameters (RFC 8017 section 8.1), where they are stated one by one. */
typedef struct eckid_key_pss_t {
    eckid_digest_alg_t digest, mgf1;
    int salt; /* bytes */
} eckid_key_pss_t;

/* Whether the signature is one with those parameters by that RSA key over the data. */
bool eckid_key_verify_pss(const eckid_key_t *key, const eckid_key_pss_t *pss,
                          eckid_bytes_t signature, eckid_bytes_t data);

/* Whether the signature is one of that algorithm by that key over the data. */
bool eckid_key_verify(const eckid_key_t *key, eckid_key_alg_t alg, eckid_bytes_t signature,
                      eckid_bytes_t data);

#endif
