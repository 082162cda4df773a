/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EckidLasToken: the token endpoint of the LAS, and how to authenticate there. */
#include "directive/mod_eckid_directive.h"

#include <apr_strings.h>

#include "directive/mod_eckid_las.h"
#include "directive/mod_eckid_option.h"
#include "las/eckid_client_credentials.h"

static const mod_eckid_las_key_t *find_key(const mod_eckid_las_t *las, const char *keyid)
{
    for (int i = 0; las->keys && i < las->keys->nelts; i++) {
        const mod_eckid_las_key_t *one = &APR_ARRAY_IDX(las->keys, i, mod_eckid_las_key_t);

        if (strcmp(one->keyid, keyid) == 0) {
            return one;
        }
    }
    return NULL;
}

/* The content of EckidLasToken. */
typedef struct token_t {
    eckid_curl_options_t curl;
    const char *client_id, *scope, *audience, *keyid, *alg;
    eckid_bytes_t secret;
} token_t;

static const char *make_assertion(const eckid_client_assertion_t **out, cmd_parms *cmd,
                                  const token_t *token, const mod_eckid_las_t *las)
{
    const mod_eckid_las_key_t *one = find_key(las, token->keyid);
    eckid_client_assertion_t *assertion = apr_palloc(cmd->pool, sizeof(*assertion));

    if (!one) {
        return apr_psprintf(cmd->pool,
                            "EckidLasToken: there is no EckidLasKey with keyid=%s above it",
                            token->keyid);
    }
    *assertion = (eckid_client_assertion_t){
        .client_id = token->client_id,
        .audience = token->audience,
        .key = one->key,
        .kid = one->keyid,
        .algorithm = token->alg,
        .lifetime = ECKID_CLIENT_ASSERTION_SECONDS,
    };
    TRY(eckid_client_assertion_check(assertion, cmd->pool));
    *out = assertion;
    return NULL;
}

/* There must be exactly one way to authenticate, with everything it needs. */
static const char *check_proof(cmd_parms *cmd, const token_t *token)
{
    if (!token->client_id) {
        return "EckidLasToken: client_id= is missing";
    }
    if (token->keyid && token->secret.len) {
        return "EckidLasToken: keyid= and secret= exclude each other; remove one";
    }
    if (!token->keyid && !token->secret.len && !token->curl.key.len) {
        return "EckidLasToken: there is no way to authenticate; write keyid= (private_key_jwt), "
               "secret= "
               "(client_secret_basic), or certificate= and key= (mutual TLS)";
    }
    return mod_eckid_las_pair(cmd, &token->curl);
}

static const char *secret_text(eckid_bytes_t content, apr_pool_t *pool)
{
    eckid_bytes_t secret = eckid_codec_trim(content); /* without the final line feed */

    return secret.len ? apr_pstrmemdup(pool, secret.data, secret.len) : NULL;
}

static const char *make_token(cmd_parms *cmd, mod_eckid_las_t *las, const char *url,
                              const token_t *token)
{
    eckid_client_credentials_options_t options = {
        .url = url,
        .client_id = token->client_id,
        .scope = token->scope,
        .secret = secret_text(token->secret, cmd->pool),
        .clock = eckid_moment_now,
    };
    const char *wrong = token->keyid ? make_assertion(&options.assertion, cmd, token, las) : NULL;
    eckid_curl_t *curl;

    if (wrong) {
        return wrong;
    }
    TRY(eckid_curl_make(&curl, &token->curl, cmd->pool));
    APR_ARRAY_PUSH(mod_eckid_process()->curls, eckid_curl_t *) = curl;
    options.transport = eckid_curl_transport(curl);
    TRY(eckid_client_credentials_make(&las->credentials, &options, cmd->pool));
    return NULL;
}

const char *mod_eckid_las_token(cmd_parms *cmd, void *conf, int argc, char *const argv[])
{
    token_t token = {.curl = {.body_max = MOD_ECKID_LAS_ANSWER_MAX,
                              .connect_ms = MOD_ECKID_LAS_CONNECT_MS,
                              .total_ms = MOD_ECKID_LAS_TOTAL_MS}};
    const mod_eckid_option_t options[] = {
        {"client_id", MOD_ECKID_TEXT, &token.client_id, 0, 0},
        {"scope", MOD_ECKID_TEXT, &token.scope, 0, 0},
        {"audience", MOD_ECKID_TEXT, &token.audience, 0, 0},
        {"keyid", MOD_ECKID_TEXT, &token.keyid, 0, 0},
        {"alg", MOD_ECKID_TEXT, &token.alg, 0, 0},
        {"secret", MOD_ECKID_SECRET, &token.secret, 0, 0},
        {"ca", MOD_ECKID_AUTHORITIES, &token.curl.ca, 0, 0},
        {"certificate", MOD_ECKID_CERTIFICATES, &token.curl.certificate, 0, 0},
        {"key", MOD_ECKID_SECRET, &token.curl.key, 0, 0},
    };

    CHECK_LINE();
    if (argc < 1 || !mod_eckid_las_is_url(argv[0])) {
        return "EckidLasToken: the URL of the token endpoint is expected, beginning with https://";
    }
    const char *wrong =
        mod_eckid_options(cmd, options, sizeof(options) / sizeof(*options), argc, argv);

    token.audience = token.audience ? token.audience : argv[0];
    wrong = wrong ? wrong : check_proof(cmd, &token);
    return wrong ? wrong : make_token(cmd, mod_eckid_las_of(conf), argv[0], &token);
}
