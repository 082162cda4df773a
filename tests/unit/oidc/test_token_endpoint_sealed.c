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

UNIT_SUITE(token_endpoint_sealed)
{
    Suite *suite = suite_create("token_endpoint_sealed");
    TCase *tcase = unit_case(suite, "token_endpoint_sealed");

    tcase_add_test(tcase, another_kind_of_token_is_refused_for_a_supplier);
    tcase_add_test(tcase, every_token_of_a_supplier_is_sealed);
    tcase_add_test(tcase, at_hash_is_that_of_the_sealed_token);
    tcase_add_test(tcase, a_refresh_without_id_token_takes_over);
    tcase_add_test(tcase, two_tokens_of_an_exchange_are_sealed_apart);
    tcase_add_test(tcase, an_exchanged_token_is_sealed_by_its_kind);
    tcase_add_test(tcase, a_refresh_with_an_id_token_need_not_tell_the_student_again);
    tcase_add_loop_test(tcase, what_an_access_token_shows_is_told, 0, COUNT(given));
    return suite;
}
