/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenID provider behind a transport: pages by URL; and a gateway in front of it. */
#include "support/web.h"

#include <apr_strings.h>

#include "crypto/eckid_digest.h"
#include "oidc/eckid_token_endpoint.h"
#include "jose/eckid_jws.h"
#include "oidc/eckid_unseal.h"
#include "oidc/eckid_userinfo.h"
#include "support/maker.h"
#include "unit.h"

web_page_t *web_page(web_t *web, const char *url)
{
    for (int i = 0; i < COUNT(web->pages); i++) {
        if (!web->pages[i].url || strcmp(web->pages[i].url, url) == 0) {
            web->pages[i].url = apr_pstrdup(pool, url);
            return &web->pages[i];
        }
    }
    abort();
}

static eckid_err_t *send_request(void *self, eckid_http_response_t **answer,
                                 const eckid_http_request_t *request, apr_pool_t *p)
{
    web_t *web = self;
    const web_page_t *page = web_page(web, request->url);

    web->calls++;
    web->last = (eckid_http_request_t){.headers = apr_table_clone(pool, request->headers)};
    if (!page->status) {
        return eckid_err_make(p, ECKID_TIMEOUT, "nobody answers");
    }
    *answer = apr_pcalloc(p, sizeof(**answer));
    (*answer)->status = page->status;
    (*answer)->headers = apr_table_make(p, 1);
    apr_table_setn((*answer)->headers, "Content-Type", page->type);
    (*answer)->body = str(page->body);
    return NULL;
}

eckid_transport_t web_transport(web_t *web)
{
    return (eckid_transport_t){send_request, web};
}

void web_publish(web_t *web, test_kind_t kind, int number)
{
    const apr_array_header_t *keys = token_keys(kind, number);
    const eckid_jwk_t *key = &APR_ARRAY_IDX(keys, 0, eckid_jwk_t);
    json_t *jwk;

    ok(eckid_jwk_write(&jwk, key->key, pool));
    json_object_set_new(jwk, "kid", json_string(key->kid));
    *web_page(web, WEB_BACKEND "/.well-known/openid-configuration") =
        (web_page_t){WEB_BACKEND "/.well-known/openid-configuration", "application/json",
                     "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"" WEB_ISSUER "/jwks\","
                     "\"token_endpoint\":\"" WEB_ISSUER "/oauth/token?x=1\","
                     "\"userinfo_endpoint\":\"" WEB_ISSUER "/oauth/userinfo\"}",
                     200};
    *web_page(web, WEB_BACKEND "/jwks") = (web_page_t){
        WEB_BACKEND "/jwks", "application/json",
        apr_pstrcat(pool, "{\"keys\":[", eckid_json_print(jwk, pool).data, "]}", NULL), 200};
}

eckid_provider_t *web_provider(web_t *web)
{
    const eckid_provider_options_t options = {
        .issuer = WEB_ISSUER,
        .backend = WEB_BACKEND,
        .max_age = apr_time_from_sec(3600),
        .window = apr_time_from_sec(30),
        .patience = apr_time_from_msec(10),
    };
    const eckid_transport_t transport = web_transport(web);
    eckid_provider_t *provider;

    ok(eckid_provider_make(&provider, &options, &transport, pool));
    return provider;
}

static void add_supplier(eckid_policy_t *policy, const char *name, bool es256)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->name = name;
    supplier->attribute = (eckid_attribute_t){"eckId", "urn:format", NULL};
    APR_ARRAY_PUSH(supplier->clients, eckid_client_t) =
        (eckid_client_t){.id = name, .has_alg = es256, .alg = ECKID_ES256};
    APR_ARRAY_PUSH(supplier->release, const char *) = "uid";
    ok(eckid_policy_add(policy, supplier, pool));
}

static const eckid_match_t *match(const char *expression, const char *template)
{
    eckid_match_t *made;

    ok(eckid_match_make(&made, expression, template, pool));
    return made;
}

static apr_array_header_t *signers(void)
{
    apr_array_header_t *list = apr_array_make(pool, 2, sizeof(eckid_signer_t));

    APR_ARRAY_PUSH(list, eckid_signer_t) = eckid_signer_make(test_pair(RSA_2048, 1), false, pool);
    APR_ARRAY_PUSH(list, eckid_signer_t) = eckid_signer_make(test_pair(P_256, 1), false, pool);
    return list;
}

static void fill_gateway(web_scene_t *scene)
{
    bool changed;
    eckid_err_t *news;

    scene->gateway = (eckid_gateway_t){
        .rules = {.policy = scene->policy,
                  .kinds = &scene->student,
                  .lookup = {.las = &scene->las, .school = &scene->school},
                  .signers = signers(),
                  .skew = apr_time_from_sec(60)},
        .saml = {.rules = &scene->gateway.rules, .response_max = 256 * 1024},
        .oidc = {.rules = &scene->gateway.rules,
                 .provider = web_provider(&scene->web),
                 .hints = &scene->hints,
                 .seal = {eckid_secret_make(str("a secret of more than thirty-two bytes"), pool),
                          NULL, WEB_ISSUER, "V_ID 11ZZ03"}},
        .page_max = 1024 * 1024,
    };
    ok(eckid_provider_get(&scene->gateway.oidc.view, scene->gateway.oidc.provider, &changed, &news,
                          MAKER_NOW, pool));
}

web_scene_t *web_scene(void)
{
    web_scene_t *scene = apr_pcalloc(pool, sizeof(*scene));

    web_publish(&scene->web, RSA_2048, 0);
    scene->policy = eckid_policy_make(pool);
    add_supplier(scene->policy, "books", false);
    add_supplier(scene->policy, "exercises", true);
    scene->student.conditions = apr_array_make(pool, 1, sizeof(eckid_condition_t));
    APR_ARRAY_PUSH(scene->student.conditions, eckid_condition_t) =
        (eckid_condition_t){"role", match("student", NULL)};
    scene->student.source = "number";
    scene->student.match = match("^(\\d+)$", "$1@1.school.example");
    scene->student.type = "NEPPI";
    scene->fake = (fake_las_t){.status = 200,
                               .type = "application/json",
                               .body = "{\"userMasterIdentifier\":\"" AN_ECKID "\"}"};
    scene->school = (eckid_school_t){"V_ID", "11ZZ03"};
    scene->las = fake_channel(&scene->fake);
    scene->hints =
        (eckid_records_t){eckid_secret_make(str("a secret of more than thirty-two bytes"), pool),
                          NULL, fake_store(fake_store_make())};
    fill_gateway(scene);
    return scene;
}

void web_add_supplier(const web_scene_t *scene, const char *name)
{
    add_supplier(scene->policy, name, false);
}

eckid_client_t *web_client(const web_scene_t *scene, const char *id)
{
    const eckid_client_t *client;

    eckid_policy_find_client(&client, scene->policy, id);
    return (eckid_client_t *)client;
}

const char *web_token_by_secret(const web_scene_t *scene)
{
    eckid_key_t *secret;

    ok(eckid_key_secret(&secret, str("0123456789abcdef0123456789abcdef"), "s", pool));
    web_client(scene, "books")->secret = secret;
    return token_by("{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"sub\":\"s1\","
                    "\"exp\":1788165300,\"role\":\"student\",\"number\":\"8\"}",
                    secret, ECKID_HS256, "");
}

const char *web_id_token(const char *client, const char *more)
{
    const char *payload = apr_psprintf(
        pool,
        "{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"%s\",\"sub\":\"s1\",\"iat\":%" APR_TIME_T_FMT
        ",\"exp\":%" APR_TIME_T_FMT ",\"uid\":\"p.pukkelen\",\"number\":95312,"
        "\"role\":[\"student\",\"member\"],\"secret\":1.50%s}",
        client, apr_time_sec(MAKER_NOW), apr_time_sec(MAKER_NOW) + 300, more);

    return token_of(payload, RSA_2048, 0, ECKID_RS256, ",\"kid\":\"key0\"");
}

const char *web_at_hash(const char *access_token)
{
    eckid_bytes_t digest = eckid_digest_sha256(str(access_token), pool);
    eckid_bytes_t half = eckid_codec_base64url(eckid_bytes(digest.data, 16), pool);

    return apr_pstrcat(pool, ",\"at_hash\":\"", half.data, "\"", NULL);
}

const char *web_grant_of(const char *id_token)
{
    return apr_psprintf(
        pool,
        "{\"access_token\":\"" WEB_ACCESS "\",\"expires_in\":300.0,\"interval\":1.50,"
        "\"refresh_token\":\"a-refresh-token\"%s%s%s}",
        id_token ? ",\"id_token\":\"" : "", id_token ? id_token : "", id_token ? "\"" : "");
}

/* What becomes of the request on its way in; false when it is refused. */
static bool unseal(eckid_decision_t *decision, eckid_oauth_request_t *call,
                   const web_scene_t *scene, eckid_endpoint_t endpoint)
{
    eckid_refusal_reader_t reader;
    const eckid_supplier_t *supplier = NULL;
    eckid_err_t *err =
        eckid_unseal(call, &reader, &supplier, &scene->gateway.oidc, endpoint, MAKER_NOW, pool);

    if (err) {
        *decision = eckid_decision_refuse(err);
        decision->status = eckid_refusal_error_make(reader, 401, "", pool).status;
    }
    return !err;
}

eckid_decision_t web_grant(const web_scene_t *scene, const char *authorization, const char *form,
                           const char *body)
{
    eckid_oauth_request_t call = {.authorization = authorization, .form = str(form)};
    eckid_decision_t decision;

    return unseal(&decision, &call, scene, ECKID_ENDPOINT_TOKEN)
               ? eckid_token_endpoint_rewrite(&scene->gateway.oidc, &call, str(body),
                                              maker_moment(), pool)
               : decision;
}

eckid_decision_t web_userinfo(const web_scene_t *scene, const char *token, const char *body)
{
    eckid_oauth_request_t call = {.authorization = apr_pstrcat(pool, "Bearer ", token, NULL),
                                  .form = {"", 0}};
    eckid_decision_t decision;

    return unseal(&decision, &call, scene, ECKID_ENDPOINT_USERINFO)
               ? eckid_userinfo_rewrite(&scene->gateway.oidc, &call, "application/json", str(body),
                                        maker_moment(), pool)
               : decision;
}

const char *web_member(const eckid_decision_t *decision, const char *name)
{
    json_t *answer;

    ck_assert_int_ne(decision->verdict, ECKID_REFUSE);
    ok(eckid_json_parse(&answer, decision->body, ECKID_TOKEN, pool));
    return json_string_value(json_object_get(answer, name));
}

const char *web_log_in(const web_scene_t *scene, const char *client, const char *authorization)
{
    const eckid_decision_t decision =
        web_grant(scene, authorization, "", web_grant_of(web_id_token(client, "")));

    return web_member(&decision, "access_token");
}

json_t *web_claims(const char *token, test_kind_t kind)
{
    apr_array_header_t *keys = token_keys(kind, 1);
    const eckid_signed_t *verified;
    eckid_jws_t *jws;
    json_t *claims;

    APR_ARRAY_IDX(keys, 0, eckid_jwk_t).kid = NULL; /* whatever kid the token has */
    const eckid_jws_trust_t trust = {keys, NULL};

    ok(eckid_jws_open(&jws, str(token), pool));
    ok(eckid_jws_verify(&verified, jws, &trust, pool));
    ok(eckid_json_parse(&claims, eckid_jws_payload(verified), ECKID_TOKEN, pool));
    return claims;
}
