/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider in a few lines: makes tokens by OpenSSL, and the keys to verify them. */
#include "support/tokens.h"

#include <apr_strings.h>

#include "unit.h"

const char *token_by(const char *payload, const eckid_key_t *key, eckid_key_alg_t alg,
                     const char *more)
{
    const char *header =
        apr_pstrcat(pool, "{\"alg\":\"", eckid_jwa_name(alg), "\"", more, "}", NULL);
    const char *input = apr_pstrcat(pool, eckid_codec_base64url(str(header), pool).data, ".",
                                    eckid_codec_base64url(str(payload), pool).data, NULL);
    eckid_bytes_t signature;

    ok(eckid_key_sign(&signature, key, alg, str(input), pool));
    return apr_pstrcat(pool, input, ".", eckid_codec_base64url(signature, pool).data, NULL);
}

const char *token_of(const char *payload, test_kind_t kind, int number, eckid_key_alg_t alg,
                     const char *more)
{
    eckid_key_t *key;

    ok(eckid_key_private(&key, test_private_pem(kind, number), "token.key", pool));
    return token_by(payload, key, alg, more);
}

apr_array_header_t *token_keys(test_kind_t kind, int number)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(eckid_jwk_t));
    eckid_key_t *key;

    ok(eckid_key_public(&key, test_public_pem(kind, number), "token.pub", pool));
    APR_ARRAY_PUSH(keys, eckid_jwk_t) =
        (eckid_jwk_t){.kid = apr_psprintf(pool, "key%d", number), .key = key};
    return keys;
}
