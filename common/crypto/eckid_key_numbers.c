/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts public keys to and from the numbers in a JSON Web Key. */
#include "crypto/eckid_key_numbers.h"
#include "crypto/eckid_key_internal.h"

#include <apr_strings.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

/* SEC 1 section 2.3.3, uncompressed. Zeros that were left out in front are filled in: some write
 * coordinates as plain numbers. */
static eckid_bytes_t point_of(const eckid_key_numbers_t *numbers, apr_pool_t *pool)
{
    apr_size_t half = (apr_size_t)eckid_key_curves[numbers->kind].bytes;
    eckid_bytes_t first = numbers->first, second = numbers->second;
    char *octets = apr_pcalloc(pool, 1 + 2 * half);

    octets[0] = 4;
    memcpy(octets + 1 + half - first.len, first.data, first.len);
    memcpy(octets + 1 + 2 * half - second.len, second.data, second.len);
    return eckid_bytes(octets, 1 + 2 * half);
}

/* Adds the numbers of an RSA key, or the point of an EC key, to the parameters of a new key. */
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
    *point = point_of(numbers, pool);
    return OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                           eckid_key_curves[numbers->kind].name, 0) &&
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

/* Before OpenSSL is asked, which takes coordinates of any length, and long for long numbers. */
static eckid_err_t *check_lengths(const eckid_key_numbers_t *numbers, const char *name,
                                  apr_pool_t *pool)
{
    apr_size_t half = (apr_size_t)eckid_key_curves[numbers->kind].bytes;
    bool is_rsa = numbers->kind == ECKID_KEY_RSA;

    if (half && (numbers->first.len > half || numbers->second.len > half)) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY,
                           "%s has x and y of %" APR_SIZE_T_FMT " and %" APR_SIZE_T_FMT
                           " bytes, and its curve has %" APR_SIZE_T_FMT,
                           name, numbers->first.len, numbers->second.len, half),
            "who publishes it must fit crv to x and y (RFC 7518 section 6.2.1)");
    }
    if (is_rsa && numbers->first.len > ECKID_KEY_RSA_BITS_MAX / 8 + 1) {
        return eckid_err_advise(eckid_err_make(pool, ECKID_KEY, "%s is RSA of more than %d bits",
                                               name, ECKID_KEY_RSA_BITS_MAX),
                                "a shorter one is taken, of 2048 bits or more");
    }
    if (is_rsa && numbers->second.len > 8) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_KEY, "%s has an exponent of more than 8 bytes", name),
            "an RSA key with the usual exponent, 65537, is taken");
    }
    return NULL;
}

eckid_err_t *eckid_key_from_numbers(eckid_key_t **key, const eckid_key_numbers_t *numbers,
                                    const char *name, apr_pool_t *pool)
{
    ECKID_ERR(check_lengths(numbers, name, pool));
    EVP_PKEY *evp = numbers->kind == ECKID_KEY_ED25519
                        ? EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
                                                      (const unsigned char *)numbers->first.data,
                                                      numbers->first.len)
                        : from_numbers(numbers, pool);

    return evp ? eckid_key_adopt(key, evp, name, pool) : eckid_key_damaged(name, pool);
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

void eckid_key_read_numbers(eckid_key_t *key, apr_pool_t *pool)
{
    unsigned char raw[32];
    size_t len = sizeof(raw);

    key->first = key->second = eckid_bytes("", 0);
    if (key->kind == ECKID_KEY_ED25519) {
        EVP_PKEY_get_raw_public_key(key->evp, raw, &len);
        key->first = eckid_bytes(apr_pmemdup(pool, raw, len), len);
    }
    else if (key->kind == ECKID_KEY_RSA) {
        key->first = number_of(key, OSSL_PKEY_PARAM_RSA_N, 0, pool);
        key->second = number_of(key, OSSL_PKEY_PARAM_RSA_E, 0, pool);
    }
    else if (key->kind != ECKID_KEY_SECRET) {
        apr_size_t half = (apr_size_t)eckid_key_curves[key->kind].bytes;

        key->first = number_of(key, OSSL_PKEY_PARAM_EC_PUB_X, half, pool);
        key->second = number_of(key, OSSL_PKEY_PARAM_EC_PUB_Y, half, pool);
    }
}

eckid_err_t *eckid_key_to_numbers(eckid_key_numbers_t *numbers, const eckid_key_t *key,
                                  apr_pool_t *pool)
{
    *numbers = (eckid_key_numbers_t){key->kind, key->first, key->second};
    if (numbers->first.len == 0) {
        return eckid_err_make(pool, ECKID_INTERNAL, "cannot read the numbers of %s", key->name);
    }
    return NULL;
}
