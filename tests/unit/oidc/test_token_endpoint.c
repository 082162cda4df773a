/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "oidc/eckid_oidc_login.h"
#include "support/web.h"

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

UNIT_SUITE(token_endpoint)
{
    Suite *suite = suite_create("token_endpoint");
    TCase *tcase = unit_case(suite, "token_endpoint");

    tcase_add_test(tcase, an_exchanged_id_token_is_filled_and_no_other_client_s);
    tcase_add_test(tcase, a_supplier_s_token_is_filled_filtered_and_signed);
    tcase_add_test(tcase, another_supplier_gets_its_own_algorithm);
    tcase_add_test(tcase, a_client_that_is_no_supplier_gets_what_came);
    tcase_add_test(tcase, tokens_that_are_refused);
    tcase_add_test(tcase, an_encrypted_token_of_who_is_no_supplier_passes);
    tcase_add_test(tcase, our_own_key_is_never_believed);
    tcase_add_test(tcase, a_new_key_is_fetched_when_it_turns_up);
    tcase_add_test(tcase, outcomes_are_those_of_the_policy);
    tcase_add_test(tcase, the_student_key_may_stand_in_userinfo_alone);
    tcase_add_loop_test(tcase, what_to_do_about_a_claim_that_is_missing_is_told, 0, COUNT(lacking));
    return suite;
}
