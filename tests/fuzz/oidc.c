/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for the parsers of OpenID Connect and OAuth. */
#include "oidc.h"

#include <stdlib.h>
#include <apr_strings.h>

#include "oidc/eckid_client_auth.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_jarm.h"
#include "las/eckid_client_credentials.h"
#include "base/eckid_json_edit.h"
#include "base/eckid_json_readable.h"
#include "oidc/eckid_oidc.h"
#include "base/eckid_params.h"
#include "oidc/eckid_access_token_scan.h"
#include "oidc/eckid_oidc_scan.h"
#include "oidc/eckid_sealed_token.h"
#include "oidc/eckid_unseal.h"
#include "oidc/eckid_wellknown.h"

#define ISSUER "https://idp.school.example"

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* A setup with one client and a provider about which nothing is known. */
static eckid_oidc_setup_t make_setup(apr_pool_t *pool)
{
    const eckid_provider_options_t options = {.issuer = ISSUER, .backend = "http://127.0.0.1:1"};
    const eckid_transport_t nowhere = {NULL, NULL};
    eckid_rules_t *rules = apr_pcalloc(pool, sizeof(*rules));
    eckid_oidc_setup_t setup = {.rules = rules};
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);
    eckid_policy_t *policy = eckid_policy_make(pool);

    supplier->name = supplier->attribute.name = "books";
    APR_ARRAY_PUSH(supplier->clients, eckid_client_t) = (eckid_client_t){.id = "books"};
    insist(!eckid_policy_add(policy, supplier, pool));
    insist(!eckid_provider_make(&setup.provider, &options, &nowhere, pool));
    rules->policy = policy;
    rules->signers = apr_array_make(pool, 0, sizeof(eckid_signer_t));
    return setup;
}

/* Only a signed token is ever verified. */
void fuzz_token(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_oidc_rules_t rules = {.issuer = ISSUER,
                                      .trust = {apr_array_make(pool, 1, sizeof(eckid_jwk_t)), NULL},
                                      .client = "books",
                                      .now = apr_time_from_sec(1788165000)};
    const eckid_oidc_beside_t beside = {NULL, NULL, NULL};
    eckid_claims_t *claims;
    eckid_oidc_t *token;

    if (!eckid_oidc_open(&token, input, pool)) {
        insist(eckid_jws_is(input));
        insist(eckid_oidc_verify(&claims, token, &rules, &beside, pool) != NULL);
    }
    if (!eckid_oidc_userinfo(&claims, input, NULL, pool)) {
        eckid_oidc_set(claims, "eckId", "value", pool);
        insist(!eckid_oidc_userinfo(&claims, eckid_oidc_print(claims, pool), NULL, pool));
    }
}

/* What jansson reads in the text of a value; compared with what is held of it. */
static bool is_value(const json_t *value, eckid_bytes_t text, apr_pool_t *pool)
{
    text = eckid_json_readable(text, pool);
    return json_equal(value,
                      eckid_json_own(json_loadb(text.data, text.len,
                                                JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, NULL),
                                     pool));
}

/* Whether jansson takes the text for an object. */
static bool is_object(eckid_bytes_t text, apr_pool_t *pool)
{
    text = eckid_json_readable(eckid_json_unmarked(text), pool);
    json_t *value =
        json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);
    bool is = json_is_object(value);

    json_decref(value);
    return is;
}

/* What jansson reads is read, and nothing else but repetitions. Printed text parses again to the
 * same members; only a removed member is gone. */
void fuzz_json_edit(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_json_edit_t *object, *again;

    if (eckid_json_edit_parse(&object, input, ECKID_TOKEN, pool)) {
        insist(!is_object(input, pool));
        return;
    }
    eckid_bytes_t text = eckid_json_edit_print(object, pool);

    insist(is_object(text, pool));
    insist(!eckid_json_edit_parse(&again, text, ECKID_TOKEN, pool));
    insist(eckid_bytes_equal(eckid_json_edit_print(again, pool), text));
    const apr_array_header_t *names = eckid_json_edit_names(object, pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        insist(eckid_json_edit_get(object, name) && eckid_json_edit_get(again, name));
        insist(eckid_bytes_equal(eckid_json_edit_text(object, name),
                                 eckid_json_edit_text(again, name)));
        insist(
            is_value(eckid_json_edit_get(object, name), eckid_json_edit_text(object, name), pool));
        eckid_json_edit_remove(object, name);
        insist(!eckid_json_edit_get(object, name) && !eckid_json_edit_text(object, name).len);
    }
    insist(eckid_json_edit_print(object, pool).len == 2);
}

void fuzz_jwks(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_oidc_setup_t setup = make_setup(pool);
    apr_array_header_t *keys;
    const char *thumbprint;

    if (!eckid_jwk_read_set(&keys, input, pool)) {
        for (int i = 0; i < keys->nelts; i++) {
            const eckid_jwk_t *jwk = &APR_ARRAY_IDX(keys, i, eckid_jwk_t);

            insist(!eckid_jwk_thumbprint(&thumbprint, jwk->key, pool));
        }
    }
    eckid_wellknown_jwks(&setup, input, pool);
}

void fuzz_discovery(eckid_bytes_t input, apr_pool_t *pool)
{
    const eckid_oidc_setup_t setup = make_setup(pool);
    eckid_decision_t decision = eckid_wellknown_discovery(&setup, input, pool);
    eckid_json_edit_t *object;

    insist(decision.verdict != ECKID_CHANGE ||
           !eckid_json_edit_parse(&object, decision.body, ECKID_TOKEN, pool));
}

/* No token of the client passes, because nothing is known about the provider. */
void fuzz_authorization_response(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_moment_t moment;
    const eckid_oidc_setup_t setup = make_setup(pool);
    const char *url = apr_pstrmemdup(pool, input.data, input.len), *value;
    eckid_decision_t decision =
        eckid_authorization_response_location(&setup, NULL, url, &moment, pool);

    if (decision.verdict == ECKID_CHANGE) {
        const char *end = decision.body.data + strcspn(decision.body.data, "#");

        insist(decision.log.told_supplier);
        insist(eckid_params_get(&value,
                                eckid_params_parse(eckid_bytes_str(*end ? end + 1 : end), pool),
                                "id_token", pool) == 0);
    }
    eckid_authorization_response_link(&setup, NULL, url, pool);
}

/* What is left beside a code stays, and has no parameter that the client may not have. An access
 * token is sealed each time. */
void fuzz_beside(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_moment_t moment;
    static const char bytes[] = "a secret of more than thirty-two bytes";
    eckid_oidc_setup_t setup = make_setup(pool);
    const char *url = apr_pstrcat(pool, "https://books.example/cb?code=c&",
                                  apr_pstrmemdup(pool, input.data, input.len), NULL);
    const char *value;

    setup.seal =
        (eckid_token_seal_t){eckid_secret_make(eckid_bytes_str(bytes), pool), NULL, ISSUER, "r"};
    eckid_decision_t decision =
        eckid_authorization_response_location(&setup, "books", url, &moment, pool);

    if (decision.verdict != ECKID_CHANGE) {
        return;
    }
    const char *left = decision.body.data;
    eckid_params_t *query =
        eckid_params_parse(eckid_bytes_str(left + strcspn(left, "?") + 1), pool);

    insist(!eckid_params_get(&value, query, "email", pool));
    if (!decision.log.told_supplier && !strstr(left, "eckid_at_")) {
        decision = eckid_authorization_response_location(&setup, "books", left, &moment, pool);
        insist(decision.verdict == ECKID_PASS);
    }
}

/* The input as the payload of a JWT by the client's own secret. */
static const char *sign_by_secret(const eckid_key_t *secret, eckid_bytes_t payload,
                                  apr_pool_t *pool)
{
    const char *input = apr_pstrcat(pool, "eyJhbGciOiJIUzI1NiJ9.", /* {"alg":"HS256"} */
                                    eckid_codec_base64url(payload, pool).data, NULL);
    eckid_bytes_t signature;

    insist(!eckid_key_sign(&signature, secret, ECKID_HS256, eckid_bytes_str(input), pool));
    return apr_pstrcat(pool, input, ".", eckid_codec_base64url(signature, pool).data, NULL);
}

/* What a client gets can be verified, is for that client, and shows no token of the provider's. */
static void insist_on_jarm(const eckid_decision_t *decision, const eckid_oidc_rules_t *rules,
                           apr_pool_t *pool)
{
    const char *text = strstr(decision->body.data, "response=");
    eckid_claims_t *claims;
    eckid_oidc_t *token;

    insist(decision->verdict == ECKID_CHANGE);
    if (!text) {
        insist(decision->log.told_supplier && strstr(decision->body.data, "error="));
        return;
    }
    text += strlen("response=");
    insist(!eckid_oidc_open(&token, eckid_bytes_str(text), pool));
    insist(!eckid_oidc_verify_response(&claims, token, rules, pool));
    const char *access_token = eckid_json_edit_string(eckid_oidc_members(claims), "access_token");

    insist(!access_token || eckid_sealed_token_is(access_token));
    insist(!eckid_json_edit_string(eckid_oidc_members(claims), "id_token"));
}

void fuzz_jarm(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_moment_t moment = {.now = 1788165000 * APR_USEC_PER_SEC};
    static const char bytes[] = "a secret of more than thirty-two bytes";
    eckid_oidc_setup_t setup = make_setup(pool);
    const eckid_provider_view_t view = {.issuer = ISSUER,
                                        .keys = apr_array_make(pool, 1, sizeof(eckid_jwk_t))};
    const eckid_client_t *client;
    eckid_key_t *secret;

    insist(!eckid_key_secret(&secret, eckid_bytes_str(bytes), "secret", pool));
    insist(eckid_policy_find_client(&client, setup.rules->policy, "books") != NULL);
    ((eckid_client_t *)client)->secret = secret;
    setup.view = &view;
    setup.seal =
        (eckid_token_seal_t){eckid_secret_make(eckid_bytes_str(bytes), pool), NULL, ISSUER, "r"};
    const eckid_oidc_rules_t rules = {
        .issuer = ISSUER, .trust = {view.keys, secret}, .client = "books", .now = moment.now};
    const char *url = apr_pstrcat(
        pool, "https://books.example/cb#response=", sign_by_secret(secret, input, pool), NULL);
    const eckid_decision_t decision =
        eckid_authorization_response_location(&setup, "books", url, &moment, pool);

    insist_on_jarm(&decision, &rules, pool);
    eckid_jarm_concerns(&setup, NULL, apr_pstrmemdup(pool, input.data, input.len), pool);
}

void fuzz_client_auth(eckid_bytes_t input, apr_pool_t *pool)
{
    const char *text = apr_pstrmemdup(pool, input.data, input.len);
    const eckid_oauth_request_t by_field = {.authorization = text, .query = text};
    const eckid_oauth_head_t head = {text, NULL, true};
    const eckid_oauth_head_t in_parts = {"multipart/form-data; boundary=b", NULL, true};
    eckid_oauth_request_t by_form = {.form = input};

    eckid_client_auth_names(&by_field, pool);
    eckid_client_auth_access_token(&by_field, pool);
    eckid_client_auth_requested(&by_field, "client_id", pool);
    const eckid_client_names_t found = eckid_client_auth_names(&by_form, pool);

    for (int i = 0; i < found.names->nelts; i++) {
        insist(*APR_ARRAY_IDX(found.names, i, const char *));
    }
    eckid_oauth_request_read(&by_form, &head, &input, pool);
    eckid_client_auth_names(&by_form, pool);
    eckid_oauth_request_read(&by_form, &in_parts, &input, pool);
    eckid_client_auth_names(&by_form, pool);
}

static eckid_bytes_t join(eckid_bytes_t first, const char *second, apr_pool_t *pool)
{
    const apr_size_t len = strlen(second);
    char *both = apr_palloc(pool, first.len + len);

    memcpy(both, first.data, first.len);
    memcpy(both + first.len, second, len);
    return eckid_bytes(both, first.len + len);
}

/* A token of the client is found, whatever precedes it; so is an access token behind its name. */
void fuzz_oidc_scan(eckid_bytes_t input, apr_pool_t *pool)
{
    /* {"alg":"RS256"}, {"iss":"https://idp.school.example","aud":"books"} */
    static const char token[] = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkcC5zY2hvb2wuZXhhb"
                                "XBsZSIsImF1ZCI6ImJvb2tzIn0.AAAA";
    const eckid_oidc_setup_t setup = make_setup(pool);

    insist(!eckid_oidc_scan_find(&setup, input, pool) || memchr(input.data, 'e', input.len));
    insist(eckid_oidc_scan_find(&setup, join(input, token, pool), pool) != NULL);
    insist(
        eckid_access_token_scan(join(input, " access_token='opaque-0pdG4qZXJ0eXU0'", pool), pool));
}

/* A sealed token opens to the same content; anything else does not open. */
void fuzz_sealed(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_moment_t moment;
    static const char secret[] = "a secret of more than thirty-two bytes";
    const eckid_token_seal_t seal = {eckid_secret_make(eckid_bytes_str(secret), pool), NULL, ISSUER,
                                     "realm"};
    const eckid_token_owner_t owner = {.client = "books", .subject = "s1", .scope = ""};
    const char *text = apr_pstrmemdup(pool, input.data, input.len), *sealed, *token;
    eckid_token_owner_t found;

    insist(eckid_sealed_token_open(&token, &found, &seal, ECKID_ACCESS_TOKEN, text, 0, pool) !=
           NULL);
    if (!eckid_sealed_token_make(&sealed, &seal, ECKID_ACCESS_TOKEN, text, &owner, &moment, pool)) {
        insist(eckid_sealed_token_is(sealed));
        insist(
            !eckid_sealed_token_open(&token, &found, &seal, ECKID_ACCESS_TOKEN, sealed, 0, pool));
        insist(strcmp(token, text) == 0 && strcmp(found.client, "books") == 0);
    }
}

/* What holds nothing sealed stays as it is, and a sealed token among other parameters is put back.
 */
void fuzz_unseal(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_moment_t moment;
    static const char secret[] = "a secret of more than thirty-two bytes";
    eckid_oidc_setup_t setup = make_setup(pool);
    const eckid_token_owner_t owner = {.client = "books", .subject = "s1", .scope = ""};
    const char *text = apr_pstrmemdup(pool, input.data, input.len), *sealed, *value;
    eckid_oauth_request_t call = {.authorization = text, .query = text, .form = input};
    const eckid_supplier_t *supplier = NULL;
    eckid_refusal_reader_t reader;

    setup.seal = (eckid_token_seal_t){eckid_secret_make(eckid_bytes_str(secret), pool), NULL,
                                      ISSUER, "realm"};
    if (!eckid_unseal(&call, &reader, &supplier, &setup, ECKID_ENDPOINT_END_SESSION, 0, pool)) {
        insist(!call.owner && call.form.data == input.data && call.authorization == text);
    }
    insist(!eckid_sealed_token_make(&sealed, &setup.seal, ECKID_ACCESS_TOKEN, "a+b", &owner,
                                    &moment, pool));
    call = (eckid_oauth_request_t){
        .form = eckid_bytes_str(apr_pstrcat(pool, text, "&access_token=", sealed, NULL))};
    if (!eckid_unseal(&call, &reader, &supplier, &setup, ECKID_ENDPOINT_USERINFO, 0, pool)) {
        const eckid_params_t *params = eckid_params_parse(call.form, pool);

        insist(call.owner && eckid_params_get(&value, params, "access_token", pool) == 1);
        insist(strcmp(value, "a+b") == 0);
    }
}

static eckid_err_t *say(void *self, eckid_http_response_t **answer,
                        const eckid_http_request_t *request, apr_pool_t *pool)
{
    (void)request;
    *answer = apr_pmemdup(pool, self, sizeof(**answer));
    return NULL;
}

/* An accepted token may stand in a header; a refused one is not returned. */
void fuzz_client_credentials(eckid_bytes_t input, apr_pool_t *pool)
{
    eckid_http_response_t answer = {200, apr_table_make(pool, 1), input};
    const eckid_client_credentials_options_t options = {.url = "https://las.example/token",
                                                        .client_id = "school",
                                                        .secret = "secret",
                                                        .transport = {say, &answer}};
    eckid_client_credentials_t *credentials;
    const char *token;

    insist(!eckid_client_credentials_make(&credentials, &options, pool));
    if (!eckid_client_credentials_get(&token, credentials, apr_time_now() + APR_USEC_PER_SEC,
                                      pool)) {
        insist(*token && !token[strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                              "0123456789-._~+/=")]);
    }
    answer.status = 400;
    insist(!eckid_client_credentials_make(&credentials, &options, pool));
    insist(eckid_client_credentials_get(&token, credentials, apr_time_now() + APR_USEC_PER_SEC,
                                        pool) != NULL);
}
