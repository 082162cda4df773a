/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A secret with which keyed digests are computed and small records are encrypted. */
#include "crypto/eckid_secret.h"
#include "base/eckid_spares.h"

#include <stdlib.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#define KEY_LEN 32
#define TAG_LEN 16

struct eckid_secret_t {
    EVP_MAC_CTX *digest; /* HMAC-SHA256 with its key, to be copied: only copies are fed */
    EVP_CIPHER *cipher;  /* AES-256-GCM, which takes longer to find than to use */
    unsigned char seal_key[KEY_LEN];
    eckid_spares_t *digests, *ciphers; /* contexts with the keys */
};

static bool derive(unsigned char key[KEY_LEN], eckid_bytes_t input, const char *purpose)
{
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    size_t len = KEY_LEN;
    bool done =
        ctx && EVP_PKEY_derive_init(ctx) > 0 && EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256()) > 0 &&
        EVP_PKEY_CTX_set1_hkdf_key(ctx, (const unsigned char *)input.data, (int)input.len) > 0 &&
        EVP_PKEY_CTX_add1_hkdf_info(ctx, (const unsigned char *)purpose, (int)strlen(purpose)) >
            0 &&
        EVP_PKEY_derive(ctx, key, &len) > 0;

    EVP_PKEY_CTX_free(ctx);
    return done;
}

static apr_status_t wipe(void *self)
{
    eckid_secret_t *secret = self;

    EVP_MAC_CTX_free(secret->digest);
    EVP_CIPHER_free(secret->cipher);
    OPENSSL_cleanse(secret, sizeof(*secret));
    return APR_SUCCESS;
}

static void free_digest(void *context)
{
    EVP_MAC_CTX_free(context);
}

static void free_cipher(void *context)
{
    EVP_CIPHER_CTX_free(context);
}

static bool make_digest(eckid_secret_t *secret, eckid_bytes_t input)
{
    unsigned char key[KEY_LEN];
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    char name[] = "SHA256";
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_construct_end()};

    secret->digest = EVP_MAC_CTX_new(hmac);
    EVP_MAC_free(hmac);
    bool done = secret->digest && derive(key, input, "mod_eckid digest 1") &&
                EVP_MAC_init(secret->digest, key, KEY_LEN, params) > 0;

    OPENSSL_cleanse(key, sizeof(key));
    return done;
}

eckid_secret_t *eckid_secret_make(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_secret_t *secret = apr_pcalloc(pool, sizeof(*secret));

    apr_pool_cleanup_register(pool, secret, wipe, apr_pool_cleanup_null);
    secret->digests = eckid_spares_make(free_digest, pool);
    secret->ciphers = eckid_spares_make(free_cipher, pool);
    secret->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    if (input.len < ECKID_SECRET_MIN || !secret->cipher || !make_digest(secret, input) ||
        !derive(secret->seal_key, input, "mod_eckid seal 1")) {
        return NULL;
    }
    return secret;
}

bool eckid_secret_random(unsigned char *bytes, int len)
{
    return RAND_bytes(bytes, len) == 1;
}

/* Concatenates the parts, each preceded by its length in four bytes. */
static eckid_bytes_t join(const eckid_bytes_t *parts, int count, apr_pool_t *pool)
{
    apr_size_t len = 0;

    for (int i = 0; i < count; i++) {
        len += 4 + parts[i].len;
    }
    char *joined = apr_palloc(pool, len), *to = joined;

    for (int i = 0; i < count; i++) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            *to++ = (char)(parts[i].len >> shift);
        }
        memcpy(to, parts[i].data, parts[i].len);
        to += parts[i].len;
    }
    return eckid_bytes(joined, len);
}

static EVP_MAC_CTX *take_digest(const eckid_secret_t *secret)
{
    EVP_MAC_CTX *spare = eckid_spares_take(secret->digests);

    return spare ? spare : EVP_MAC_CTX_dup(secret->digest);
}

void eckid_secret_digest(unsigned char digest[ECKID_SECRET_DIGEST], const eckid_secret_t *secret,
                         const eckid_bytes_t *parts, int count, apr_pool_t *pool)
{
    eckid_bytes_t input = join(parts, count, pool);

    EVP_MAC_CTX *ctx = take_digest(secret);
    size_t len = 0;

    if (!ctx || EVP_MAC_init(ctx, NULL, 0, NULL) <= 0 || /* with the key that it has */
        EVP_MAC_update(ctx, (const unsigned char *)input.data, input.len) <= 0 ||
        EVP_MAC_final(ctx, digest, &len, ECKID_SECRET_DIGEST) <= 0) {
        abort(); /* out of memory, as APR does too: no index may stand for another */
    }
    eckid_spares_give(secret->digests, ctx);
}

const char *eckid_secret_text_for(const eckid_secret_t *secret, const char *purpose,
                                  apr_pool_t *pool)
{
    const eckid_bytes_t part = eckid_bytes_str(purpose);
    unsigned char digest[ECKID_SECRET_DIGEST];

    eckid_secret_digest(digest, secret, &part, 1, pool);
    return eckid_codec_hex(eckid_bytes(digest, sizeof(digest)), pool).data;
}

eckid_secret_t *eckid_secret_for(const eckid_secret_t *secret, const char *purpose,
                                 apr_pool_t *pool)
{
    return eckid_secret_make(eckid_bytes_str(eckid_secret_text_for(secret, purpose, pool)), pool);
}

/* Encryption */

/* A context with the key, for one record; NULL if there is none. */
static EVP_CIPHER_CTX *take_cipher(const eckid_secret_t *secret)
{
    EVP_CIPHER_CTX *ctx = eckid_spares_take(secret->ciphers);

    if (ctx) {
        return ctx;
    }
    ctx = EVP_CIPHER_CTX_new();
    if (ctx && EVP_CipherInit_ex2(ctx, secret->cipher, secret->seal_key, NULL, 1, NULL) <= 0) {
        EVP_CIPHER_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

/* What failed is not used again. */
static void give_cipher(const eckid_secret_t *secret, EVP_CIPHER_CTX *ctx, bool done)
{
    if (done) {
        eckid_spares_give(secret->ciphers, ctx);
        return;
    }
    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
}

static bool encrypt(EVP_CIPHER_CTX *ctx, unsigned char *record, eckid_bytes_t bound,
                    eckid_bytes_t plain)
{
    unsigned char *text = record + ECKID_SECRET_NONCE;
    int len = 0;

    return EVP_EncryptInit_ex2(ctx, NULL, NULL, record, NULL) > 0 &&
           EVP_EncryptUpdate(ctx, NULL, &len, (const unsigned char *)bound.data, (int)bound.len) >
               0 &&
           EVP_EncryptUpdate(ctx, text, &len, (const unsigned char *)plain.data, (int)plain.len) >
               0 &&
           EVP_EncryptFinal_ex(ctx, text + plain.len, &len) > 0 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN, text + plain.len) > 0;
}

eckid_err_t *eckid_secret_seal(eckid_bytes_t *sealed, const eckid_secret_t *secret,
                               const unsigned char nonce[ECKID_SECRET_NONCE], eckid_bytes_t bound,
                               eckid_bytes_t plain, apr_pool_t *pool)
{
    unsigned char *record = apr_palloc(pool, plain.len + ECKID_SECRET_OVERHEAD);
    EVP_CIPHER_CTX *ctx = take_cipher(secret);

    memcpy(record, nonce, ECKID_SECRET_NONCE);
    bool done = ctx && encrypt(ctx, record, bound, plain);

    give_cipher(secret, ctx, done);
    if (!done) {
        return eckid_err_make(pool, ECKID_INTERNAL, "AES-256-GCM");
    }
    *sealed = eckid_bytes(record, plain.len + ECKID_SECRET_OVERHEAD);
    return NULL;
}

static bool decrypt(EVP_CIPHER_CTX *ctx, unsigned char *plain, eckid_bytes_t bound,
                    const unsigned char *record, int text_len)
{
    const unsigned char *text = record + ECKID_SECRET_NONCE;
    int len = 0;

    return EVP_DecryptInit_ex2(ctx, NULL, NULL, record, NULL) > 0 &&
           EVP_DecryptUpdate(ctx, NULL, &len, (const unsigned char *)bound.data, (int)bound.len) >
               0 &&
           EVP_DecryptUpdate(ctx, plain, &len, text, text_len) > 0 &&
           EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN, (void *)(text + text_len)) >
               0 &&
           EVP_DecryptFinal_ex(ctx, plain + text_len, &len) > 0;
}

bool eckid_secret_open(eckid_bytes_t *plain, const eckid_secret_t *secret, eckid_bytes_t bound,
                       eckid_bytes_t sealed, apr_pool_t *pool)
{
    if (sealed.len < ECKID_SECRET_OVERHEAD) {
        return false;
    }
    apr_size_t len = sealed.len - ECKID_SECRET_OVERHEAD;
    unsigned char *text = apr_pcalloc(pool, len + 1);
    EVP_CIPHER_CTX *ctx = take_cipher(secret);
    bool good = ctx && decrypt(ctx, text, bound, (const unsigned char *)sealed.data, (int)len);

    give_cipher(secret, ctx, good);
    if (good) {
        *plain = eckid_bytes(text, len);
    }
    return good;
}
