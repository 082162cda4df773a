/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digest of a byte range. */
#include "crypto/eckid_digest.h"

#include <pthread.h>
#include <openssl/evp.h>

/* Found once for the process, because that takes longer than to digest a kilobyte. */
static EVP_MD *digests[4];

static void find_digests(void)
{
    digests[ECKID_SHA1] = EVP_MD_fetch(NULL, "SHA1", NULL);
    digests[ECKID_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
    digests[ECKID_SHA384] = EVP_MD_fetch(NULL, "SHA384", NULL);
    digests[ECKID_SHA512] = EVP_MD_fetch(NULL, "SHA512", NULL);
}

static const EVP_MD *digest_of(eckid_digest_alg_t alg)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, find_digests);
    return digests[alg];
}

apr_size_t eckid_digest_into(unsigned char digest[ECKID_DIGEST_MAX], eckid_digest_alg_t alg,
                             eckid_bytes_t data)
{
    unsigned len = 0;

    return EVP_Digest(data.data, data.len, digest, &len, digest_of(alg), NULL) == 1 ? len : 0;
}

eckid_bytes_t eckid_digest(eckid_digest_alg_t alg, eckid_bytes_t data, apr_pool_t *pool)
{
    unsigned char *digest = apr_palloc(pool, ECKID_DIGEST_MAX);

    return eckid_bytes(digest, eckid_digest_into(digest, alg, data));
}

struct eckid_digest_stream_t {
    EVP_MD_CTX *context;
};

static apr_status_t cleanup(void *self)
{
    EVP_MD_CTX_free(((eckid_digest_stream_t *)self)->context);
    return APR_SUCCESS;
}

eckid_digest_stream_t *eckid_digest_begin(eckid_digest_alg_t alg, apr_pool_t *pool)
{
    eckid_digest_stream_t *stream = apr_palloc(pool, sizeof(*stream));

    stream->context = EVP_MD_CTX_new();
    apr_pool_cleanup_register(pool, stream, cleanup, apr_pool_cleanup_null);
    EVP_DigestInit_ex(stream->context, digest_of(alg), NULL);
    return stream;
}

void eckid_digest_add(eckid_digest_stream_t *stream, eckid_bytes_t next)
{
    EVP_DigestUpdate(stream->context, next.data, next.len);
}

eckid_bytes_t eckid_digest_end(eckid_digest_stream_t *stream, apr_pool_t *pool)
{
    unsigned char *digest = apr_palloc(pool, ECKID_DIGEST_MAX);
    unsigned len = 0;

    EVP_DigestFinal_ex(stream->context, digest, &len);
    return eckid_bytes(digest, len);
}

eckid_bytes_t eckid_digest_sha256(eckid_bytes_t data, apr_pool_t *pool)
{
    return eckid_digest(ECKID_SHA256, data, pool);
}
