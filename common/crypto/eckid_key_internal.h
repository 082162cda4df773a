/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key with its OpenSSL representation. Only eckid_key and eckid_key_* include this. */
#ifndef ECKID_KEY_INTERNAL_H
#define ECKID_KEY_INTERNAL_H

#include <openssl/evp.h>

#include "crypto/eckid_key.h"
#include "base/eckid_spares.h"

#define ECKID_KEY_RSA_BITS_MAX 16384

struct eckid_key_t {
    const char *name;
    EVP_PKEY *evp;
    eckid_key_kind_t kind;
    bool private;
    eckid_spares_t *signers, *verifiers; /* contexts for RS256 or ES256; or NULL */
    eckid_bytes_t first, second;         /* its numbers, as eckid_key_numbers_t has them */
    const char *certificate_base64;
    const char *fingerprint;
    apr_time_t not_before, not_after;
};

/* A curve: its name in OpenSSL, and the length in bytes of a coordinate and of r and s of a
 * signature. NULL and 0 for a kind of key without such a curve. */
typedef struct eckid_key_curve_t {
    const char *name;
    int bytes;
} eckid_key_curve_t;

extern const eckid_key_curve_t eckid_key_curves[]; /* indexed by eckid_key_kind_t */

/* Makes a key from an OpenSSL key, which it takes over. ECKID_KEY if it is of another kind, or too
 * short. */
eckid_err_t *eckid_key_adopt(eckid_key_t **key, EVP_PKEY *evp, const char *name, apr_pool_t *pool);

/* ECKID_KEY: what somebody else publishes as a key or certificate, and OpenSSL cannot read. What
 * OpenSSL noted about it is cleared. */
eckid_err_t *eckid_key_damaged(const char *name, apr_pool_t *pool);

/* Notes the numbers of a key; OpenSSL takes as long to find those of a curve as for a signature. */
void eckid_key_read_numbers(eckid_key_t *key, apr_pool_t *pool);

/* Makes room for contexts of the key that are used again, if it is of a usual kind. */
void eckid_key_keep_contexts(eckid_key_t *key, apr_pool_t *pool);

#endif
