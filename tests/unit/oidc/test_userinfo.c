/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_token_endpoint.h"
#include "oidc/eckid_userinfo.h"
#include "support/maker.h"
#include "support/web.h"

START_TEST(userinfo_agrees_with_the_id_token)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_log_in(scene, "books", WEB_BASIC_BOOKS);
    eckid_decision_t decision =
        web_userinfo(scene, token, "{\"sub\":\"s1\",\"uid\":1.0,\"number\":\"5\"}");

    ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\",\"uid\":1.0,\"eckId\":\"" AN_ECKID "\"}");
    decision = web_userinfo(scene, token, "{\"sub\":\"s2\"}");
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    ck_assert_int_eq(decision.status, 502);
}
END_TEST

/* Another process, after a restart, with the same secret. */
START_TEST(another_gateway_knows_as_much)
{
    const char *token = web_log_in(web_scene(), "books", WEB_BASIC_BOOKS);

    ck_assert_int_eq(web_userinfo(web_scene(), token, "{\"sub\":\"s1\"}").known.outcome,
                     ECKID_FOUND);
}
END_TEST

static const struct {
    const char *claims; /* of an access token that is a JWT */
    bool as_is;         /* whether the supplier is to have those */
    int status;         /* 0 where it passes untouched, 200 where it is filtered */
} unsealed[] = {
    {"{\"azp\":\"books\"}", false, 401},
    {"{\"client_id\":\"books\",\"azp\":\"canteen\"}", false, 401},
    {"{\"aud\":\"books\"}", true, 401},
    {"{\"aud\":[\"x\",\"books\"]}", false, 401},
    {"{\"azp\":\"canteen\",\"aud\":[\"books\"]}", false, 0},
    {"{\"azp\":\"canteen\"}", true, 0},
    {"{\"scope\":\"openid\"}", false, 0},
    {"{\"azp\":\"books\",\"azp\":\"canteen\"}", false, 401},
    {"{\"iss\":\"" WEB_ISSUER "\",\"azp\":\"books\",\"sub\":\"s1\"}", true, 200},
    {"{\"iss\":\"" WEB_ISSUER "\",\"azp\":\"books\",\"sub\":\"s1\",\"cnf\":{\"jkt\":\"x\"}}", false,
     200},
    {"{\"iss\":\"https://other.example\",\"azp\":\"books\",\"sub\":\"s1\"}", true, 401},
};

START_TEST(an_access_token_that_is_not_sealed_tells_whose_it_is)
{
    web_scene_t *scene = web_scene();
    const char *token = token_of(unsealed[_i].claims, RSA_2048, 0, ECKID_RS256, "");

    web_client(scene, "books")->tokens_as_is = unsealed[_i].as_is;
    scene->gateway.oidc.claims_from = ECKID_CLAIMS_USERINFO;
    const eckid_decision_t decision =
        web_userinfo(scene, token, "{\"sub\":\"s1\",\"role\":\"student\",\"number\":\"7\"}");

    ck_assert_int_eq(decision.verdict, unsealed[_i].status == 0     ? ECKID_PASS
                                       : unsealed[_i].status == 200 ? ECKID_CHANGE
                                                                    : ECKID_REFUSE);
    if (unsealed[_i].status == 200) {
        ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\",\"eckId\":\"" AN_ECKID "\"}");
    }
    else {
        ck_assert_int_eq(decision.status, unsealed[_i].status);
    }
}
END_TEST

/* No ID token came with the access token, but that is where the claims of students are. */
static const struct {
    const char *claims; /* of userinfo */
    eckid_outcome_t outcome;
    int status; /* 200 where it is filtered */
} without_id_token[] = {
    {"\"role\":\"student\",\"number\":\"7\"", ECKID_FOUND, 200},
    {"\"role\":[\"employee\",\"member\"]", ECKID_IS_NOT_STUDENT, 200},
    {"\"role\":\"student\"", ECKID_IS_UNKNOWN, 403},
    {"\"number\":\"7\"", ECKID_IS_UNKNOWN, 403},
    {"\"uid\":\"x\"", ECKID_IS_UNKNOWN, 403},
};

START_TEST(userinfo_decides_by_what_is_there)
{
    const web_scene_t *scene = web_scene();
    const eckid_decision_t grant = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(NULL));
    const eckid_decision_t decision =
        web_userinfo(scene, web_member(&grant, "access_token"),
                     apr_pstrcat(pool, "{\"sub\":\"s1\",", without_id_token[_i].claims, "}", NULL));

    ck_assert_int_eq(decision.known.outcome, without_id_token[_i].outcome);
    ck_assert_int_eq(decision.verdict == ECKID_CHANGE ? 200 : decision.status,
                     without_id_token[_i].status);
}
END_TEST

START_TEST(an_access_token_that_nobody_here_can_read)
{
    const web_scene_t *scene = web_scene();
    const char *jwt = token_of("{\"azp\":\"canteen\"}", RSA_2048, 0, ECKID_RS256, "");
    const char *const refused[] = {
        "",
        "a b",
        "a,",
        apr_pstrcat(pool, jwt, "=", NULL),
        apr_pstrcat(pool, jwt, ".x", NULL),
        apr_pstrmemdup(pool, jwt, strrchr(jwt, '.') - jwt),
        "eckid_at_AAAA",
        "ECKID_AT_AAAA",
        replaced(web_log_in(scene, "books", WEB_BASIC_BOOKS), "eckid_at", "eckid_rt")};
    static const char *const passing[] = {"opaque", "a.b.c", "eyJ", "e30.e30.e30.e30.e30", "ey=="};

    for (int i = 0; i < COUNT(refused); i++) {
        ck_assert_int_eq(web_userinfo(scene, refused[i], "{\"sub\":\"s1\"}").status, 401);
    }
    for (int i = 0; i < COUNT(passing); i++) {
        ck_assert_int_eq(web_userinfo(scene, passing[i], "{\"sub\":\"s1\"}").verdict, ECKID_PASS);
    }
    const eckid_oauth_request_t none = {.form = {"", 0}};

    ck_assert_int_eq(eckid_userinfo_rewrite(&scene->gateway.oidc, &none, "application/json",
                                            str("{}"), maker_moment(), pool)
                         .status,
                     401);
}
END_TEST

/* A sealed token is put back at the published endpoints; elsewhere it opens nothing. */
START_TEST(a_sealed_token_opens_nothing_elsewhere)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_log_in(scene, "books", WEB_BASIC_BOOKS);
    const eckid_oauth_request_t call = {.authorization = apr_pstrcat(pool, "Bearer ", token, NULL),
                                        .form = {"", 0}};
    const eckid_decision_t decision =
        eckid_userinfo_rewrite(&scene->gateway.oidc, &call, "application/json",
                               str("{\"sub\":\"s1\"}"), maker_moment(), pool);

    refused(decision.cause, ECKID_TOKEN_SEAL);
    ck_assert_int_eq(decision.status, 401);
}
END_TEST

START_TEST(whose_a_token_is_can_be_asked)
{
    web_scene_t *scene = web_scene();
    eckid_provider_view_t view = *scene->gateway.oidc.view;
    web_page_t *page = web_page(&scene->web, WEB_BACKEND "/introspect");

    *page = (web_page_t){WEB_BACKEND "/introspect", "application/json",
                         "{\"active\":true,\"client_id\":\"books\",\"sub\":\"s1\"}", 200};
    view.introspection_url = WEB_BACKEND "/introspect";
    scene->gateway.oidc.view = &view;
    scene->gateway.oidc.introspection = "Basic Z2F0ZXdheTpz";
    scene->gateway.oidc.claims_from = ECKID_CLAIMS_USERINFO;
    const char *body = "{\"sub\":\"s1\",\"role\":\"student\",\"number\":\"7\"}";

    ck_assert_int_eq(web_userinfo(scene, "strange", body).known.outcome, ECKID_FOUND);
    ck_assert_str_eq(apr_table_get(scene->web.last.headers, "Authorization"), "Basic Z2F0ZXdheTpz");
    page->body = "{\"active\":true,\"client_id\":\"canteen\",\"sub\":\"s1\"}";
    ck_assert_int_eq(web_userinfo(scene, "other", body).verdict, ECKID_PASS);
    page->body = "{\"active\":false,\"client_id\":\"books\",\"sub\":\"s1\"}";
    ck_assert_int_eq(web_userinfo(scene, "ended", body).status, 401);
    page->body = "{\"active\":true,\"client_id\":\"books\"}";
    ck_assert_int_eq(web_userinfo(scene, "without", body).status, 401);
    page->status = 500;
    ck_assert_int_eq(web_userinfo(scene, "failed", body).status, 503);
}
END_TEST

/* What introspection answers, and what is to be done about it. */
static const struct {
    const char *body;
    int status;
    const char *words;
} introspections[] = {
    {"{\"active\":false}", 200, "not among its audiences"},
    {"{\"active\":true,\"client_id\":\"books\"}", 200, "lightweight access tokens"},
    {"{\"active\":true,\"sub\":\"s1\"}", 200, "lightweight access tokens"},
    {"{}", 401, "introspection at " WEB_BACKEND "/introspect: it answered 401 (it does not accept"},
    {"{}", 500, "introspection at " WEB_BACKEND "/introspect: it answered 500 (see its own log)"},
    {"<html>", 200, "introspection at " WEB_BACKEND "/introspect: "},
};

START_TEST(what_to_do_about_introspection_is_told)
{
    web_scene_t *scene = web_scene();
    eckid_provider_view_t view = *scene->gateway.oidc.view;

    *web_page(&scene->web, WEB_BACKEND "/introspect") =
        (web_page_t){WEB_BACKEND "/introspect", "application/json", introspections[_i].body,
                     introspections[_i].status};
    view.introspection_url = WEB_BACKEND "/introspect";
    scene->gateway.oidc.view = &view;
    scene->gateway.oidc.introspection = "Basic Z2F0ZXdheTpz";
    const char *text =
        eckid_err_text(web_userinfo(scene, "strange", "{\"sub\":\"s1\"}").cause, pool);

    ck_assert_msg(strstr(text, introspections[_i].words), "%s", text);
}
END_TEST

static const struct {
    int las;
    int status;
    eckid_outcome_t outcome;
} failing[] = {
    {503, 503, ECKID_LAS_FAILED}, /* never 401, by which a client would throw its token away */
    {0, 503, ECKID_LAS_FAILED},
    {404, 403, ECKID_IS_UNKNOWN},
};

START_TEST(what_the_las_fails_to_tell_at_userinfo)
{
    web_scene_t *scene = web_scene();
    const char *token = web_log_in(scene, "books", WEB_BASIC_BOOKS);
    eckid_decision_t decision;

    scene->fake.status = failing[_i].las;
    scene->fake.err = eckid_err_make(pool, ECKID_TIMEOUT, "nobody answers");
    decision = web_userinfo(scene, token, "{\"sub\":\"s1\"}");
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, failing[_i].status);
    ck_assert_int_eq(decision.known.outcome, failing[_i].outcome);
    scene->fake.status = 200;
    ck_assert_int_eq(web_userinfo(scene, token, "{\"sub\":\"s1\"}").known.outcome, ECKID_FOUND);
}
END_TEST

/* What another provider handed out, at that time: see tests/data/record.mjs. */
typedef struct recorded_t {
    web_scene_t *scene;
    eckid_provider_view_t view;
    json_t *tokens;
    eckid_moment_t moment;
} recorded_t;

static void add_recorded_client(const recorded_t *recorded, const char *id)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->name = id;
    supplier->attribute = (eckid_attribute_t){"eckId", "urn:format", NULL};
    APR_ARRAY_PUSH(supplier->clients, eckid_client_t) = (eckid_client_t){.id = id};
    APR_ARRAY_PUSH(supplier->release, const char *) = "uid";
    ok(eckid_policy_add(recorded->scene->policy, supplier, pool));
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    ck_assert_ptr_nonnull(text);
    return text;
}

static recorded_t *read_recorded(void)
{
    recorded_t *recorded = apr_pcalloc(pool, sizeof(*recorded));
    apr_array_header_t *keys;
    json_t *file;

    ok(eckid_json_parse(&file, unit_data("recorded.json"), ECKID_FILE, pool));
    ok(eckid_jwk_read_set(&keys, eckid_json_print(json_object_get(file, "jwks"), pool), pool));
    recorded->scene = web_scene();
    recorded->view = *recorded->scene->gateway.oidc.view;
    recorded->view.issuer = text_of(file, "issuer");
    recorded->view.keys = keys;
    recorded->scene->gateway.oidc.view = &recorded->view;
    recorded->tokens = json_object_get(file, "tokens");
    recorded->moment = *maker_moment();
    recorded->moment.now = apr_time_from_sec(json_integer_value(json_object_get(file, "now")));
    for (size_t i = 0; i < json_array_size(recorded->tokens); i++) {
        add_recorded_client(recorded, text_of(json_array_get(recorded->tokens, i), "client"));
    }
    return recorded;
}

static eckid_decision_t grant_recorded(const recorded_t *recorded, const json_t *one,
                                       const char *id_token)
{
    const char *form = apr_psprintf(pool, "client_id=%s", text_of(one, "client"));
    const char *body = apr_psprintf(pool, "{\"access_token\":\"%s\",\"id_token\":\"%s\"}",
                                    text_of(one, "access_token"), id_token);
    const eckid_oauth_request_t call = {.form = str(form)};

    return eckid_token_endpoint_rewrite(&recorded->scene->gateway.oidc, &call, str(body),
                                        &recorded->moment, pool);
}

static eckid_decision_t userinfo_recorded(const recorded_t *recorded, const json_t *one,
                                          const char *userinfo)
{
    const eckid_token_owner_t owner = {.client = text_of(one, "client"),
                                       .subject = "s1",
                                       .scope = "",
                                       .bound = true,
                                       .decided = true,
                                       .outcome = ECKID_FOUND,
                                       .key = {"NEPPI", "95312@1.school.example", NULL, NULL}};
    const eckid_oauth_request_t call = {
        .form = {"", 0},
        .owner = &owner,
        .authorization = apr_pstrcat(pool, "Bearer ", text_of(one, "access_token"), NULL)};

    return eckid_userinfo_rewrite(&recorded->scene->gateway.oidc, &call, "application/jwt",
                                  str(userinfo), &recorded->moment, pool);
}

/* The same about s2, unsigned. */
static const char *tampered(const char *token)
{
    char *copy = apr_pstrdup(pool, token), *payload = strchr(copy, '.') + 1;

    ck_assert(strncmp(payload, "eyJzdWIiOiJzMSIs", 16) == 0); /* {"sub":"s1", */
    payload[13] = 'i';
    return copy;
}

static void check_rewritten(const char *token)
{
    json_t *claims = web_claims(token, RSA_2048);

    ck_assert_str_eq(text_of(claims, "eckId"), AN_ECKID);
    ck_assert_str_eq(text_of(claims, "uid"), "p.pukkelen");
    ck_assert_str_eq(text_of(claims, "sub"), "s1");
    ck_assert_ptr_null(json_object_get(claims, "number"));
}

START_TEST(what_another_provider_signed_is_rewritten)
{
    const recorded_t *recorded = read_recorded();

    ck_assert_uint_eq(json_array_size(recorded->tokens), 4);
    for (size_t i = 0; i < json_array_size(recorded->tokens); i++) {
        const json_t *one = json_array_get(recorded->tokens, i);
        eckid_decision_t decision = grant_recorded(recorded, one, text_of(one, "id_token"));
        json_t *body;

        ok(decision.cause);
        ok(eckid_json_parse(&body, decision.body, ECKID_TOKEN, pool));
        check_rewritten(text_of(body, "id_token"));
        decision = userinfo_recorded(recorded, one, text_of(one, "userinfo"));
        ok(decision.cause);
        check_rewritten(decision.body.data);
    }
}
END_TEST

START_TEST(what_another_provider_signed_is_refused_when_it_was_changed)
{
    const recorded_t *recorded = read_recorded();

    for (size_t i = 0; i < json_array_size(recorded->tokens); i++) {
        const json_t *one = json_array_get(recorded->tokens, i);

        refused(grant_recorded(recorded, one, tampered(text_of(one, "id_token"))).cause,
                ECKID_TOKEN_SIGNATURE);
        ok(grant_recorded(recorded, one, text_of(one, "id_token")).cause);
        refused(userinfo_recorded(recorded, one, tampered(text_of(one, "userinfo"))).cause,
                ECKID_TOKEN_SIGNATURE);
    }
}
END_TEST

START_TEST(what_another_provider_signed_ends)
{
    recorded_t *recorded = read_recorded();
    const json_t *one = json_array_get(recorded->tokens, 0);

    ok(grant_recorded(recorded, one, text_of(one, "id_token")).cause);
    recorded->moment.now += apr_time_from_sec(3600 + 61);
    refused(grant_recorded(recorded, one, text_of(one, "id_token")).cause, ECKID_TOKEN_TIME);
}
END_TEST

UNIT_SUITE(userinfo)
{
    Suite *suite = suite_create("userinfo");
    TCase *tcase = unit_case(suite, "userinfo");

    tcase_add_test(tcase, userinfo_agrees_with_the_id_token);
    tcase_add_test(tcase, another_gateway_knows_as_much);
    tcase_add_loop_test(tcase, an_access_token_that_is_not_sealed_tells_whose_it_is, 0,
                        COUNT(unsealed));
    tcase_add_loop_test(tcase, userinfo_decides_by_what_is_there, 0, COUNT(without_id_token));
    tcase_add_test(tcase, an_access_token_that_nobody_here_can_read);
    tcase_add_test(tcase, a_sealed_token_opens_nothing_elsewhere);
    tcase_add_test(tcase, whose_a_token_is_can_be_asked);
    tcase_add_loop_test(tcase, what_to_do_about_introspection_is_told, 0, COUNT(introspections));
    tcase_add_loop_test(tcase, what_the_las_fails_to_tell_at_userinfo, 0, COUNT(failing));
    tcase_add_test(tcase, what_another_provider_signed_is_rewritten);
    tcase_add_test(tcase, what_another_provider_signed_is_refused_when_it_was_changed);
    tcase_add_test(tcase, what_another_provider_signed_ends);
    return suite;
}
