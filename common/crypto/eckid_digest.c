/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digest of a byte range. */
#include "crypto/eckid_digest.h"

#include <openssl/evp.h>

eckid_bytes_t eckid_digest(eckid_digest_alg_t alg, eckid_bytes_t data, apr_pool_t *pool)
{
    const EVP_MD *const digests[] = {EVP_sha1(), EVP_sha256(), EVP_sha384(), EVP_sha512()};
    unsigned char *digest = apr_palloc(pool, EVP_MAX_MD_SIZE);
    unsigned len = 0;

    EVP_Digest(data.data, data.len, digest, &len, digests[alg], NULL);
    return eckid_bytes(digest, len);
}

eckid_bytes_t eckid_digest_sha256(eckid_bytes_t data, apr_pool_t *pool)
{
    return eckid_digest(ECKID_SHA256, data, pool);
}
