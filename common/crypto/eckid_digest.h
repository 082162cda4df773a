/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digest of a byte range. */
#ifndef ECKID_DIGEST_H
#define ECKID_DIGEST_H

#include "base/eckid_codec.h"

typedef enum eckid_digest_alg_t {
    ECKID_SHA1, /* only for verifying, where the operator allows it */
    ECKID_SHA256,
    ECKID_SHA384,
    ECKID_SHA512
} eckid_digest_alg_t;

#define ECKID_DIGEST_MAX 64 /* bytes of the longest */

/* FIPS 180-4; the digest as raw bytes. Returns how many; 0 if OpenSSL cannot. */
apr_size_t eckid_digest_into(unsigned char digest[ECKID_DIGEST_MAX], eckid_digest_alg_t alg,
                             eckid_bytes_t data);

/* The same, in pool. */
eckid_bytes_t eckid_digest(eckid_digest_alg_t alg, eckid_bytes_t data, apr_pool_t *pool);

/* The same of bytes that come in pieces. */
typedef struct eckid_digest_stream_t eckid_digest_stream_t;

eckid_digest_stream_t *eckid_digest_begin(eckid_digest_alg_t alg, apr_pool_t *pool);
void eckid_digest_add(eckid_digest_stream_t *stream, eckid_bytes_t next);
eckid_bytes_t eckid_digest_end(eckid_digest_stream_t *stream, apr_pool_t *pool);

/* SHA-256, the default wherever there is a choice. */
eckid_bytes_t eckid_digest_sha256(eckid_bytes_t data, apr_pool_t *pool);

#endif
