/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7517: reads JWK Sets, writes our public keys, and computes thumbprints. */
#include "jose/eckid_jwk.h"
#include "base/eckid_json_readable.h"
#include "crypto/eckid_key_numbers.h"

#include <apr_strings.h>

/* RFC 7518 section 6, RFC 8037 section 2. */
typedef struct shape_t {
    const char *kty, *crv; /* crv is NULL if the type has none */
    const char *first, *second;
} shape_t;

static const shape_t shapes[] = {
    [ECKID_KEY_RSA] = {"RSA", NULL, "n", "e"},
    [ECKID_KEY_P256] = {"EC", "P-256", "x", "y"},
    [ECKID_KEY_P384] = {"EC", "P-384", "x", "y"},
    [ECKID_KEY_P521] = {"EC", "P-521", "x", "y"},
    [ECKID_KEY_ED25519] = {"OKP", "Ed25519", "x", NULL},
};

#define SHAPES ((int)(sizeof(shapes) / sizeof(*shapes)))

/* Reading */

static const char *string_of(const json_t *jwk, const char *name)
{
    return json_string_value(json_object_get(jwk, name));
}

static const shape_t *find_shape(eckid_key_kind_t *kind, const json_t *jwk)
{
    const char *kty = string_of(jwk, "kty"), *crv = string_of(jwk, "crv");

    for (int i = 0; kty && i < SHAPES; i++) {
        if (strcmp(shapes[i].kty, kty) == 0 &&
            (!shapes[i].crv || (crv && strcmp(shapes[i].crv, crv) == 0))) {
            *kind = (eckid_key_kind_t)i;
            return &shapes[i];
        }
    }
    return NULL;
}

/* base64url, as some write it who know base64 only: with padding, or with its two other digits. */
static bool decode_number(eckid_bytes_t *number, const char *text, apr_pool_t *pool)
{
    char *digits = apr_pstrdup(pool, text);
    apr_size_t len = strlen(digits);

    while (len && digits[len - 1] == '=') {
        len--;
    }
    for (apr_size_t i = 0; i < len; i++) {
        digits[i] = digits[i] == '+' ? '-' : digits[i] == '/' ? '_' : digits[i];
    }
    return eckid_codec_base64url_decode(number, eckid_bytes(digits, len), pool);
}

static bool read_number(eckid_bytes_t *number, const json_t *jwk, const char *name,
                        apr_pool_t *pool)
{
    const char *text = name ? string_of(jwk, name) : NULL;

    *number = eckid_bytes("", 0);
    return !name || (text && decode_number(number, text, pool));
}

/* RFC 7517 sections 4.2 and 4.3: whether the key may be used to verify signatures. Some write an
 * empty list of operations where they have none to tell of. */
static bool is_for_verifying(const json_t *jwk)
{
    const json_t *use = eckid_json_value(jwk, "use"), *ops = eckid_json_value(jwk, "key_ops");
    bool listed = !ops || (json_is_array(ops) && json_array_size(ops) == 0);

    for (size_t i = 0; i < json_array_size(ops); i++) {
        const char *op = json_string_value(json_array_get(ops, i));

        listed = listed || (op && strcmp(op, "verify") == 0);
    }
    return listed && (!use || (json_is_string(use) && strcmp(json_string_value(use), "sig") == 0));
}

/* Reads the key's alg, if it has one; false if that does not fit the kind of key. */
static bool read_alg(eckid_jwk_t *out, const json_t *jwk, eckid_key_kind_t kind)
{
    const json_t *alg = eckid_json_value(jwk, "alg");

    out->has_alg = alg != NULL;
    return !alg || (json_is_string(alg) && eckid_jwa_find(&out->alg, json_string_value(alg)) &&
                    eckid_jwa_fits(out->alg, kind));
}

/* False if the key cannot be used here. */
static bool read_key(eckid_jwk_t *out, const json_t *jwk, int number, apr_pool_t *pool)
{
    eckid_key_numbers_t numbers;
    const shape_t *shape = find_shape(&numbers.kind, jwk);
    const json_t *kid = eckid_json_value(jwk, "kid");
    eckid_key_t *key;

    if (!shape || !is_for_verifying(jwk) || !read_alg(out, jwk, numbers.kind) ||
        (kid && !json_is_string(kid)) || !read_number(&numbers.first, jwk, shape->first, pool) ||
        !read_number(&numbers.second, jwk, shape->second, pool)) {
        return false;
    }
    out->kid = kid ? apr_pstrdup(pool, json_string_value(kid)) : NULL;
    if (eckid_key_from_numbers(&key, &numbers, apr_psprintf(pool, "key %d of the set", number),
                               pool)) {
        return false;
    }
    out->key = key;
    return true;
}

eckid_err_t *eckid_jwk_read_set(apr_array_header_t **out, eckid_bytes_t text, apr_pool_t *pool)
{
    json_t *set;

    ECKID_ERR(eckid_json_parse(&set, eckid_json_readable(text, pool), ECKID_JWKS, pool));
    const json_t *list = json_object_get(set, "keys");
    apr_array_header_t *keys = apr_array_make(pool, 4, sizeof(eckid_jwk_t));

    if (json_array_size(list) > ECKID_JWK_MAX) {
        return eckid_err_make(pool, ECKID_JWKS, "the set has more than %d keys", ECKID_JWK_MAX);
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        eckid_jwk_t key = {.kid = NULL};

        if (read_key(&key, json_array_get(list, i), (int)i, pool)) {
            APR_ARRAY_PUSH(keys, eckid_jwk_t) = key;
        }
    }
    if (keys->nelts == 0) {
        return eckid_err_make(pool, ECKID_JWKS, "the set has no key that can verify signatures");
    }
    *out = keys;
    return NULL;
}

/* Writing */

static const char *number_text(eckid_bytes_t number, apr_pool_t *pool)
{
    return eckid_codec_base64url(number, pool).data;
}

/* RFC 7638 section 3: only the required members, in the order of their names, without white
 * space. */
static eckid_bytes_t canonical(const shape_t *shape, const eckid_key_numbers_t *numbers,
                               apr_pool_t *pool)
{
    const char *first = number_text(numbers->first, pool);
    const char *second = number_text(numbers->second, pool);

    if (!shape->crv) {
        return eckid_bytes_str(apr_pstrcat(pool, "{\"e\":\"", second, "\",\"kty\":\"RSA\",\"n\":\"",
                                           first, "\"}", NULL));
    }
    return eckid_bytes_str(apr_pstrcat(pool, "{\"crv\":\"", shape->crv, "\",\"kty\":\"", shape->kty,
                                       "\",\"x\":\"", first, "\"", shape->second ? ",\"y\":\"" : "",
                                       shape->second ? second : "", shape->second ? "\"" : "", "}",
                                       NULL));
}

static eckid_err_t *check_kind(const eckid_key_t *key, apr_pool_t *pool)
{
    return (int)eckid_key_kind(key) < SHAPES
               ? NULL
               : eckid_err_make(pool, ECKID_KEY, "%s has no public key", eckid_key_name(key));
}

eckid_err_t *eckid_jwk_thumbprint(const char **thumbprint, const eckid_key_t *key, apr_pool_t *pool)
{
    eckid_key_numbers_t numbers;

    ECKID_ERR(check_kind(key, pool));
    ECKID_ERR(eckid_key_to_numbers(&numbers, key, pool));
    eckid_bytes_t text = canonical(&shapes[numbers.kind], &numbers, pool);

    *thumbprint = eckid_codec_base64url(eckid_digest_sha256(text, pool), pool).data;
    return NULL;
}

static void set_string(json_t *jwk, const char *name, const char *value)
{
    json_object_set_new(jwk, name, json_string(value));
}

eckid_err_t *eckid_jwk_write(json_t **out, const eckid_key_t *key, apr_pool_t *pool)
{
    eckid_key_numbers_t numbers;
    const char *kid;

    ECKID_ERR(eckid_jwk_thumbprint(&kid, key, pool));
    ECKID_ERR(eckid_key_to_numbers(&numbers, key, pool));
    const shape_t *shape = &shapes[numbers.kind];
    json_t *jwk = eckid_json_own(json_object(), pool);

    set_string(jwk, "kty", shape->kty);
    set_string(jwk, "use", "sig");
    set_string(jwk, "kid", kid);
    if (shape->crv) {
        set_string(jwk, "crv", shape->crv);
    }
    set_string(jwk, shape->first, number_text(numbers.first, pool));
    if (shape->second) {
        set_string(jwk, shape->second, number_text(numbers.second, pool));
    }
    *out = jwk;
    return NULL;
}
