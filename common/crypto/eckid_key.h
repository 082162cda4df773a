/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A private or public key that signs or verifies bytes; the only file that sees OpenSSL keys. */
#ifndef ECKID_KEY_H
#define ECKID_KEY_H

#include <apr_tables.h>
#include <apr_time.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef enum eckid_key_kind_t {
    ECKID_KEY_RSA,     /* 2048 to 16384 bits */
    ECKID_KEY_P256,    /* NIST P-256 */
    ECKID_KEY_P384,    /* NIST P-384 */
    ECKID_KEY_P521,    /* NIST P-521 */
    ECKID_KEY_ED25519, /* RFC 8032 */
    ECKID_KEY_SECRET   /* of 32 bytes or more, shared with who verifies; never from PEM */
} eckid_key_kind_t;

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

/* A key, private or only public, with its certificate if it has one. Immutable; shared by threads;
 * lives as long as the pool it was made in. */
typedef struct eckid_key_t eckid_key_t;

/*
 * A private key from PEM text. Name stands for it in messages. ECKID_KEY: not a key, encrypted, of
 * another kind, or too short. The text may be wiped afterwards.
 */
eckid_err_t *eckid_key_private(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                               apr_pool_t *pool);

/* A public key from PEM text (SubjectPublicKeyInfo). */
eckid_err_t *eckid_key_public(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                              apr_pool_t *pool);

/* A public key from a certificate in PEM, or in DER. Nothing but the key and the dates is looked
 * at: in SAML trust comes from the metadata (metadata interoperability profile section 2.6.1). */
eckid_err_t *eckid_key_certificate(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                   apr_pool_t *pool);
eckid_err_t *eckid_key_certificate_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                       apr_pool_t *pool);

/* A secret as a key. ECKID_KEY when it is too short. The bytes may be wiped afterwards. */
eckid_err_t *eckid_key_secret(eckid_key_t **key, eckid_bytes_t secret, const char *name,
                              apr_pool_t *pool);

/* A public key as numbers: n and e of RSA, x and y of a curve, x alone of Ed25519; big-endian. */
typedef struct eckid_key_numbers_t {
    eckid_key_kind_t kind;
    eckid_bytes_t first, second;
} eckid_key_numbers_t;

/* A public key from its numbers. ECKID_KEY: not a key, a point that is not on the curve, too short.
 */
eckid_err_t *eckid_key_from_numbers(eckid_key_t **key, const eckid_key_numbers_t *numbers,
                                    const char *name, apr_pool_t *pool);

/* The numbers of a key; coordinates are as long as the curve (RFC 7518 section 6.2.1.2). */
eckid_err_t *eckid_key_to_numbers(eckid_key_numbers_t *numbers, const eckid_key_t *key,
                                  apr_pool_t *pool);

/* The private key with the certificate's data added. ECKID_KEY when they do not belong together. */
eckid_err_t *eckid_key_pair(eckid_key_t **key, const eckid_key_t *private,
                            const eckid_key_t *certificate, apr_pool_t *pool);

const char *eckid_key_name(const eckid_key_t *key);
eckid_key_kind_t eckid_key_kind(const eckid_key_t *key);
bool eckid_key_same(const eckid_key_t *a, const eckid_key_t *b); /* by their public halves */

/* Of the certificate: its DER in base64 on one line, SHA-256 in hex, first and last
 * moment of validity. NULL, NULL, 0 and 0 for a key without one. */
const char *eckid_key_certificate_base64(const eckid_key_t *key);
const char *eckid_key_fingerprint(const eckid_key_t *key);
apr_time_t eckid_key_not_before(const eckid_key_t *key);
apr_time_t eckid_key_not_after(const eckid_key_t *key);

/* The fingerprint of a certificate that is not trusted, given as base64; NULL if it is none. */
const char *eckid_key_fingerprint_of(eckid_bytes_t base64, apr_pool_t *pool);

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

/* Whether the signature is one of that algorithm by that key over the data. */
bool eckid_key_verify(const eckid_key_t *key, eckid_key_alg_t alg, eckid_bytes_t signature,
                      eckid_bytes_t data);

#endif
