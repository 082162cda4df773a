/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AES in the modes of XML Encryption, and the RSA that carries its keys. */
#include "crypto/eckid_cipher.h"
#include "crypto/eckid_key_internal.h"

#include <limits.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#define BLOCK 16
#define TAG 16

typedef struct aes_t {
    const EVP_CIPHER *(*evp)(void);
    apr_size_t key_len, iv_len;
    bool gcm;
} aes_t;

static const aes_t modes[] = {
    [ECKID_AES256_GCM] = {EVP_aes_256_gcm, 32, 12, true},
    [ECKID_AES192_GCM] = {EVP_aes_192_gcm, 24, 12, true},
    [ECKID_AES128_GCM] = {EVP_aes_128_gcm, 16, 12, true},
    [ECKID_AES256_CBC] = {EVP_aes_256_cbc, 32, BLOCK, false},
    [ECKID_AES192_CBC] = {EVP_aes_192_cbc, 24, BLOCK, false},
    [ECKID_AES128_CBC] = {EVP_aes_128_cbc, 16, BLOCK, false},
};

bool eckid_cipher_authenticates(eckid_cipher_t cipher)
{
    return modes[cipher].gcm;
}

apr_size_t eckid_cipher_key_len(eckid_cipher_t cipher)
{
    return modes[cipher].key_len;
}

/* Appends what CBC needs to come to whole blocks (XML Encryption 1.1 section 5.2): the number of
 * bytes that were added, in each of them. */
static eckid_bytes_t pad(eckid_bytes_t plain, apr_pool_t *pool)
{
    apr_size_t count = BLOCK - plain.len % BLOCK;
    char *padded = apr_palloc(pool, plain.len + count);

    memcpy(padded, plain.data, plain.len);
    memset(padded + plain.len, (int)count, count);
    return eckid_bytes(padded, plain.len + count);
}

static bool encrypt(EVP_CIPHER_CTX *ctx, const aes_t *aes, unsigned char *to,
                    const unsigned char *key, const unsigned char *iv, eckid_bytes_t plain)
{
    int len = 0, rest = 0;

    return EVP_EncryptInit_ex(ctx, aes->evp(), NULL, key, iv) > 0 &&
           EVP_CIPHER_CTX_set_padding(ctx, 0) > 0 &&
           EVP_EncryptUpdate(ctx, to, &len, (const unsigned char *)plain.data, (int)plain.len) >
               0 &&
           EVP_EncryptFinal_ex(ctx, to + len, &rest) > 0 &&
           (!aes->gcm || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG, to + plain.len) > 0);
}

eckid_err_t *eckid_cipher_encrypt(eckid_bytes_t *sealed, eckid_cipher_t cipher,
                                  const unsigned char *key, const unsigned char *iv,
                                  eckid_bytes_t plain, apr_pool_t *pool)
{
    const aes_t *aes = &modes[cipher];
    EVP_CIPHER_CTX *ctx = plain.len < INT_MAX - BLOCK ? EVP_CIPHER_CTX_new() : NULL;

    if (!aes->gcm) {
        plain = pad(plain, pool);
    }
    apr_size_t len = aes->iv_len + plain.len + (aes->gcm ? TAG : 0);
    unsigned char *bytes = apr_palloc(pool, len);

    memcpy(bytes, iv, aes->iv_len);
    bool done = ctx && encrypt(ctx, aes, bytes + aes->iv_len, key, iv, plain);

    EVP_CIPHER_CTX_free(ctx);
    if (!done) {
        ERR_clear_error();
        return eckid_err_make(pool, ECKID_INTERNAL, "encrypting by AES");
    }
    *sealed = eckid_bytes(bytes, len);
    return NULL;
}

static bool decrypt(EVP_CIPHER_CTX *ctx, const aes_t *aes, unsigned char *to,
                    const unsigned char *key, const unsigned char *sealed, int len)
{
    const unsigned char *from = sealed + aes->iv_len;
    int done = 0, rest = 0;

    return EVP_DecryptInit_ex(ctx, aes->evp(), NULL, key, sealed) > 0 &&
           EVP_CIPHER_CTX_set_padding(ctx, 0) > 0 &&
           EVP_DecryptUpdate(ctx, to, &done, from, len) > 0 &&
           (!aes->gcm ||
            EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)(from + len)) > 0) &&
           EVP_DecryptFinal_ex(ctx, to + done, &rest) > 0;
}

/* Takes the padding of CBC off. False when there is none. */
static bool unpad(eckid_bytes_t *plain)
{
    unsigned char count = (unsigned char)plain->data[plain->len - 1];
    bool good = count >= 1 && count <= BLOCK;

    plain->len -= good ? count : 0;
    return good;
}

bool eckid_cipher_decrypt(eckid_bytes_t *plain, eckid_cipher_t cipher, const unsigned char *key,
                          eckid_bytes_t sealed, apr_pool_t *pool)
{
    const aes_t *aes = &modes[cipher];
    apr_size_t overhead = aes->iv_len + (aes->gcm ? TAG : 0);
    apr_size_t len = sealed.len > overhead ? sealed.len - overhead : 0;

    *plain = eckid_bytes("", 0);
    if (len == 0 || len > INT_MAX || (!aes->gcm && len % BLOCK)) {
        return false;
    }
    unsigned char *bytes = apr_pcalloc(pool, len + 1);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool good = ctx && decrypt(ctx, aes, bytes, key, (const unsigned char *)sealed.data, (int)len);

    EVP_CIPHER_CTX_free(ctx);
    ERR_clear_error();
    *plain = eckid_bytes(bytes, len);
    return good && (aes->gcm || unpad(plain));
}

/* RSAES-OAEP */

static const char *name_of(eckid_digest_alg_t digest)
{
    static const char *const names[] = {[ECKID_SHA1] = "SHA1",
                                        [ECKID_SHA256] = "SHA256",
                                        [ECKID_SHA384] = "SHA384",
                                        [ECKID_SHA512] = "SHA512"};

    return names[digest];
}

/* The label belongs to ctx afterwards. */
static bool set_label(EVP_PKEY_CTX *ctx, eckid_bytes_t label)
{
    void *copy = label.len ? OPENSSL_memdup(label.data, label.len) : NULL;
    bool done =
        !label.len || (copy && EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, copy, (int)label.len) > 0);

    if (!done) {
        OPENSSL_free(copy);
    }
    return done;
}

static bool set_oaep(EVP_PKEY_CTX *ctx, const eckid_oaep_t *oaep)
{
    return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) > 0 &&
           EVP_PKEY_CTX_set_rsa_oaep_md_name(ctx, name_of(oaep->digest), NULL) > 0 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, name_of(oaep->mgf1), NULL) > 0 &&
           set_label(ctx, oaep->label);
}

eckid_err_t *eckid_oaep_wrap(eckid_bytes_t *wrapped, const eckid_key_t *key,
                             const eckid_oaep_t *oaep, eckid_bytes_t content_key, apr_pool_t *pool)
{
    if (key->kind != ECKID_KEY_RSA) {
        return eckid_err_make(pool, ECKID_KEY, "%s is not of RSA", key->name);
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->evp, NULL);
    size_t len = (size_t)EVP_PKEY_get_size(key->evp);
    unsigned char *bytes = apr_palloc(pool, len);
    bool done = ctx && EVP_PKEY_encrypt_init(ctx) > 0 && set_oaep(ctx, oaep) &&
                EVP_PKEY_encrypt(ctx, bytes, &len, (const unsigned char *)content_key.data,
                                 content_key.len) > 0;

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    if (!done) {
        return eckid_err_make(pool, ECKID_INTERNAL, "encrypting to %s", key->name);
    }
    *wrapped = eckid_bytes(bytes, len);
    return NULL;
}

static bool unwrap(EVP_PKEY_CTX *ctx, unsigned char *content_key, apr_size_t wanted,
                   const eckid_oaep_t *oaep, eckid_bytes_t wrapped, apr_size_t room,
                   apr_pool_t *pool)
{
    unsigned char *bytes = apr_pcalloc(pool, room);
    size_t len = room;
    bool good =
        EVP_PKEY_decrypt_init(ctx) > 0 && set_oaep(ctx, oaep) &&
        EVP_PKEY_decrypt(ctx, bytes, &len, (const unsigned char *)wrapped.data, wrapped.len) > 0 &&
        len == wanted;

    if (good) {
        memcpy(content_key, bytes, wanted);
    }
    OPENSSL_cleanse(bytes, room);
    return good;
}

bool eckid_oaep_unwrap(unsigned char *content_key, apr_size_t len, const eckid_key_t *key,
                       const eckid_oaep_t *oaep, eckid_bytes_t wrapped, apr_pool_t *pool)
{
    if (key->kind != ECKID_KEY_RSA || !key->private) {
        return false;
    }
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->evp, NULL);
    bool good = ctx && unwrap(ctx, content_key, len, oaep, wrapped,
                              (apr_size_t)EVP_PKEY_get_size(key->evp), pool);

    EVP_PKEY_CTX_free(ctx);
    ERR_clear_error();
    return good;
}

void eckid_cipher_decoy(unsigned char *content_key, apr_size_t len)
{
    if (RAND_bytes(content_key, (int)len) != 1) {
        memset(content_key, 0, len);
    }
}

void eckid_cipher_wipe(unsigned char *content_key, apr_size_t len)
{
    OPENSSL_cleanse(content_key, len);
}
