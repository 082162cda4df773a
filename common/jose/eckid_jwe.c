/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7516: a compact JWE that encrypts a token to a client's key, with cjose. */
#include "jose/eckid_jwe.h"

#include <stdlib.h>
#include <apr_strings.h>
#include <cjose/cjose.h>

#define RSA_BITS_MIN 2048

struct eckid_jwe_t {
    const char *name, *alg, *enc;
    const char *kid; /* or NULL */
    cjose_jwk_t *key;
};

static apr_status_t release(void *key)
{
    cjose_jwk_release(key);
    return APR_SUCCESS;
}

static const char *member(const json_t *jwk, const char *name)
{
    return json_string_value(json_object_get(jwk, name));
}

/* RFC 7518 section 4.1: the algorithm for a key of that type, or NULL. */
static const char *alg_for(const json_t *jwk)
{
    const char *kty = member(jwk, "kty"), *use = member(jwk, "use"), *alg = member(jwk, "alg");
    const char *ours = !kty                      ? NULL
                       : strcmp(kty, "RSA") == 0 ? CJOSE_HDR_ALG_RSA_OAEP
                       : strcmp(kty, "EC") == 0  ? CJOSE_HDR_ALG_ECDH_ES
                                                 : NULL;

    if ((use && strcmp(use, "enc") != 0) || (ours && alg && strcmp(alg, ours) != 0)) {
        return NULL;
    }
    return ours;
}

/* False if the key cannot be used. */
static bool take_key(eckid_jwe_t *jwe, const json_t *jwk, apr_pool_t *pool)
{
    const char *alg = alg_for(jwk), *kid = member(jwk, "kid");
    char *text = alg ? json_dumps(jwk, 0) : NULL;
    cjose_err err;
    cjose_jwk_t *key = text ? cjose_jwk_import(text, strlen(text), &err) : NULL;

    free(text);
    if (key && strcmp(alg, CJOSE_HDR_ALG_RSA_OAEP) == 0 &&
        cjose_jwk_get_keysize(key, &err) < RSA_BITS_MIN) {
        cjose_jwk_release(key);
        key = NULL;
    }
    if (!key) {
        return false;
    }
    apr_pool_cleanup_register(pool, key, release, apr_pool_cleanup_null);
    jwe->key = key;
    jwe->alg = alg;
    jwe->kid = kid ? apr_pstrdup(pool, kid) : NULL;
    return true;
}

eckid_err_t *eckid_jwe_make(eckid_jwe_t **out, eckid_bytes_t jwks, const char *enc,
                            const char *name, apr_pool_t *pool)
{
    eckid_jwe_t *jwe = apr_pcalloc(pool, sizeof(*jwe));
    json_t *set;

    ECKID_ERR(eckid_json_parse(&set, jwks, ECKID_JWKS, pool));
    const json_t *keys = json_object_get(set, "keys");

    jwe->name = apr_pstrdup(pool, name);
    jwe->enc =
        strcmp(enc, "A128CBC-HS256") == 0 ? CJOSE_HDR_ENC_A128CBC_HS256 : CJOSE_HDR_ENC_A256GCM;
    for (size_t i = 0; i < json_array_size(keys); i++) {
        if (take_key(jwe, json_array_get(keys, i), pool)) {
            *out = jwe;
            return NULL;
        }
    }
    return eckid_err_make(pool, ECKID_JWKS, "%s has no RSA or EC key for encryption", name);
}

static cjose_header_t *make_header(const eckid_jwe_t *jwe)
{
    cjose_err err;
    cjose_header_t *header = cjose_header_new(&err);
    bool done = header && cjose_header_set(header, CJOSE_HDR_ALG, jwe->alg, &err) &&
                cjose_header_set(header, CJOSE_HDR_ENC, jwe->enc, &err) &&
                cjose_header_set(header, CJOSE_HDR_CTY, "JWT", &err) &&
                (!jwe->kid || cjose_header_set(header, CJOSE_HDR_KID, jwe->kid, &err));

    if (!done && header) {
        cjose_header_release(header);
    }
    return done ? header : NULL;
}

/* A copy in pool; NULL if cjose fails. */
static const char *encrypt(const eckid_jwe_t *jwe, cjose_header_t *header, eckid_bytes_t token,
                           apr_pool_t *pool)
{
    cjose_err err;
    cjose_jwe_t *made =
        cjose_jwe_encrypt(jwe->key, header, (const uint8_t *)token.data, token.len, &err);
    char *compact = made ? cjose_jwe_export(made, &err) : NULL;
    const char *copy = compact ? apr_pstrdup(pool, compact) : NULL;

    free(compact);
    if (made) {
        cjose_jwe_release(made);
    }
    return copy;
}

const char *eckid_jwe_alg(const eckid_jwe_t *jwe)
{
    return jwe->alg;
}

const char *eckid_jwe_enc(const eckid_jwe_t *jwe)
{
    return jwe->enc;
}

eckid_err_t *eckid_jwe_encrypt(eckid_bytes_t *text, const eckid_jwe_t *jwe, eckid_bytes_t token,
                               apr_pool_t *pool)
{
    cjose_header_t *header = make_header(jwe);
    const char *compact = header ? encrypt(jwe, header, token, pool) : NULL;

    if (header) {
        cjose_header_release(header);
    }
    if (!compact) {
        return eckid_err_make(pool, ECKID_INTERNAL, "encrypting to %s", jwe->name);
    }
    *text = eckid_bytes_str(compact);
    return NULL;
}
