/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A private or public key that signs or verifies bytes; the only file that sees OpenSSL keys. */
#include "crypto/eckid_key.h"
#include "crypto/eckid_digest.h"

#include <apr_strings.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 16384
#define SECRET_MIN 32 /* RFC 7518 section 3.2: as long as the digest */

struct eckid_key_t {
    const char *name;
    EVP_PKEY *evp;
    eckid_key_kind_t kind;
    bool private;
    const char *certificate_base64;
    const char *fingerprint;
    apr_time_t not_before, not_after;
};

static apr_status_t free_evp(void *evp)
{
    EVP_PKEY_free(evp);
    return APR_SUCCESS;
}

static apr_status_t free_x509(void *x509)
{
    X509_free(x509);
    return APR_SUCCESS;
}

/* The name that OpenSSL has for a curve. */
static const char *curve_of(eckid_key_kind_t kind)
{
    return kind == ECKID_KEY_P256   ? SN_X9_62_prime256v1
           : kind == ECKID_KEY_P384 ? SN_secp384r1
                                    : SN_secp521r1;
}

static bool find_kind(eckid_key_kind_t *kind, const EVP_PKEY *evp)
{
    char curve[32] = "";
    int bits = EVP_PKEY_get_bits(evp);

    if (EVP_PKEY_is_a(evp, "HMAC")) {
        *kind = ECKID_KEY_SECRET;
        return true;
    }
    switch (EVP_PKEY_get_base_id(evp)) {
    case EVP_PKEY_RSA:
        *kind = ECKID_KEY_RSA;
        return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX;
    case EVP_PKEY_EC:
        *kind = bits == 256 ? ECKID_KEY_P256 : bits == 384 ? ECKID_KEY_P384 : ECKID_KEY_P521;
        EVP_PKEY_get_group_name(evp, curve, sizeof(curve), NULL);
        return strcmp(curve, curve_of(*kind)) == 0;
    case EVP_PKEY_ED25519:
        *kind = ECKID_KEY_ED25519;
        return true;
    default:
        return false;
    }
}

/* Takes over the OpenSSL key, NULL included. */
static eckid_err_t *adopt(eckid_key_t **out, EVP_PKEY *evp, const char *name, apr_pool_t *pool)
{
    eckid_key_t *key = apr_pcalloc(pool, sizeof(*key));

    if (!evp) {
        ERR_clear_error();
        return eckid_err_make(pool, ECKID_KEY, "%s holds no key that OpenSSL can read", name);
    }
    apr_pool_cleanup_register(pool, evp, free_evp, apr_pool_cleanup_null);
    key->name = apr_pstrdup(pool, name);
    key->evp = evp;
    if (!find_kind(&key->kind, evp)) {
        return eckid_err_make(pool, ECKID_KEY, "%s is of %s, %d bits", name,
                              OBJ_nid2sn(EVP_PKEY_get_base_id(evp)), EVP_PKEY_get_bits(evp));
    }
    *out = key;
    return NULL;
}

/* An encrypted key gets no password: a server that starts by itself has nobody to ask. */
static int no_password(char *buffer, int size, int writing, void *self)
{
    (void)buffer, (void)size, (void)writing, (void)self;
    return -1;
}

eckid_err_t *eckid_key_private(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                               apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *evp = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);

    BIO_free(bio);
    ECKID_ERR(adopt(key, evp, name, pool));
    (*key)->private = true;
    return NULL;
}

eckid_err_t *eckid_key_public(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                              apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    EVP_PKEY *evp = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);

    BIO_free(bio);
    return adopt(key, evp, name, pool);
}

eckid_err_t *eckid_key_secret(eckid_key_t **out, eckid_bytes_t secret, const char *name,
                              apr_pool_t *pool)
{
    EVP_PKEY *evp = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL,
                                                 (const unsigned char *)secret.data, secret.len);

    if (secret.len < SECRET_MIN) {
        EVP_PKEY_free(evp);
        return eckid_err_make(pool, ECKID_KEY, "%s is shorter than %d bytes", name, SECRET_MIN);
    }
    ECKID_ERR(adopt(out, evp, name, pool));
    (*out)->private = true;
    return NULL;
}

static apr_time_t to_apr_time(const ASN1_TIME *time)
{
    struct tm tm = {0};
    apr_time_exp_t exploded = {0};
    apr_time_t moment = 0;

    if (ASN1_TIME_to_tm(time, &tm)) {
        exploded.tm_year = tm.tm_year;
        exploded.tm_mon = tm.tm_mon;
        exploded.tm_mday = tm.tm_mday;
        exploded.tm_hour = tm.tm_hour;
        exploded.tm_min = tm.tm_min;
        exploded.tm_sec = tm.tm_sec;
        apr_time_exp_gmt_get(&moment, &exploded);
    }
    return moment;
}

/* Takes over the certificate, NULL included. */
static eckid_err_t *adopt_certificate(eckid_key_t **out, X509 *x509, const char *name,
                                      apr_pool_t *pool)
{
    unsigned char *der = NULL;

    if (!x509) {
        ERR_clear_error();
        return eckid_err_make(pool, ECKID_KEY, "%s holds no certificate", name);
    }
    apr_pool_cleanup_register(pool, x509, free_x509, apr_pool_cleanup_null);
    ECKID_ERR(adopt(out, X509_get_pubkey(x509), name, pool));
    int len = i2d_X509(x509, &der);

    if (len <= 0) {
        return eckid_err_make(pool, ECKID_KEY, "%s cannot be written as DER", name);
    }
    eckid_bytes_t bytes = eckid_bytes(der, (apr_size_t)len);

    (*out)->certificate_base64 = eckid_codec_base64(bytes, pool).data;
    (*out)->fingerprint = eckid_codec_hex(eckid_digest_sha256(bytes, pool), pool).data;
    (*out)->not_before = to_apr_time(X509_get0_notBefore(x509));
    (*out)->not_after = to_apr_time(X509_get0_notAfter(x509));
    OPENSSL_free(der);
    return NULL;
}

eckid_err_t *eckid_key_certificate(eckid_key_t **key, eckid_bytes_t pem, const char *name,
                                   apr_pool_t *pool)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
    X509 *x509 = PEM_read_bio_X509(bio, NULL, no_password, NULL);

    BIO_free(bio);
    return adopt_certificate(key, x509, name, pool);
}

eckid_err_t *eckid_key_certificate_der(eckid_key_t **key, eckid_bytes_t der, const char *name,
                                       apr_pool_t *pool)
{
    const unsigned char *at = (const unsigned char *)der.data;

    return adopt_certificate(key, d2i_X509(NULL, &at, (long)der.len), name, pool);
}

/* Writes the numbers of an RSA key or of a point to be made into one. */
static bool push_numbers(OSSL_PARAM_BLD *build, BIGNUM *big[2], eckid_bytes_t *point,
                         const eckid_key_numbers_t *numbers, apr_pool_t *pool)
{
    eckid_bytes_t first = numbers->first, second = numbers->second;

    if (numbers->kind == ECKID_KEY_RSA) {
        big[0] = BN_bin2bn((const unsigned char *)first.data, (int)first.len, NULL);
        big[1] = BN_bin2bn((const unsigned char *)second.data, (int)second.len, NULL);
        return big[0] && big[1] && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, big[0]) &&
               OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, big[1]);
    }
    char *octets = apr_palloc(pool, 1 + first.len + second.len);

    octets[0] = 4; /* SEC 1 section 2.3.3: uncompressed */
    memcpy(octets + 1, first.data, first.len);
    memcpy(octets + 1 + first.len, second.data, second.len);
    *point = eckid_bytes(octets, 1 + first.len + second.len);
    return OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                           curve_of(numbers->kind), 0) &&
           OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point->data,
                                            point->len);
}

static EVP_PKEY *from_params(OSSL_PARAM_BLD *build, const char *type)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *evp = NULL;

    if (!params || !ctx || EVP_PKEY_fromdata_init(ctx) <= 0 ||
        EVP_PKEY_fromdata(ctx, &evp, EVP_PKEY_PUBLIC_KEY, params) <= 0) {
        evp = NULL;
    }
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return evp;
}

static EVP_PKEY *from_numbers(const eckid_key_numbers_t *numbers, apr_pool_t *pool)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *big[2] = {NULL, NULL};
    eckid_bytes_t point;
    EVP_PKEY *evp = NULL;

    if (build && push_numbers(build, big, &point, numbers, pool)) {
        evp = from_params(build, numbers->kind == ECKID_KEY_RSA ? "RSA" : "EC");
    }
    BN_free(big[0]);
    BN_free(big[1]);
    OSSL_PARAM_BLD_free(build);
    return evp;
}

/* The length of a coordinate. */
static apr_size_t coordinate_of(eckid_key_kind_t kind)
{
    return kind == ECKID_KEY_P256 ? 32 : kind == ECKID_KEY_P384 ? 48 : 66;
}

eckid_err_t *eckid_key_from_numbers(eckid_key_t **key, const eckid_key_numbers_t *numbers,
                                    const char *name, apr_pool_t *pool)
{
    apr_size_t half = coordinate_of(numbers->kind);

    if (numbers->kind == ECKID_KEY_ED25519) {
        return adopt(key,
                     EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                 (const unsigned char *)numbers->first.data,
                                                 numbers->first.len),
                     name, pool);
    }
    if (numbers->kind != ECKID_KEY_RSA &&
        (numbers->first.len != half || numbers->second.len != half)) {
        return eckid_err_make(pool, ECKID_KEY, "%s has coordinates of another length", name);
    }
    if (numbers->kind == ECKID_KEY_RSA &&
        (numbers->first.len > RSA_BITS_MAX / 8 + 1 || numbers->second.len > 8)) {
        return eckid_err_make(pool, ECKID_KEY, "%s has numbers that are too long", name);
    }
    return adopt(key, from_numbers(numbers, pool), name, pool);
}

static eckid_bytes_t number_of(const eckid_key_t *key, const char *name, apr_size_t len,
                               apr_pool_t *pool)
{
    BIGNUM *big = NULL;

    if (!EVP_PKEY_get_bn_param(key->evp, name, &big)) {
        return eckid_bytes("", 0);
    }
    len = len ? len : (apr_size_t)BN_num_bytes(big);
    unsigned char *bytes = apr_palloc(pool, len);

    BN_bn2binpad(big, bytes, (int)len);
    BN_free(big);
    return eckid_bytes(bytes, len);
}

eckid_err_t *eckid_key_to_numbers(eckid_key_numbers_t *numbers, const eckid_key_t *key,
                                  apr_pool_t *pool)
{
    unsigned char raw[32];
    size_t len = sizeof(raw);

    numbers->kind = key->kind;
    numbers->second = eckid_bytes("", 0);
    if (key->kind == ECKID_KEY_ED25519) {
        EVP_PKEY_get_raw_public_key(key->evp, raw, &len);
        numbers->first = eckid_bytes(apr_pmemdup(pool, raw, len), len);
    }
    else if (key->kind == ECKID_KEY_RSA) {
        numbers->first = number_of(key, OSSL_PKEY_PARAM_RSA_N, 0, pool);
        numbers->second = number_of(key, OSSL_PKEY_PARAM_RSA_E, 0, pool);
    }
    else {
        apr_size_t half = coordinate_of(key->kind);

        numbers->first = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, half, pool);
        numbers->second = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, half, pool);
    }
    if (numbers->first.len == 0) {
        return eckid_err_make(pool, ECKID_INTERNAL, "the numbers of %s", key->name);
    }
    return NULL;
}

eckid_err_t *eckid_key_pair(eckid_key_t **out, const eckid_key_t *private,
                            const eckid_key_t *certificate, apr_pool_t *pool)
{
    if (!eckid_key_same(private, certificate)) {
        return eckid_err_make(pool, ECKID_KEY, "%s is not the key of the certificate %s",
                              private->name, certificate->name);
    }
    eckid_key_t *key = apr_pmemdup(pool, private, sizeof(*key));

    key->certificate_base64 = certificate->certificate_base64;
    key->fingerprint = certificate->fingerprint;
    key->not_before = certificate->not_before;
    key->not_after = certificate->not_after;
    *out = key;
    return NULL;
}

const char *eckid_key_name(const eckid_key_t *key)
{
    return key->name;
}

eckid_key_kind_t eckid_key_kind(const eckid_key_t *key)
{
    return key->kind;
}

bool eckid_key_same(const eckid_key_t *a, const eckid_key_t *b)
{
    return EVP_PKEY_eq(a->evp, b->evp) == 1;
}

const char *eckid_key_certificate_base64(const eckid_key_t *key)
{
    return key->certificate_base64;
}

const char *eckid_key_fingerprint(const eckid_key_t *key)
{
    return key->fingerprint;
}

apr_time_t eckid_key_not_before(const eckid_key_t *key)
{
    return key->not_before;
}

apr_time_t eckid_key_not_after(const eckid_key_t *key)
{
    return key->not_after;
}

const char *eckid_key_fingerprint_of(eckid_bytes_t base64, apr_pool_t *pool)
{
    eckid_bytes_t der;

    if (!eckid_codec_base64_decode(&der, base64, pool) || der.len == 0) {
        return NULL;
    }
    return eckid_codec_hex(eckid_digest_sha256(der, pool), pool).data;
}

/* Usual ones first. */
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
    const char *digest; /* NULL when the algorithm brings its own */
    int salt;           /* of RSASSA-PSS; 0 for another padding */
} scheme_t;

static const scheme_t schemes[] = {
    [ECKID_RS1] = {RSA_FAMILY, "SHA1", 0},      [ECKID_RS256] = {RSA_FAMILY, "SHA256", 0},
    [ECKID_RS384] = {RSA_FAMILY, "SHA384", 0},  [ECKID_RS512] = {RSA_FAMILY, "SHA512", 0},
    [ECKID_PS256] = {RSA_FAMILY, "SHA256", 32}, [ECKID_PS384] = {RSA_FAMILY, "SHA384", 48},
    [ECKID_PS512] = {RSA_FAMILY, "SHA512", 64}, [ECKID_ES256] = {EC_FAMILY, "SHA256", 0},
    [ECKID_ES384] = {EC_FAMILY, "SHA384", 0},   [ECKID_HS256] = {MAC_FAMILY, "SHA256", 0},
    [ECKID_ES512] = {EC_FAMILY, "SHA512", 0},   [ECKID_EDDSA] = {ED_FAMILY, NULL, 0},
};

static bool set_padding(EVP_PKEY_CTX *ctx, const scheme_t *scheme)
{
    return scheme->salt == 0 || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
                                 EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, scheme->salt) > 0);
}

/* The length of r and of s: that of the curve. */
static int half_of(const eckid_key_t *key)
{
    return (EVP_PKEY_get_bits(key->evp) + 7) / 8;
}

/* X9.62 DER, as OpenSSL has it, to r and s side by side, as JOSE, XML and HTTP have it. */
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

/* The other way round, into memory of OpenSSL's; the length, or a negative number. */
static int halves_to_der(unsigned char **der, eckid_bytes_t halves, int half)
{
    const unsigned char *data = (const unsigned char *)halves.data;
    ECDSA_SIG *pair = ECDSA_SIG_new();

    ECDSA_SIG_set0(pair, BN_bin2bn(data, half, NULL), BN_bin2bn(data + half, half, NULL));
    int len = i2d_ECDSA_SIG(pair, der);

    ECDSA_SIG_free(pair);
    return len;
}

static bool sign_with(EVP_MD_CTX *ctx, eckid_bytes_t *signature, const eckid_key_t *key,
                      const scheme_t *scheme, eckid_bytes_t data, apr_pool_t *pool)
{
    EVP_PKEY_CTX *options = NULL;
    size_t len =
        scheme->family == MAC_FAMILY ? EVP_MAX_MD_SIZE : (size_t)EVP_PKEY_get_size(key->evp);
    unsigned char *bytes = apr_palloc(pool, len);

    if (EVP_DigestSignInit_ex(ctx, &options, scheme->digest, NULL, NULL, key->evp, NULL) <= 0 ||
        !set_padding(options, scheme) ||
        EVP_DigestSign(ctx, bytes, &len, (const unsigned char *)data.data, data.len) <= 0) {
        ERR_clear_error();
        return false;
    }
    *signature = eckid_bytes(bytes, len);
    return true;
}

eckid_err_t *eckid_key_sign(eckid_bytes_t *signature, const eckid_key_t *key, eckid_key_alg_t alg,
                            eckid_bytes_t data, apr_pool_t *pool)
{
    const scheme_t *scheme = &schemes[alg];

    if (!key->private || family_of(key) != scheme->family || alg == ECKID_RS1) {
        return eckid_err_make(pool, ECKID_KEY, "%s cannot make this kind of signature", key->name);
    }
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool done = ctx && sign_with(ctx, signature, key, scheme, data, pool) &&
                (scheme->family != EC_FAMILY || der_to_halves(signature, half_of(key), pool));

    EVP_MD_CTX_free(ctx);
    return done ? NULL : eckid_err_make(pool, ECKID_INTERNAL, "signing with %s", key->name);
}

static bool verify_with(EVP_MD_CTX *ctx, const eckid_key_t *key, const scheme_t *scheme,
                        const unsigned char *signature, size_t len, eckid_bytes_t data)
{
    EVP_PKEY_CTX *options = NULL;
    bool good =
        EVP_DigestVerifyInit_ex(ctx, &options, scheme->digest, NULL, NULL, key->evp, NULL) > 0 &&
        set_padding(options, scheme) &&
        EVP_DigestVerify(ctx, signature, len, (const unsigned char *)data.data, data.len) == 1;

    ERR_clear_error();
    return good;
}

static bool verify_bytes(const eckid_key_t *key, const scheme_t *scheme,
                         const unsigned char *signature, size_t len, eckid_bytes_t data)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    bool good = ctx && verify_with(ctx, key, scheme, signature, len, data);

    EVP_MD_CTX_free(ctx);
    return good;
}

/* The same for a signature that OpenSSL knows in another form. */
static bool verify_halves(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                          eckid_bytes_t data)
{
    unsigned char *der = NULL;
    int half = half_of(key);

    if (signature.len != 2 * (apr_size_t)half) {
        return false;
    }
    int len = halves_to_der(&der, signature, half);
    bool good = len > 0 && verify_bytes(key, scheme, der, (size_t)len, data);

    OPENSSL_free(der);
    return good;
}

/* A MAC is verified by making it again. */
static bool verify_mac(const eckid_key_t *key, const scheme_t *scheme, eckid_bytes_t signature,
                       eckid_bytes_t data)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    EVP_PKEY_CTX *options = NULL;
    unsigned char mac[EVP_MAX_MD_SIZE];
    size_t len = sizeof(mac);
    bool made =
        ctx &&
        EVP_DigestSignInit_ex(ctx, &options, scheme->digest, NULL, NULL, key->evp, NULL) > 0 &&
        EVP_DigestSign(ctx, mac, &len, (const unsigned char *)data.data, data.len) > 0;

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
