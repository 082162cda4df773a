/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key, made from PEM, DER, a certificate or a secret, with its properties. */
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
    ECKID_KEY_SECRET   /* at least 32 bytes, shared with the verifier; never from PEM */
} eckid_key_kind_t;

/* A private or public key, with its certificate if it has one. Immutable; shared by threads; lives
 * as long as its pool. */
typedef struct eckid_key_t eckid_key_t;

/*
 * Reads a private key from PEM text; name is for messages. ECKID_KEY if it is not a key, encrypted,
 * of another kind or too short. The text may be wiped afterwards.
 */
eckid_err_t *eckid_key_private(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                               apr_pool_t *pool);

/* Reads a public key from PEM text or DER (SubjectPublicKeyInfo). ECKID_KEY. For DER see
 * eckid_key_certificate. */
eckid_err_t *eckid_key_public(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                              apr_pool_t *pool);
eckid_err_t *eckid_key_public_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                  apr_pool_t *pool);

/* The key of a certificate, or a public key: whichever is in the PEM. ECKID_KEY. */
eckid_err_t *eckid_key_verifier(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                apr_pool_t *pool);

/* Reads a public key from a certificate in PEM or DER. Only the key and the validity are used: in
 * SAML, trust comes from the metadata (metadata interoperability profile section 2.6.1). Bytes that
 * follow the first DER value are ignored, as xmlsec and PHP do: some publish the chain of a
 * certificate in its place, leaf first. Nothing is read from them. */
eckid_err_t *eckid_key_certificate(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                   apr_pool_t *pool);
eckid_err_t *eckid_key_certificate_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                       apr_pool_t *pool);

/* Makes a key from a secret. ECKID_KEY if it is too short. The bytes may be wiped afterwards. */
eckid_err_t *eckid_key_secret(eckid_key_t **key, eckid_bytes_t secret, const char *name,
                              apr_pool_t *pool);

/* The private key together with its certificate. ECKID_KEY if the certificate is for another
 * key. */
eckid_err_t *eckid_key_pair(eckid_key_t **key, const eckid_key_t *private,
                            const eckid_key_t *certificate, apr_pool_t *pool);

const char *eckid_key_name(const eckid_key_t *key);
eckid_key_kind_t eckid_key_kind(const eckid_key_t *key);

/* Whether the public keys are the same; secrets have none. */
bool eckid_key_same(const eckid_key_t *a, const eckid_key_t *b);

/* Of the certificate: its DER as base64 on one line, its SHA-256 in hex, and the first and last
 * time at which it is valid. NULL, NULL, 0 and 0 for a key without a certificate. */
const char *eckid_key_certificate_base64(const eckid_key_t *key);
const char *eckid_key_fingerprint(const eckid_key_t *key);
apr_time_t eckid_key_not_before(const eckid_key_t *key);
apr_time_t eckid_key_not_after(const eckid_key_t *key);

/* The fingerprint of an untrusted certificate, given as base64: the same as that of its key,
 * whatever follows it. NULL if it is not base64. */
const char *eckid_key_fingerprint_of(eckid_bytes_t base64, apr_pool_t *pool);

#endif
