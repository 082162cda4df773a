/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "oidc/eckid_oidc_login.h"
#include "support/web.h"

static const char *exchanged(const char *kind)
{
    return apr_pstrcat(pool, "{\"access_token\":\"x\",\"issued_token_type\":", kind, "}", NULL);
}

START_TEST(another_kind_of_token_is_refused_for_a_supplier)
{
    static const char *const kinds[] = {"\"urn:ietf:params:oauth:token-type:saml2\"", "7"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(kinds); i++) {
        const char *body = exchanged(kinds[i]);

        ck_assert_int_eq(web_grant(scene, WEB_BASIC_BOOKS, "", body).cause->code,
                         ECKID_RESPONSE_MODE);
        ck_assert_int_eq(web_grant(scene, WEB_BASIC_CANTEEN, "", body).verdict, ECKID_PASS);
    }
    const char *body = exchanged("\"urn:ietf:params:oauth:token-type:access_token\"");

    ck_assert_int_eq(web_grant(scene, WEB_BASIC_BOOKS, "", body).verdict, ECKID_CHANGE);
}
END_TEST

static const char *exchanged_id_token(const char *client)
{
    return apr_pstrcat(pool, "{\"access_token\":\"", web_id_token(client, ""),
                       "\",\"token_type\":\"N_A\",\"issued_token_type\":"
                       "\"urn:ietf:params:oauth:token-type:id_token\"}",
                       NULL);
}

START_TEST(an_exchanged_id_token_is_filled_and_no_other_client_s)
{
    const web_scene_t *scene = web_scene();
    eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "", exchanged_id_token("books"));
    const json_t *claims = web_claims(web_member(&decision, "access_token"), RSA_2048);

    ck_assert_str_eq(json_string_value(json_object_get(claims, "eckId")), AN_ECKID);
    ck_assert_ptr_null(json_object_get(claims, "number"));
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", exchanged_id_token("exercises"));
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_CLIENT);
    decision = web_grant(scene, WEB_BASIC_CANTEEN, "", exchanged_id_token("books"));
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_CLIENT);
    decision = web_grant(scene, WEB_BASIC_CANTEEN, "", exchanged_id_token("canteen"));
    ck_assert_int_eq(decision.verdict, ECKID_PASS);
}
END_TEST

/* Which client it is, is decided before what the answer looks like. */

#define OPAQUE "{\"access_token\":\"second\"}"
#define FORM_CANTEEN "client_id=canteen"

static const struct {
    const char *authorization, *form;
    eckid_caller_t caller;
} callers[] = {
    {WEB_BASIC_BOOKS, "", ECKID_CALLER_SUPPLIER},
    {NULL, "client_id=books", ECKID_CALLER_SUPPLIER},
    {WEB_BASIC_BOOKS, "client_id=books&client_id=books", ECKID_CALLER_SUPPLIER},
    {WEB_BASIC_CANTEEN, "", ECKID_CALLER_OTHER},
    {NULL, FORM_CANTEEN "&" FORM_CANTEEN, ECKID_CALLER_OTHER},
    {NULL, FORM_CANTEEN "&client_id=other", ECKID_CALLER_OTHER},
    {WEB_BASIC_CANTEEN, "client.id=other;x", ECKID_CALLER_OTHER},
    /* by one reading a supplier's, or nearly so */
    {NULL, "client_id=BOOKS", ECKID_CALLER_TWOFOLD},
    {NULL, "client_id=books%20", ECKID_CALLER_TWOFOLD},
    {NULL, "client_id=+books", ECKID_CALLER_TWOFOLD},
    {WEB_BASIC_CANTEEN, "client_id=books", ECKID_CALLER_TWOFOLD},
    {WEB_BASIC_BOOKS, FORM_CANTEEN, ECKID_CALLER_TWOFOLD},
    {WEB_BASIC_EXERCISES, "client_id=books", ECKID_CALLER_TWOFOLD},
    {NULL, FORM_CANTEEN "&client.id=books", ECKID_CALLER_TWOFOLD},
    {NULL, FORM_CANTEEN "&x;client_id=books", ECKID_CALLER_TWOFOLD},
    {"Basic YStiOnM=", "", ECKID_CALLER_TWOFOLD},     /* a+b, which a form decodes to "a b" */
    {"Basic JTYxK2I6cw==", "", ECKID_CALLER_TWOFOLD}, /* %61+b */
    /* not readable, or not there */
    {NULL, "", ECKID_CALLER_UNTOLD},
    {"Negotiate x", FORM_CANTEEN, ECKID_CALLER_UNTOLD},
    {NULL, "client_id=b%C3%B3oks", ECKID_CALLER_UNTOLD},
    {"Basic !", FORM_CANTEEN, ECKID_CALLER_UNTOLD},
};

static web_scene_t *house_with_plus(void)
{
    web_scene_t *scene = web_scene();

    web_add_supplier(scene, "a+b");
    return scene;
}

START_TEST(an_answer_without_id_token_is_judged_by_the_client)
{
    eckid_decision_t decision =
        web_grant(house_with_plus(), callers[_i].authorization, callers[_i].form, OPAQUE);

    if (callers[_i].caller >= ECKID_CALLER_OTHER) {
        ck_assert_int_eq(decision.verdict, callers[_i].caller == ECKID_CALLER_OTHER
                                               ? ECKID_PASS
                                               : ECKID_CHANGE); /* sealed */
    }
    else {
        ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
        ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_CLIENT);
    }
}
END_TEST

START_TEST(an_answer_with_another_client_s_id_token_is_judged_by_the_client)
{
    eckid_decision_t decision =
        web_grant(house_with_plus(), callers[_i].authorization, callers[_i].form,
                  web_grant_of(web_id_token("canteen", "")));

    bool passes =
        callers[_i].caller == ECKID_CALLER_OTHER || callers[_i].caller == ECKID_CALLER_UNTOLD;

    ck_assert_int_eq(decision.verdict, passes ? ECKID_PASS : ECKID_REFUSE);
}
END_TEST

START_TEST(an_answer_with_a_supplier_s_id_token_is_that_one_s_only)
{
    eckid_decision_t decision =
        web_grant(house_with_plus(), callers[_i].authorization, callers[_i].form,
                  web_grant_of(web_id_token("books", "")));

    ck_assert_int_eq(decision.verdict,
                     callers[_i].caller == ECKID_CALLER_SUPPLIER ? ECKID_CHANGE : ECKID_REFUSE);
}
END_TEST

/* Answers of a client that is no supplier, and of one that cannot be told. */
static const struct {
    const char *body;   /* %s is an ID token for a supplier, %c one for another client */
    bool other, untold; /* whether it passes */
} answers[] = {
    {"{\"access_token\":\"x\",\"id_token\":null}", true, false},
    {"{\"access_token\":\"x\",\"id_token\":\"\"}", true, false},
    {"{\"access_token\":\"x\",\"id_token\":\"e30.e30.e30.e30.e30\"}", true, false},
    {"{\"access_token\":\"x\",\"id_token\":7}", true, false},
    {"{\"access_token\":{\"value\":\"x\"}}", true, false},
    {"{\"refresh_token\":[\"x\"]}", true, false},
    {"{\"access_token\":\"%c\"}", true, true},
    {"{\"error\":\"x\"}", true, true},
    {"{\"a\":1,\"a\":2}", true, false},
    {"<html>", true, true},
    {"\xEF\xBB\xBF\r\n<html><p>access_token", true, true},
    {"OK", true, true},
    {"access_token=x", true, false},
    {"[{\"access_token\":\"x\"}]", true, false},
    {"\xEF\xBB\xBF{\"access_token\":\"x\"}", true, false},
    {"eyJx", true, false},
    {"<html>%s", false, false},
    {"", true, false},
    {"{\"access_token\":\"x\",\"token\":\"%s\"}", false, false},
    {"{\"access_token\":\"x\",\"ID_TOKEN\":\"%s\"}", false, false},
    {"{\"access_token\":\"x\",\"a\":[{\"b\":\"%s\"}]}", false, false},
    {"{\"access_token\":\"%s\",\"issued_token_type\":"
     "\"urn:ietf:params:oauth:token-type:id_token\"}",
     false, false},
    {"{\"a\":1,\"a\":2,\"b\":\"%s\"}", false, false},
};

static const char *answer_of(const char *body)
{
    body = strstr(body, "%s") ? replaced(body, "%s", web_id_token("books", "")) : body;
    return strstr(body, "%c") ? replaced(body, "%c",
                                         token_of("{\"azp\":\"canteen\",\"aud\":[\"books\"]}",
                                                  RSA_2048, 0, ECKID_RS256, ""))
                              : body;
}

START_TEST(who_is_no_supplier_gets_what_came)
{
    const web_scene_t *scene = web_scene();
    const char *body = answer_of(answers[_i].body);

    ck_assert_int_eq(web_grant(scene, WEB_BASIC_CANTEEN, "", body).verdict,
                     answers[_i].other ? ECKID_PASS : ECKID_REFUSE);
    ck_assert_int_eq(web_grant(scene, NULL, "", body).verdict,
                     answers[_i].untold ? ECKID_PASS : ECKID_REFUSE);
}
END_TEST

START_TEST(a_supplier_s_id_token_stands_in_its_member_only)
{
    static const char *const bodies[] = {"{\"token\":\"%s\"}", "{\"ID_TOKEN\":\"%s\"}",
                                         "{\"a\":{\"id_token\":\"%s\"}}"};

    for (int i = 0; i < COUNT(bodies); i++) {
        eckid_decision_t decision =
            web_grant(web_scene(), WEB_BASIC_BOOKS, "", answer_of(bodies[i]));

        ck_assert_int_eq(decision.cause->code, ECKID_RESPONSE_MODE);
    }
}
END_TEST

/* A refresh that brings no new ID token, as some providers say it. */
START_TEST(an_id_token_that_is_null_or_empty_is_none)
{
    static const char *const values[] = {"null", "\"\""};

    for (int i = 0; i < COUNT(values); i++) {
        const char *body = apr_pstrcat(
            pool, "{\"access_token\":\"x\",\"scope\":null,\"id_token\":", values[i], "}", NULL);

        eckid_decision_t decision = web_grant(web_scene(), WEB_BASIC_BOOKS, "", body);

        ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
        ck_assert_ptr_nonnull(strstr(decision.body.data, values[i]));
    }
}
END_TEST

START_TEST(nobody_but_a_supplier_waits_for_the_provider)
{
    web_scene_t *scene = web_scene();
    const char *unknown =
        token_of("{\"aud\":\"canteen\"}", RSA_2048, 1, ECKID_RS256, ",\"kid\":\"unknown\"");
    int calls = scene->web.calls;

    ck_assert_int_eq(web_grant(scene, WEB_BASIC_CANTEEN, "", web_grant_of(unknown)).verdict,
                     ECKID_PASS);
    scene->gateway.oidc.view = NULL;
    ck_assert_int_eq(
        web_grant(scene, WEB_BASIC_CANTEEN, "", web_grant_of(web_id_token("canteen", ""))).verdict,
        ECKID_PASS);
    ck_assert_int_eq(scene->web.calls, calls);
    eckid_decision_t decision =
        web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));

    ck_assert_int_eq(decision.cause->code, ECKID_PROVIDER);
    ck_assert_int_eq(decision.status, 503);
}
END_TEST

START_TEST(a_supplier_s_token_is_filled_filtered_and_signed)
{
    const web_scene_t *scene = web_scene();
    eckid_decision_t decision =
        web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.verified && decision.known.outcome == ECKID_FOUND && decision.log.wanted);
    ck_assert_str_eq(apr_array_pstrcat(pool, decision.log.attributes, ' '), "uid eckId");
    const json_t *claims = web_claims(web_member(&decision, "id_token"), RSA_2048);

    ck_assert_str_eq(json_string_value(json_object_get(claims, "eckId")), AN_ECKID);
    ck_assert_str_eq(json_string_value(json_object_get(claims, "sub")), "s1");
    ck_assert_ptr_null(json_object_get(claims, "number"));
    ck_assert_ptr_nonnull(strstr(decision.body.data, "\"expires_in\":300.0,\"interval\":1.50"));
}
END_TEST

START_TEST(another_supplier_gets_its_own_algorithm)
{
    const web_scene_t *scene = web_scene();
    eckid_decision_t decision =
        web_grant(scene, WEB_BASIC_EXERCISES, "", web_grant_of(web_id_token("exercises", "")));

    ck_assert_str_eq(json_string_value(json_object_get(
                         web_claims(web_member(&decision, "id_token"), P_256), "eckId")),
                     AN_ECKID);
}
END_TEST

START_TEST(a_client_that_is_no_supplier_gets_what_came)
{
    const web_scene_t *scene = web_scene();

    ck_assert_int_eq(
        web_grant(scene, WEB_BASIC_CANTEEN, "", web_grant_of(web_id_token("canteen", ""))).verdict,
        ECKID_PASS);
    ck_assert_int_eq(web_userinfo(scene, WEB_ACCESS, "{\"sub\":\"s1\"}").verdict, ECKID_PASS);
}
END_TEST

START_TEST(tokens_that_are_refused)
{
    const web_scene_t *scene = web_scene();
    const struct {
        const char *authorization, *body;
        eckid_code_t code;
    } cases[] = {
        {WEB_BASIC_CANTEEN, web_grant_of(web_id_token("books", "")), ECKID_TOKEN_CLIENT},
        {WEB_BASIC_CANTEEN,
         web_grant_of(token_of("{\"iss\":\"" WEB_ISSUER "\",\"aud\":[\"canteen\",\"books\"],"
                               "\"azp\":\"canteen\",\"sub\":\"s1\",\"exp\":1788165300}",
                               RSA_2048, 0, ECKID_RS256, "")),
         ECKID_TOKEN_CLIENT},
        {WEB_BASIC_BOOKS, web_grant_of(web_id_token("exercises", "")), ECKID_TOKEN_CLIENT},
        {WEB_BASIC_BOOKS, web_grant_of(web_id_token("canteen", "")), ECKID_TOKEN_CLIENT},
        {NULL, web_grant_of(web_id_token("books", "")), ECKID_TOKEN_CLIENT},
        {WEB_BASIC_BOOKS, web_grant_of("e30.e30.e30.e30.e30"), ECKID_TOKEN_ENCRYPTED},
        {WEB_BASIC_BOOKS, web_grant_of("nonsense"), ECKID_TOKEN},
        {WEB_BASIC_BOOKS, "{\"id_token\":7}", ECKID_TOKEN},
        {WEB_BASIC_BOOKS, "<html></html>", ECKID_TOKEN},
        {WEB_BASIC_BOOKS, web_grant_of(web_id_token("books", ",\"at_hash\":\"x\"")),
         ECKID_TOKEN_HASH},
        {WEB_BASIC_BOOKS,
         web_grant_of(token_of("{}", RSA_2048, 1, ECKID_RS256, ",\"kid\":\"key1\"")),
         ECKID_TOKEN_KEY},
    };

    for (int i = 0; i < COUNT(cases); i++) {
        eckid_decision_t decision = web_grant(scene, cases[i].authorization, "", cases[i].body);

        ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
        ck_assert_int_eq(decision.status, 502);
        ck_assert_int_eq(decision.cause->code, cases[i].code);
        ck_assert(decision.log.wanted);
    }
}
END_TEST

START_TEST(an_encrypted_token_of_who_is_no_supplier_passes)
{
    ck_assert_int_eq(
        web_grant(web_scene(), WEB_BASIC_CANTEEN, "", web_grant_of("e30.e30.e30.e30.e30")).verdict,
        ECKID_PASS);
}
END_TEST

START_TEST(our_own_key_is_never_believed)
{
    web_scene_t *scene = web_scene();
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    web_publish(&scene->web, RSA_2048, 1);
    ok(eckid_provider_renew(&view, scene->gateway.oidc.provider, &changed, &news,
                            MAKER_NOW - apr_time_from_sec(60), pool));
    scene->gateway.oidc.view = view;
    eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "",
                                          web_grant_of(token_of("{\"aud\":\"books\"}", RSA_2048, 1,
                                                                ECKID_RS256, ",\"kid\":\"key1\"")));

    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_KEY);
}
END_TEST

START_TEST(a_new_key_is_fetched_when_it_turns_up)
{
    web_scene_t *scene = web_scene();

    web_publish(&scene->web, RSA_2048, 2);
    eckid_decision_t decision = web_grant(
        scene, WEB_BASIC_BOOKS, "",
        web_grant_of(token_of("{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER "\",\"sub\":\"s1\","
                              "\"exp\":1788165300,\"role\":\"student\",\"number\":\"7\"}",
                              RSA_2048, 2, ECKID_RS256, ",\"kid\":\"key2\"")));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.log.provider_fetched && !decision.log.provider_error);
}
END_TEST

START_TEST(outcomes_are_those_of_the_policy)
{
    web_scene_t *scene = web_scene();
    const char *teacher =
        replaced("{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"sub\":\"s1\",\"exp\":1788165300,"
                 "\"role\":\"employee\",\"number\":\"7\"}",
                 "x", "x");
    const char *token = token_of(teacher, RSA_2048, 0, ECKID_RS256, "");

    eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(token));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(decision.known.outcome, ECKID_IS_NOT_STUDENT);
    ck_assert_ptr_null(
        json_object_get(web_claims(web_member(&decision, "id_token"), RSA_2048), "eckId"));
    scene->fake.status = 503;
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, 503);
    scene->fake.status = 404;
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));
    ck_assert_int_eq(decision.status, 403);
}
END_TEST

#define SECOND "{\"access_token\":\"second\",\"token_type\":\"Bearer\"}"

/* The form of a refresh, by what the client got. */
static const char *refresh_of(const web_scene_t *scene)
{
    const eckid_decision_t first =
        web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));

    return apr_pstrcat(pool, "refresh_token=", web_member(&first, "refresh_token"), NULL);
}

START_TEST(every_token_of_a_supplier_is_sealed)
{
    const web_scene_t *scene = web_scene();
    const char *const bodies[] = {web_grant_of(web_id_token("books", "")), web_grant_of(NULL)};

    for (int i = 0; i < COUNT(bodies); i++) {
        const eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "", bodies[i]);

        ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
        ck_assert(strncmp(web_member(&decision, "access_token"), "eckid_at_", 9) == 0);
        ck_assert(strncmp(web_member(&decision, "refresh_token"), "eckid_rt_", 9) == 0);
        ck_assert_ptr_null(strstr(decision.body.data, WEB_ACCESS));
        ck_assert_ptr_nonnull(strstr(decision.body.data, "\"expires_in\":300.0,\"interval\":1.50"));
    }
}
END_TEST

/* Whether the hash is that of the access token that the client gets. */
static void check_at_hash(const eckid_decision_t *decision)
{
    const json_t *claims = web_claims(web_member(decision, "id_token"), RSA_2048);
    const char *expected = web_at_hash(web_member(decision, "access_token"));

    ck_assert_ptr_nonnull(strstr(expected, json_string_value(json_object_get(claims, "at_hash"))));
}

START_TEST(at_hash_is_that_of_the_sealed_token)
{
    const eckid_decision_t decision =
        web_grant(web_scene(), WEB_BASIC_BOOKS, "",
                  web_grant_of(web_id_token("books", web_at_hash(WEB_ACCESS))));

    check_at_hash(&decision);
}
END_TEST

START_TEST(a_refresh_without_id_token_takes_over)
{
    const web_scene_t *scene = web_scene();
    const char *form = refresh_of(scene);
    const eckid_decision_t second = web_grant(scene, WEB_BASIC_BOOKS, form, SECOND);

    ck_assert_int_eq(
        web_userinfo(scene, web_member(&second, "access_token"), "{\"sub\":\"s1\"}").known.outcome,
        ECKID_FOUND);
    const eckid_decision_t stolen = web_grant(scene, WEB_BASIC_EXERCISES, form, SECOND);

    refused(stolen.cause, ECKID_TOKEN_SEAL);
    ck_assert_int_eq(stolen.status, 400);
}
END_TEST

/* As Keycloak answers an exchange for a refresh token. No two tokens may share a nonce. */
START_TEST(two_tokens_of_an_exchange_are_sealed_apart)
{
    const web_scene_t *scene = web_scene();
    eckid_decision_t decision =
        web_grant(scene, WEB_BASIC_BOOKS, "",
                  "{\"access_token\":\"x\",\"refresh_token\":\"y\",\"issued_token_type\":"
                  "\"urn:ietf:params:oauth:token-type:refresh_token\"}");
    const char *access = web_member(&decision, "access_token");
    const char *refresh = web_member(&decision, "refresh_token");

    ck_assert(strncmp(access, "eckid_at_", 9) == 0 && strncmp(refresh, "eckid_rt_", 9) == 0);
    ck_assert(strncmp(access + 9, refresh + 9, 16) != 0);
}
END_TEST

START_TEST(an_exchanged_token_is_sealed_by_its_kind)
{
    const web_scene_t *scene = web_scene();
    const char *const kinds[] = {"access_token", "refresh_token"};
    const char *const prefixes[] = {"eckid_at_", "eckid_rt_"};
    const char *form =
        apr_pstrcat(pool, "subject_token=", web_log_in(scene, "books", WEB_BASIC_BOOKS), NULL);

    for (int i = 0; i < COUNT(kinds); i++) {
        const char *kind =
            apr_pstrcat(pool, "\"urn:ietf:params:oauth:token-type:", kinds[i], "\"", NULL);
        const eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, form, exchanged(kind));

        ck_assert(strncmp(web_member(&decision, "access_token"), prefixes[i], 9) == 0);
    }
    ck_assert_int_eq(web_grant(scene, WEB_BASIC_CANTEEN, form, SECOND).status, 400);
}
END_TEST

static const char *bare_token(const char *subject)
{
    return token_of(apr_pstrcat(pool, "{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER "\",\"sub\":\"",
                                subject, "\",\"exp\":1788165300}", NULL),
                    RSA_2048, 0, ECKID_RS256, "");
}

START_TEST(a_refresh_with_an_id_token_need_not_tell_the_student_again)
{
    const web_scene_t *scene = web_scene();
    const char *form = refresh_of(scene);
    eckid_decision_t decision =
        web_grant(scene, WEB_BASIC_BOOKS, form, web_grant_of(bare_token("s1")));

    ck_assert_int_eq(decision.known.outcome, ECKID_FOUND);
    ck_assert_int_eq(web_userinfo(scene, web_member(&decision, "access_token"), "{\"sub\":\"s1\"}")
                         .known.outcome,
                     ECKID_FOUND);
    decision = web_grant(scene, WEB_BASIC_BOOKS, form, web_grant_of(bare_token("s2")));
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(bare_token("s1")));
    ck_assert_int_eq(decision.known.outcome, ECKID_IS_NOT_STUDENT);
}
END_TEST

START_TEST(the_student_key_may_stand_in_userinfo_alone)
{
    web_scene_t *scene = web_scene();
    const char *bare =
        token_of("{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER "\",\"sub\":\"s1\",\"exp\":1788165300}",
                 RSA_2048, 0, ECKID_RS256, "");
    web_page_t *page = web_page(&scene->web, WEB_BACKEND "/oauth/userinfo");

    scene->gateway.oidc.claims_from = ECKID_CLAIMS_USERINFO;
    *page = (web_page_t){WEB_BACKEND "/oauth/userinfo", "application/json",
                         "{\"sub\":\"s1\",\"role\":\"student\",\"number\":\"7\"}", 200};
    eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(bare));

    ck_assert_int_eq(decision.known.outcome, ECKID_FOUND);
    page->body = "{\"sub\":\"s2\",\"role\":\"student\",\"number\":\"7\"}";
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(bare));
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    page->status = 401;
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(bare));
    ck_assert_int_eq(decision.known.outcome, ECKID_IS_UNKNOWN);
    ck_assert_int_eq(decision.status, 403);
    ck_assert_ptr_nonnull(strstr(eckid_err_text(decision.cause, pool), "scope openid"));
    page->status = 500;
    decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(bare));
    ck_assert_int_eq(decision.known.outcome, ECKID_PROVIDER_FAILED);
    ck_assert_int_eq(decision.status, 503);
}
END_TEST

static const struct {
    eckid_claims_from_t from;
    const char *claims; /* of the ID token or userinfo, beside the usual ones */
    const char *words;
} lacking[] = {
    {ECKID_CLAIMS_ID_TOKEN, "\"role\":\"student\"",
     "number has 0 values (let the provider put that claim into the ID token, or write student="},
    {ECKID_CLAIMS_ID_TOKEN, "\"number\":\"7\"",
     "role (let the provider put that claim into the ID token, or write student="},
    {ECKID_CLAIMS_ID_TOKEN, "\"role\":\"student\",\"number\":\"7\"",
     "the school; the login response has no student key: place has 0 values (let the provider put "
     "that claim into the ID token"},
    {ECKID_CLAIMS_USERINFO, "\"role\":\"student\"",
     "number has 0 values (let the provider put that claim into userinfo)"},
    {ECKID_CLAIMS_USERINFO, "\"number\":\"7\"",
     "role (let the provider put that claim into userinfo)"},
    {ECKID_CLAIMS_ID_TOKEN, "\"role\":\"student\",\"number\":[\"7\",\"8\"]",
     "number has 2 values (EckidStudentKey needs"},
    {ECKID_CLAIMS_ID_TOKEN, "\"role\":\"x\"",
     "no value of role matches (if that is wrong, compare "},
};

START_TEST(what_to_do_about_a_claim_that_is_missing_is_told)
{
    web_scene_t *scene = web_scene();
    const char *claims = lacking[_i].claims;
    const char *token = token_of(apr_pstrcat(pool,
                                             "{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER
                                             "\",\"sub\":\"s1\",\"exp\":1788165300,",
                                             claims, "}", NULL),
                                 RSA_2048, 0, ECKID_RS256, "");

    scene->gateway.oidc.claims_from = lacking[_i].from;
    scene->student.school_source = "place";
    scene->student.school_match = scene->student.match;
    *web_page(&scene->web, WEB_BACKEND "/oauth/userinfo") =
        (web_page_t){WEB_BACKEND "/oauth/userinfo", "application/json",
                     apr_pstrcat(pool, "{\"sub\":\"s1\",", claims, "}", NULL), 200};
    const eckid_decision_t decision = web_grant(scene, WEB_BASIC_BOOKS, "", web_grant_of(token));

    ck_assert_ptr_nonnull(decision.cause);
    ck_assert_msg(strstr(eckid_err_text(decision.cause, pool), lacking[_i].words), "%s",
                  eckid_err_text(decision.cause, pool));
}
END_TEST

static const struct {
    const char *claims, *type; /* of the access token */
    bool as_is;                /* whether the client is to have it so */
    const char *shows;         /* NULL where it is sealed */
} given[] = {
    {"{\"azp\":\"books\",\"number\":7}", "Bearer", false, NULL},
    {"{\"azp\":\"books\",\"typ\":\"Bearer\",\"number\":7,\"uid\":\"p\",\"name\":\"P\"}", "Bearer",
     true, "number,name"},
    {"{\"client_id\":\"books\",\"azp\":\"x\",\"number\":7}", "DPoP", false, "number"},
    {"{\"azp\":\"books\",\"cnf\":{\"jkt\":\"x\"},\"email\":\"p@school.example\"}", "Bearer", false,
     "email"},
    {"{\"azp\":\"canteen\",\"number\":7}", "Bearer", true, NULL},
    {"{\"aud\":\"books\",\"number\":7}", "DPoP", true, NULL},
};

START_TEST(what_an_access_token_shows_is_told)
{
    const web_scene_t *scene = web_scene();
    const char *jwt = token_of(given[_i].claims, RSA_2048, 0, ECKID_RS256, "");
    const char *members = apr_pstrcat(pool, jwt, "\",\"token_type\":\"", given[_i].type, NULL);
    const char *const bodies[] = {web_grant_of(web_id_token("books", web_at_hash(jwt))),
                                  web_grant_of(NULL)};

    web_client(scene, "books")->tokens_as_is = given[_i].as_is;
    for (int i = 0; i < COUNT(bodies); i++) {
        const eckid_decision_t decision =
            web_grant(scene, WEB_BASIC_BOOKS, "", replaced(bodies[i], WEB_ACCESS, members));
        const char *token = web_member(&decision, "access_token");

        ck_assert_pstr_eq(decision.log.token_shows, given[_i].shows);
        ck_assert(given[_i].shows ? strcmp(token, jwt) == 0 : strncmp(token, "eckid_at_", 9) == 0);
        ck_assert(strncmp(web_member(&decision, "refresh_token"), "eckid_rt_", 9) == 0);
        if (i == 0) {
            check_at_hash(&decision);
        }
    }
}
END_TEST

UNIT_SUITE(token_endpoint)
{
    Suite *suite = suite_create("token_endpoint");
    TCase *tcase = unit_case(suite, "grant");

    tcase_add_test(tcase, another_kind_of_token_is_refused_for_a_supplier);
    tcase_add_test(tcase, an_exchanged_id_token_is_filled_and_no_other_client_s);
    tcase_add_loop_test(tcase, an_answer_without_id_token_is_judged_by_the_client, 0,
                        COUNT(callers));
    tcase_add_loop_test(tcase, an_answer_with_another_client_s_id_token_is_judged_by_the_client, 0,
                        COUNT(callers));
    tcase_add_loop_test(tcase, an_answer_with_a_supplier_s_id_token_is_that_one_s_only, 0,
                        COUNT(callers));
    tcase_add_loop_test(tcase, who_is_no_supplier_gets_what_came, 0, COUNT(answers));
    tcase_add_test(tcase, a_supplier_s_id_token_stands_in_its_member_only);
    tcase_add_test(tcase, an_id_token_that_is_null_or_empty_is_none);
    tcase_add_test(tcase, nobody_but_a_supplier_waits_for_the_provider);
    tcase_add_test(tcase, a_supplier_s_token_is_filled_filtered_and_signed);
    tcase_add_test(tcase, another_supplier_gets_its_own_algorithm);
    tcase_add_test(tcase, a_client_that_is_no_supplier_gets_what_came);
    tcase_add_test(tcase, tokens_that_are_refused);
    tcase_add_test(tcase, an_encrypted_token_of_who_is_no_supplier_passes);
    tcase_add_test(tcase, our_own_key_is_never_believed);
    tcase_add_test(tcase, a_new_key_is_fetched_when_it_turns_up);
    tcase_add_test(tcase, outcomes_are_those_of_the_policy);
    tcase_add_test(tcase, a_refresh_without_id_token_takes_over);
    tcase_add_test(tcase, a_refresh_with_an_id_token_need_not_tell_the_student_again);
    tcase_add_test(tcase, every_token_of_a_supplier_is_sealed);
    tcase_add_test(tcase, at_hash_is_that_of_the_sealed_token);
    tcase_add_test(tcase, two_tokens_of_an_exchange_are_sealed_apart);
    tcase_add_test(tcase, an_exchanged_token_is_sealed_by_its_kind);
    tcase_add_test(tcase, the_student_key_may_stand_in_userinfo_alone);
    tcase_add_loop_test(tcase, what_to_do_about_a_claim_that_is_missing_is_told, 0, COUNT(lacking));
    tcase_add_loop_test(tcase, what_an_access_token_shows_is_told, 0, COUNT(given));
    return suite;
}
