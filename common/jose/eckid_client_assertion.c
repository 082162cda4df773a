/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7523: an assertion with which a client authenticates to a token endpoint; no I/O. */
#include "jose/eckid_client_assertion.h"
#include "base/eckid_json.h"
#include "crypto/eckid_key_sign.h"

#include <apr_strings.h>

typedef struct algorithm_t {
    const char *name; /* RFC 7518 section 3.1, RFC 8037 section 3.1 */
    eckid_key_kind_t kind;
    eckid_key_alg_t alg;
} algorithm_t;

/* The first algorithm of a kind is its default; for RSA the Dutch OAuth profile prefers PS256. */
static const algorithm_t algorithms[] = {
    {"ES256", ECKID_KEY_P256, ECKID_ES256},    {"ES384", ECKID_KEY_P384, ECKID_ES384},
    {"PS256", ECKID_KEY_RSA, ECKID_PS256},     {"RS256", ECKID_KEY_RSA, ECKID_RS256},
    {"EdDSA", ECKID_KEY_ED25519, ECKID_EDDSA},
};

static const algorithm_t *find_algorithm(const eckid_client_assertion_t *assertion)
{
    const char *wanted = assertion->algorithm;

    for (apr_size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++) {
        if (algorithms[i].kind == eckid_key_kind(assertion->key) &&
            (!wanted || strcmp(algorithms[i].name, wanted) == 0)) {
            return &algorithms[i];
        }
    }
    return NULL;
}

eckid_err_t *eckid_client_assertion_check(const eckid_client_assertion_t *assertion,
                                          apr_pool_t *pool)
{
    if (assertion->lifetime < 1 || assertion->lifetime > ECKID_CLIENT_ASSERTION_SECONDS) {
        return eckid_err_make(pool, ECKID_CONFIG, "an assertion is valid for 1 to %d seconds",
                              ECKID_CLIENT_ASSERTION_SECONDS);
    }
    return find_algorithm(assertion)
               ? NULL
               : eckid_err_advise(
                     eckid_err_make(pool, ECKID_KEY, "%s cannot sign %s",
                                    eckid_key_name(assertion->key),
                                    assertion->algorithm ? assertion->algorithm : "assertions"),
                     "alg= of EckidLasToken and the kind of the key must fit each other");
}

/* RFC 7515 section 4.1. */
static json_t *header(const eckid_client_assertion_t *assertion, const char *alg, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);

    json_object_set_new(object, "alg", json_string(alg));
    json_object_set_new(object, "typ", json_string("JWT"));
    if (assertion->kid) {
        json_object_set_new(object, "kid", json_string(assertion->kid));
    }
    return object;
}

/* RFC 7523 section 3. */
static json_t *claims(const eckid_client_assertion_t *assertion, apr_time_t now,
                      eckid_bytes_t unique, apr_pool_t *pool)
{
    json_t *object = eckid_json_own(json_object(), pool);
    json_int_t seconds = apr_time_sec(now);

    json_object_set_new(object, "iss", json_string(assertion->client_id));
    json_object_set_new(object, "sub", json_string(assertion->client_id));
    json_object_set_new(object, "aud", json_string(assertion->audience));
    json_object_set_new(object, "jti", json_string(eckid_codec_base64url(unique, pool).data));
    json_object_set_new(object, "iat", json_integer(seconds));
    json_object_set_new(object, "nbf", json_integer(seconds));
    json_object_set_new(object, "exp", json_integer(seconds + assertion->lifetime));
    return object;
}

/* One of the three parts. */
static const char *part(const json_t *object, apr_pool_t *pool)
{
    return eckid_codec_base64url(eckid_json_print(object, pool), pool).data;
}

eckid_err_t *eckid_client_assertion_make(const char **text,
                                         const eckid_client_assertion_t *assertion, apr_time_t now,
                                         eckid_bytes_t unique, apr_pool_t *pool)
{
    eckid_bytes_t signature;

    ECKID_ERR(eckid_client_assertion_check(assertion, pool));
    const algorithm_t *algorithm = find_algorithm(assertion);
    const char *input = apr_pstrcat(pool, part(header(assertion, algorithm->name, pool), pool), ".",
                                    part(claims(assertion, now, unique, pool), pool), NULL);

    ECKID_ERR(
        eckid_key_sign(&signature, assertion->key, algorithm->alg, eckid_bytes_str(input), pool));
    *text = apr_pstrcat(pool, input, ".", eckid_codec_base64url(signature, pool).data, NULL);
    return NULL;
}
