/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret with which keyed digests are computed and small records are encrypted. */
#ifndef ECKID_SECRET_H
#define ECKID_SECRET_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

#define ECKID_SECRET_MIN 32      /* bytes of input, too many to guess */
#define ECKID_SECRET_DIGEST 32   /* HMAC-SHA256 */
#define ECKID_SECRET_NONCE 12    /* AES-GCM, NIST SP 800-38D section 8.2.2 */
#define ECKID_SECRET_OVERHEAD 28 /* nonce and tag */

/* Two keys, one for digests and one for encryption. Immutable; shared by threads. */
typedef struct eckid_secret_t eckid_secret_t;

/* Derives the keys from input by HKDF-SHA256 (RFC 5869). The input may be wiped afterwards. NULL if
 * it is shorter than ECKID_SECRET_MIN. */
eckid_secret_t *eckid_secret_make(eckid_bytes_t input, apr_pool_t *pool);

/* Random bytes for nonces and identifiers. False if there is no randomness. */
bool eckid_secret_random(unsigned char *bytes, int len);

/* HMAC-SHA256 over the parts, each preceded by its length, so that moving a byte to another part
 * changes the digest. */
void eckid_secret_digest(unsigned char digest[ECKID_SECRET_DIGEST], const eckid_secret_t *secret,
                         const eckid_bytes_t *parts, int count, apr_pool_t *pool);

/* The text of another secret, for that purpose alone: it does not help to find this one. Who needs
 * no more than that purpose can be given it. For eckid_secret_make. */
const char *eckid_secret_text_for(const eckid_secret_t *secret, const char *purpose,
                                  apr_pool_t *pool);

/* The secret of that text. */
eckid_secret_t *eckid_secret_for(const eckid_secret_t *secret, const char *purpose,
                                 apr_pool_t *pool);

/* Encrypts with AES-256-GCM to nonce, ciphertext and tag. The nonce must be random and used once.
 * Bound is the associated data: it must be the same when the record is opened. */
eckid_err_t *eckid_secret_seal(eckid_bytes_t *sealed, const eckid_secret_t *secret,
                               const unsigned char nonce[ECKID_SECRET_NONCE], eckid_bytes_t bound,
                               eckid_bytes_t plain, apr_pool_t *pool);

/* Decrypts a record. False if it was sealed with another secret or another bound, or was
 * changed. */
bool eckid_secret_open(eckid_bytes_t *plain, const eckid_secret_t *secret, eckid_bytes_t bound,
                       eckid_bytes_t sealed, apr_pool_t *pool);

#endif
