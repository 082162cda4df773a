/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret that makes keyed digests and seals small records. */
#ifndef ECKID_SECRET_H
#define ECKID_SECRET_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

#define ECKID_SECRET_MIN 32      /* bytes of input, so that guessing is out of the question */
#define ECKID_SECRET_DIGEST 32   /* HMAC-SHA256 */
#define ECKID_SECRET_NONCE 12    /* AES-GCM, NIST SP 800-38D section 8.2.2 */
#define ECKID_SECRET_OVERHEAD 28 /* nonce and tag */

/* Two keys, one for digests and one for sealing. Immutable, shared by threads. */
typedef struct eckid_secret_t eckid_secret_t;

/* Derives the keys from input by HKDF-SHA256 (RFC 5869). The input may be wiped afterwards. NULL
 * when it is shorter than ECKID_SECRET_MIN. */
eckid_secret_t *eckid_secret_make(eckid_bytes_t input, apr_pool_t *pool);

/* HMAC-SHA256 over the parts, each with its length before it, so that moving a byte from one part
 * to the next makes another digest. */
void eckid_secret_digest(unsigned char digest[ECKID_SECRET_DIGEST], const eckid_secret_t *secret,
                         const eckid_bytes_t *parts, int count, apr_pool_t *pool);

/* AES-256-GCM: nonce, ciphertext, tag. The nonce must be random and used once; bound is
 * authenticated with it and must be the same when the record is opened. */
eckid_err_t *eckid_secret_seal(eckid_bytes_t *sealed, const eckid_secret_t *secret,
                               const unsigned char nonce[ECKID_SECRET_NONCE], eckid_bytes_t bound,
                               eckid_bytes_t plain, apr_pool_t *pool);

/* False when the record was not sealed with this secret and this bound, or was changed. */
bool eckid_secret_open(eckid_bytes_t *plain, const eckid_secret_t *secret, eckid_bytes_t bound,
                       eckid_bytes_t sealed, apr_pool_t *pool);

#endif
