/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs and verifies with the algorithms of JOSE, XML signatures and HTTP signatures. */
#include "crypto/eckid_key_sign.h"
#include "crypto/eckid_key_internal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

/* The first algorithm of a kind is its default. */
static const eckid_key_http_t http_algorithms[] = {
    {"rsa-pss-sha512", ECKID_KEY_RSA, ECKID_PS512},
    {"rsa-v1_5-sha256", ECKID_KEY_RSA, ECKID_RS256},
    {"ecdsa-p256-sha256", ECKID_KEY_P256, ECKID_ES256},
    {"ecdsa-p384-sha384", ECKID_KEY_P384, ECKID_ES384},
    {"ed25519", ECKID_KEY_ED25519, ECKID_EDDSA},
};

const eckid_key_http_t *eckid_key_http(const eckid_key_t *key, const char *name)
{
    for (apr_size_t i = 0; i < sizeof(http_algorithms) / sizeof(*http_algorithms); i++) {
        const eckid_key_http_t *http = &http_algorithms[i];

        if (http->kind == key->kind && (!name || strcmp(http->name, name) == 0)) {
            return http;
        }
    }
    return NULL;
}

typedef enum family_t { RSA_FAMILY, EC_FAMILY, ED_FAMILY, MAC_FAMILY } family_t;

static family_t family_of(const eckid_key_t *key)
{
    return key->kind == ECKID_KEY_RSA       ? RSA_FAMILY
           : key->kind == ECKID_KEY_ED25519 ? ED_FAMILY
           : key->kind == ECKID_KEY_SECRET  ? MAC_FAMILY
                                            : EC_FAMILY;
}

typedef struct scheme_t {
    family_t family;
    eckid_digest_alg_t digest;
    int salt;                /* of RSASSA-PSS; 0: PKCS1-v1_5 */
    eckid_digest_alg_t mgf1; /* of RSASSA-PSS */
} scheme_t;

static const scheme_t schemes[] = {
    [ECKID_RS1] = {RSA_FAMILY, ECKID_SHA1, 0, 0},
    [ECKID_RS256] = {RSA_FAMILY, ECKID_SHA256, 0, 0},
    [ECKID_RS384] = {RSA_FAMILY, ECKID_SHA384, 0, 0},
    [ECKID_RS512] = {RSA_FAMILY, ECKID_SHA512, 0, 0},
    [ECKID_PS256] = {RSA_FAMILY, ECKID_SHA256, 32, ECKID_SHA256},
    [ECKID_PS384] = {RSA_FAMILY, ECKID_SHA384, 48, ECKID_SHA384},
    [ECKID_PS512] = {RSA_FAMILY, ECKID_SHA512, 64, ECKID_SHA512},
    [ECKID_ES256] = {EC_FAMILY, ECKID_SHA256, 0, 0},
    [ECKID_ES384] = {EC_FAMILY, ECKID_SHA384, 0, 0},
    [ECKID_ES512] = {EC_FAMILY, ECKID_SHA512, 0, 0},
    [ECKID_HS256] = {MAC_FAMILY, ECKID_SHA256, 0, 0},
    [ECKID_EDDSA] = {ED_FAMILY, 0, 0, 0}, /* it has a digest of its own */
};

/* As OpenSSL has them. */
static const char *const digest_names[] = {[ECKID_SHA1] = "SHA1",
                                           [ECKID_SHA256] = "SHA256",
                                           [ECKID_SHA384] = "SHA384",
                                           [ECKID_SHA512] = "SHA512"};

/* Converts OpenSSL's X9.62 DER to r and s side by side, as JOSE, XML and HTTP signatures use it. */
static bool der_to_halves(eckid_bytes_t *signature, int half, apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)signature->data;
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)signature->len);
    unsigned char *halves = apr_palloc(pool, 2 * (apr_size_t)half);
    bool done = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), halves, half) > 0 &&
                BN_bn2binpad(ECDSA_SIG_get0_s(pair), halves + half, half) > 0;

    ECDSA_SIG_free(pair);
    *signature = eckid_bytes(halves, 2 * (apr_size_t)half);
    return done;
}

/* The reverse, allocated by OpenSSL. Returns the length, or a negative number. */
static int halves_to_der(unsigned char **der, eckid_bytes_t halves, int half)
{
    const unsigned char *data = (const unsigned char *)halves.data;
    ECDSA_SIG *pair = ECDSA_SIG_new();

    ECDSA_SIG_set0(pair, BN_bin2bn(data, half, NULL), BN_bin2bn(data + half, half, NULL));
    int len = i2d_ECDSA_SIG(pair, der);

    ECDSA_SIG_free(pair);
    return len;
}

/* RSA and EC, over a digest */

/* What a key does, and where contexts for it are kept; NULL if they are not. */
typedef struct use_t {
    const eckid_key_t *key;
    const scheme_t *scheme;
    eckid_spares_t *spares;
    bool signs;
} use_t;

/* Contexts are kept for the one algorithm of each kind of keys that nearly all use. */
static use_t use_of(const eckid_key_t *key, const scheme_t *scheme, bool signs)
{
    bool usual = scheme == &schemes[ECKID_RS256] || scheme == &schemes[ECKID_ES256];

    return (use_t){key, scheme, !usual ? NULL : signs ? key->signers : key->verifiers, signs};
}

static bool set_padding(EVP_PKEY_CTX *ctx, const scheme_t *scheme)
{
    return scheme->salt == 0 ||
           (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, scheme->salt) > 0 &&
            EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, digest_names[scheme->mgf1], NULL) > 0);
}

static bool init(EVP_PKEY_CTX *ctx, const use_t *use)
{
    char *digest = (char *)digest_names[use->scheme->digest];
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    int done =
        use->signs ? EVP_PKEY_sign_init_ex(ctx, params) : EVP_PKEY_verify_init_ex(ctx, params);

    return done > 0 && set_padding(ctx, use->scheme);
}

/* A context of the caller's; NULL if there is none. */
static EVP_PKEY_CTX *take_context(const use_t *use)
{
    EVP_PKEY_CTX *ctx = use->spares ? eckid_spares_take(use->spares) : NULL;

    if (ctx) {
        return ctx;
    }
    ctx = EVP_PKEY_CTX_new_from_pkey(NULL, use->key->evp, NULL);
    if (ctx && !init(ctx, use)) {
        EVP_PKEY_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

/* What failed is not used again. */
static void give_context(const use_t *use, EVP_PKEY_CTX *ctx, bool done)
{
    if (done && use->spares) {
        eckid_spares_give(use->spares, ctx);
    }
    else {
        EVP_PKEY_CTX_free(ctx);
    }
}

static void free_context(void *ctx)
{
    EVP_PKEY_CTX_free(ctx);
}

void eckid_key_keep_contexts(eckid_key_t *key, apr_pool_t *pool)
{
    if (key->kind == ECKID_KEY_RSA || key->kind == ECKID_KEY_P256) {
        key->signers = eckid_spares_make(free_context, pool);
        key->verifiers = eckid_spares_make(free_context, pool);
    }
}

static bool sign_digest(unsigned char *signature, size_t *len, const eckid_key_t *key,
                        const scheme_t *scheme, eckid_bytes_t data)
{
    const use_t use = use_of(key, scheme, true);
    unsigned char digest[ECKID_DIGEST_MAX];
    apr_size_t digest_len = eckid_digest_into(digest, scheme->digest, data);
    EVP_PKEY_CTX *ctx = take_context(&use);
    bool done = ctx && digest_len && EVP_PKEY_sign(ctx, signature, len, digest, digest_len) > 0;

    give_context(&use, ctx, done);
    return done;
}

static bool verify_digest(const eckid_key_t *key, const scheme_t *scheme,
                          const unsigned char *signature, size_t len, eckid_bytes_t data)
{
    const use_t use = use_of(key, scheme, false);
    unsigned char digest[ECKID_DIGEST_MAX];
    apr_size_t digest_len = eckid_digest_into(digest, scheme->digest, data);
    EVP_PKEY_CTX *ctx = take_context(&use);
    bool good = ctx && digest_len && EVP_PKEY_verify(ctx, signature, len, digest, digest_len) == 1;

    give_context(&use, ctx, good);
    return good;
}

/* Ed25519 and HMAC, over the data */

static bool sign_data(unsigned char *signature, size_t *len, const eckid_key_t *key,
                      const scheme_t *scheme, eckid_bytes_t data)
{
    const char *digest = scheme->family == MAC_FAMILY ? digest_names[scheme->digest] : NULL;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx && EVP_DigestSignInit_ex(ctx, NULL, digest, NULL, NULL, key->evp, NULL) > 0 &&
                EVP_DigestSign(ctx, signature, len, (const unsigned char *)data.data, data.len) > 0;

    EVP_MD_CTX_free(ctx);
    return done;
}

static bool verify_ed(const eckid_key_t *key, eckid_bytes_t signature, eckid_bytes_t data)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && EVP_DigestVerifyInit_ex(ctx, NULL, NULL, NULL, NULL, key->evp, NULL) > 0 &&
                EVP_DigestVerify(ctx, (const unsigned char *)signature.data, signature.len,
                                 (const unsigned char *)data.data, data.len) == 1;

    EVP_MD_CTX_free(ctx);
    return good;
}

/* A MAC is verified by computing it again. */
static bool verify_mac(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                       eckid_bytes_t data)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t len = sizeof(mac);

    return sign_data(mac, &len, key, scheme, data) && len == signature.len &&
           CRYPTO_memcmp(mac, signature.data, len) == 0;
}

/* For EC signatures, which OpenSSL expects as DER. */
static bool verify_halves(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                          eckid_bytes_t data)
{
    unsigned char *der = NULL;
    int half = eckid_key_curves[key->kind].bytes;

    if (signature.len != 2 * (apr_size_t)half) {
        return false;
    }
    int len = halves_to_der(&der, signature, half);
    bool good = len > 0 && verify_digest(key, scheme, der, (size_t)len, data);

    OPENSSL_free(der);
    return good;
}

static bool verify_rsa(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                       eckid_bytes_t data)
{
    return verify_digest(key, scheme, (const unsigned char *)signature.data, signature.len, data);
}

/* All algorithms */

static bool sign_with(eckid_bytes_t *signature, const eckid_key_t *key, const scheme_t *scheme,
                      eckid_bytes_t data, apr_pool_t *pool)
{
    bool whole = scheme->family == MAC_FAMILY || scheme->family == ED_FAMILY;
    size_t len =
        scheme->family == MAC_FAMILY ? EVP_MAX_MD_SIZE : (size_t)EVP_PKEY_get_size(key->evp);
    unsigned char *bytes = apr_palloc(pool, len);

    if (!(whole ? sign_data : sign_digest)(bytes, &len, key, scheme, data)) {
        return false;
    }
    *signature = eckid_bytes(bytes, len);
    return scheme->family != EC_FAMILY ||
           der_to_halves(signature, eckid_key_curves[key->kind].bytes, pool);
}

eckid_err_t *eckid_key_sign(eckid_bytes_t *signature, const eckid_key_t *key, eckid_key_alg_t alg,
                            eckid_bytes_t data, apr_pool_t *pool)
{
    const scheme_t *scheme = &schemes[alg];

    if (!key->private || family_of(key) != scheme->family || alg == ECKID_RS1) {
        return eckid_err_make(pool, ECKID_KEY, "%s cannot make this kind of signature", key->name);
    }
    bool done = sign_with(signature, key, scheme, data, pool);

    ERR_clear_error();
    return done ? NULL : eckid_err_make(pool, ECKID_INTERNAL, "signing with %s", key->name);
}

static bool verify_with(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                        eckid_bytes_t data)
{
    switch (scheme->family) {
    case RSA_FAMILY:
        return verify_rsa(key, scheme, signature, data);
    case EC_FAMILY:
        return verify_halves(key, scheme, signature, data);
    case ED_FAMILY:
        return verify_ed(key, signature, data);
    default:
        return verify_mac(key, scheme, signature, data);
    }
}

bool eckid_key_verify(const eckid_key_t *key, eckid_key_alg_t alg, eckid_bytes_t signature,
                      eckid_bytes_t data)
{
    const scheme_t *scheme = &schemes[alg];
    bool good = family_of(key) == scheme->family && verify_with(key, scheme, signature, data);

    ERR_clear_error();
    return good;
}

bool eckid_key_verify_pss(const eckid_key_t *key, const eckid_key_pss_t *pss,
                          eckid_bytes_t signature, eckid_bytes_t data)
{
    const scheme_t scheme = {RSA_FAMILY, pss->digest, pss->salt, pss->mgf1};
    bool good =
        family_of(key) == RSA_FAMILY && pss->salt > 0 && verify_rsa(key, &scheme, signature, data);

    ERR_clear_error();
    return good;
}
