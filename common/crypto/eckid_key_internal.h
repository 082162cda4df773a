/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key as OpenSSL has it. Only eckid_key and eckid_key_* include this. */
#ifndef ECKID_KEY_INTERNAL_H
#define ECKID_KEY_INTERNAL_H

#include <openssl/evp.h>

#include "crypto/eckid_key.h"

#define ECKID_KEY_RSA_BITS_MAX 16384

struct eckid_key_t {
    const char *name;
    EVP_PKEY *evp;
    eckid_key_kind_t kind;
    bool private;
    const char *certificate_base64;
    const char *fingerprint;
    apr_time_t not_before, not_after;
};

/* A curve: the name that OpenSSL has for it, and how long a coordinate is, and r and s of a
 * signature; bytes. NULL and 0 for a kind of key that has no such curve. */
typedef struct eckid_key_curve_t {
    const char *name;
    int bytes;
} eckid_key_curve_t;

extern const eckid_key_curve_t eckid_key_curves[]; /* by eckid_key_kind_t */

/* Makes a key of the OpenSSL key, which it takes over. ECKID_KEY: it is NULL, of another kind, or
 * too short. */
eckid_err_t *eckid_key_adopt(eckid_key_t **key, EVP_PKEY *evp, const char *name, apr_pool_t *pool);

#endif
