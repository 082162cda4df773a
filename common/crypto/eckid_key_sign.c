/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signs and verifies with the algorithms of JOSE, XML signatures and HTTP signatures. */
#include "crypto/eckid_key_sign.h"
#include "crypto/eckid_key_internal.h"

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
    const char *digest; /* NULL if the algorithm has a fixed one */
    int salt;           /* of RSASSA-PSS; 0: PKCS1-v1_5 */
    const char *mgf1;   /* the digest of MGF1; NULL: the same as digest */
} scheme_t;

static const scheme_t schemes[] = {
    [ECKID_RS1] = {RSA_FAMILY, "SHA1", 0, NULL},
    [ECKID_RS256] = {RSA_FAMILY, "SHA256", 0, NULL},
    [ECKID_RS384] = {RSA_FAMILY, "SHA384", 0, NULL},
    [ECKID_RS512] = {RSA_FAMILY, "SHA512", 0, NULL},
    [ECKID_PS256] = {RSA_FAMILY, "SHA256", 32, NULL},
    [ECKID_PS384] = {RSA_FAMILY, "SHA384", 48, NULL},
    [ECKID_PS512] = {RSA_FAMILY, "SHA512", 64, NULL},
    [ECKID_ES256] = {EC_FAMILY, "SHA256", 0, NULL},
    [ECKID_ES384] = {EC_FAMILY, "SHA384", 0, NULL},
    [ECKID_HS256] = {MAC_FAMILY, "SHA256", 0, NULL},
    [ECKID_ES512] = {EC_FAMILY, "SHA512", 0, NULL},
    [ECKID_EDDSA] = {ED_FAMILY, NULL, 0, NULL},
};

static bool set_padding(EVP_PKEY_CTX *ctx, const scheme_t *scheme)
{
    return scheme->salt == 0 ||
           (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
            EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, scheme->salt) > 0 &&
            (!scheme->mgf1 || EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, scheme->mgf1, NULL) > 0));
}

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

/* Contexts */

/* The algorithm for which a key has a context at hand. */
static const scheme_t *usual_scheme(const eckid_key_t *key)
{
    return key->kind == ECKID_KEY_RSA    ? &schemes[ECKID_RS256]
           : family_of(key) == EC_FAMILY ? &schemes[ECKID_ES256]
                                         : NULL;
}

static bool init(EVP_MD_CTX *ctx, const eckid_key_t *key, const scheme_t *scheme, bool signs)
{
    EVP_PKEY_CTX *options = NULL;
    int done =
        signs ? EVP_DigestSignInit_ex(ctx, &options, scheme->digest, NULL, NULL, key->evp, NULL)
              : EVP_DigestVerifyInit_ex(ctx, &options, scheme->digest, NULL, NULL, key->evp, NULL);

    return done > 0 && set_padding(options, scheme);
}

/* A context of the caller's, to sign or to verify with; NULL if there is none. To copy one costs
 * less than to find the algorithms again. */
static EVP_MD_CTX *make_context(const eckid_key_t *key, const scheme_t *scheme, bool signs)
{
    const EVP_MD_CTX *ready = signs ? key->to_sign : key->to_verify;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx && (ready && scheme == usual_scheme(key) ? EVP_MD_CTX_copy_ex(ctx, ready) > 0
                                                             : init(ctx, key, scheme, signs));

    if (!done) {
        EVP_MD_CTX_free(ctx);
    }
    return done ? ctx : NULL;
}

static apr_status_t free_context(void *ctx)
{
    EVP_MD_CTX_free(ctx);
    return APR_SUCCESS;
}

void eckid_key_prepare(eckid_key_t *key, apr_pool_t *pool)
{
    const scheme_t *scheme = usual_scheme(key);
    EVP_MD_CTX *ctx = scheme ? make_context(key, scheme, key->private) : NULL;

    *(key->private ? &key->to_sign : &key->to_verify) = ctx;
    if (ctx) {
        apr_pool_cleanup_register(pool, ctx, free_context, apr_pool_cleanup_null);
    }
    ERR_clear_error();
}

/* Signing and verifying */

static bool sign_with(EVP_MD_CTX *ctx, eckid_bytes_t *signature, const eckid_key_t *key,
                      const scheme_t *scheme, eckid_bytes_t data, apr_pool_t *pool)
{
    size_t len =
        scheme->family == MAC_FAMILY ? EVP_MAX_MD_SIZE : (size_t)EVP_PKEY_get_size(key->evp);
    unsigned char *bytes = apr_palloc(pool, len);

    if (EVP_DigestSign(ctx, bytes, &len, (const unsigned char *)data.data, data.len) <= 0) {
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
    EVP_MD_CTX *ctx = make_context(key, scheme, true);
    bool done = ctx && sign_with(ctx, signature, key, scheme, data, pool);

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return done ? NULL : eckid_err_make(pool, ECKID_INTERNAL, "signing with %s", key->name);
}

static bool verify_bytes(const eckid_key_t *key, const scheme_t *scheme,
                         const unsigned char *signature, size_t len, eckid_bytes_t data)
{
    EVP_MD_CTX *ctx = make_context(key, scheme, false);
    bool good = ctx && EVP_DigestVerify(ctx, signature, len, (const unsigned char *)data.data,
                                        data.len) == 1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return good;
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
    bool good = len > 0 && verify_bytes(key, scheme, der, (size_t)len, data);

    OPENSSL_free(der);
    return good;
}

/* A MAC is verified by computing it again. */
static bool verify_mac(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                       eckid_bytes_t data)
{
    EVP_MD_CTX *ctx = make_context(key, scheme, true);
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t len = sizeof(mac);
    bool made =
        ctx && EVP_DigestSign(ctx, mac, &len, (const unsigned char *)data.data, data.len) > 0;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();
    return made && len == signature.len && CRYPTO_memcmp(mac, signature.data, len) == 0;
}

bool eckid_key_verify(const eckid_key_t *key, eckid_key_alg_t alg, eckid_bytes_t signature,
                      eckid_bytes_t data)
{
    const scheme_t *scheme = &schemes[alg];

    if (family_of(key) != scheme->family) {
        return false;
    }
    if (scheme->family == MAC_FAMILY) {
        return verify_mac(key, scheme, signature, data);
    }
    return scheme->family == EC_FAMILY
               ? verify_halves(key, scheme, signature, data)
               : verify_bytes(key, scheme, (const unsigned char *)signature.data, signature.len,
                              data);
}

bool eckid_key_verify_pss(const eckid_key_t *key, const eckid_key_pss_t *pss,
                          eckid_bytes_t signature, eckid_bytes_t data)
{
    static const char *const names[] = {[ECKID_SHA1] = "SHA1",
                                        [ECKID_SHA256] = "SHA256",
                                        [ECKID_SHA384] = "SHA384",
                                        [ECKID_SHA512] = "SHA512"};
    const scheme_t scheme = {RSA_FAMILY, names[pss->digest], pss->salt, names[pss->mgf1]};

    return family_of(key) == RSA_FAMILY && pss->salt > 0 &&
           verify_bytes(key, &scheme, (const unsigned char *)signature.data, signature.len, data);
}
