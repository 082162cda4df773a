/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_other_endpoint.h"
#include "support/maker.h"
#include "support/web.h"

static eckid_decision_t other(const web_scene_t *scene, const char *authorization,
                              const char *query, const char *form, const char *body)
{
    const eckid_oauth_request_t call = {
        .authorization = authorization, .query = query, .form = str(form)};
    const eckid_request_signs_t signs =
        eckid_response_kind_signs(&call, ECKID_ENDPOINT_OTHER, pool);

    return eckid_other_endpoint_rewrite(&scene->gateway.oidc, &call, &signs, str(body),
                                        maker_moment(), pool);
}

START_TEST(an_id_token_is_found_in_json_from_any_path)
{
    const web_scene_t *scene = web_scene();
    const char *const others[] = {"{}", "[]", "<html>", "{\"a\":{\"id_token\":\"x\"}}"};

    for (int i = 0; i < COUNT(others); i++) {
        ck_assert_int_eq(other(scene, WEB_BASIC_BOOKS, NULL, "", others[i]).verdict, ECKID_PASS);
    }
    ck_assert_int_eq(
        other(scene, WEB_BASIC_BOOKS, NULL, "", web_grant_of(web_id_token("books", ""))).verdict,
        ECKID_CHANGE);
    ck_assert_int_eq(
        other(scene, WEB_BASIC_BOOKS, NULL, "grant_type=x", "{\"id_token\":1,\"id_token\":2}")
            .verdict,
        ECKID_REFUSE);
}
END_TEST

/* As the script of a provider's page gets it, to hand it on (web_message). */
START_TEST(an_id_token_within_json_is_searched_for_in_every_answer)
{
    const web_scene_t *scene = web_scene();
    const char *body = "{\"response\":{\"t\":\"%s\"}}";

    ck_assert_int_eq(
        other(scene, NULL, NULL, "", replaced(body, "%s", web_id_token("books", ""))).verdict,
        ECKID_REFUSE);
    ck_assert_int_eq(
        other(scene, NULL, NULL, "", replaced(body, "%s", web_id_token("canteen", ""))).verdict,
        ECKID_PASS);
}
END_TEST

START_TEST(userinfo_is_told_by_what_was_asked_with)
{
    const web_scene_t *scene = web_scene();
    const char *body = "{\"sub\":\"s1\",\"uid\":\"u\",\"number\":\"5\"}";
    const char *jwt = token_of("{\"sub\":\"s1\",\"number\":5}", RSA_2048, 0, ECKID_RS256, "");
    const char *const hidden[] = {"%61ccess_token=x", "access.token=x", "a=b&ACCESS%5ftoken=x"};

    const char *sealed =
        apr_pstrcat(pool, "Bearer ", web_log_in(scene, "books", WEB_BASIC_BOOKS), NULL);
    const char *own = apr_pstrcat(
        pool, "Bearer ", token_of("{\"azp\":\"books\"}", RSA_2048, 0, ECKID_RS256, ""), NULL);
    const char *const bodies[] = {body, jwt, "{\"sub\":1,\"sub\":2}"};

    for (int i = 0; i < COUNT(bodies); i++) { /* it is opened at the published endpoint alone */
        ck_assert_int_eq(other(scene, sealed, NULL, "", bodies[i]).status, 401);
        ck_assert_int_eq(other(scene, own, NULL, "", bodies[i]).status, 401);
        ck_assert_int_eq(other(scene, "DPoP x,", NULL, "", bodies[i]).status, 401);
        ck_assert_int_eq(other(scene, "Basic x, Bearer y", NULL, "", bodies[i]).status, 401);
        ck_assert_int_eq(other(scene, "Bearer x", NULL, "", bodies[i]).verdict, ECKID_PASS);
    }
    for (int i = 0; i < COUNT(hidden); i++) {
        ck_assert_int_eq(other(scene, NULL, hidden[i], "", body).verdict, ECKID_REFUSE);
        ck_assert_int_eq(other(scene, NULL, NULL, hidden[i], body).verdict, ECKID_REFUSE);
    }
    ck_assert_int_eq(other(scene, NULL, "x=y", "token=z", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(scene, NULL, "%", "a=%4", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(scene, NULL, NULL, "", "{\"sub\":1,\"sub\":2}").verdict, ECKID_PASS);
    ck_assert_int_eq(other(scene, NULL, NULL, "", jwt).verdict, ECKID_PASS);
    ck_assert_int_eq(other(scene, "Bearer x", NULL, "", "{\"a\":1.50}").verdict, ECKID_PASS);
    ck_assert_int_eq(
        other(scene, sealed, NULL, "token=y", "{\"active\":true,\"username\":\"n\"}").verdict,
        ECKID_REFUSE);
}
END_TEST

START_TEST(what_a_client_is_told_of_a_token_is_filtered)
{
    const web_scene_t *scene = web_scene();
    const char *body = "{\"active\":true,\"sub\":\"s1\",\"scope\":\"a\",\"uid\":\"u\","
                       "\"username\":\"n\",\"eckId\":\"x\"}";
    eckid_decision_t decision = other(scene, WEB_BASIC_BOOKS, NULL, "token=x", body);

    ck_assert_str_eq(decision.body.data,
                     "{\"active\":true,\"sub\":\"s1\",\"scope\":\"a\",\"uid\":\"u\"}");
    ck_assert(!decision.log.wanted);
    ck_assert_int_eq(other(scene, WEB_BASIC_BOOKS, NULL, "", decision.body.data).verdict,
                     ECKID_PASS);
    ck_assert_int_eq(other(scene, WEB_BASIC_CANTEEN, NULL, "token=x", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(scene, "Basic !", NULL, "token=x", body).verdict, ECKID_REFUSE);
    ck_assert_int_eq(other(scene, WEB_BASIC_BOOKS, NULL, "", "a.b.c").verdict, ECKID_REFUSE);
    ck_assert_int_eq(other(scene, NULL, NULL, "client_id=books&client_secret=x", body).verdict,
                     ECKID_CHANGE);
    decision =
        other(scene, WEB_BASIC_BOOKS, NULL, "token=x", "{\"active\":true,\"username\":\"n\"}");
    ck_assert_str_eq(decision.body.data, "{\"active\":true}");
    decision = other(scene, WEB_BASIC_BOOKS, NULL, "token=x", "{\"username\":\"n\",\"x\":1}");
    ck_assert_str_eq(decision.body.data, "{}");
}
END_TEST

/* What the published endpoint answers is about a token, whatever it says. */
static const struct {
    const char *authorization, *form, *body;
    const char *given; /* NULL where it is refused */
} told[] = {
    {WEB_BASIC_BOOKS, "token=x", "{\"user_name\":\"n\",\"uid\":\"u\"}", "{\"uid\":\"u\"}"},
    {NULL, "client_id=books&token=x", "{\"email\":\"e\"}", "{}"},
    {WEB_BASIC_BOOKS, "token=x", "[{\"email\":\"e\"}]", NULL},
    {WEB_BASIC_BOOKS, "token=x", "{\"error\":\"x\",\"error_description\":\"y\"}", ""},
    {NULL, "client_id=BOOKS&token=x", "{\"email\":\"e\"}", NULL},
    {NULL, "client_id=books&client_secret=s&token=x&access_token=z",
     "{\"active\":true,\"username\":\"n\"}", "{\"active\":true}"},
    {WEB_BASIC_BOOKS, "token=x&my_access_token=", "{\"user_name\":\"n\"}", "{}"},
    {WEB_BASIC_BOOKS, "token=x&my_access_token=", "[{\"email\":\"e\"}]", NULL},
    {WEB_BASIC_BOOKS, "token=x&my_access_token=", "a.b.c", NULL},
    {WEB_BASIC_CANTEEN, "token=x&my_access_token=", "[{\"email\":\"e\"}]", ""},
    {WEB_BASIC_CANTEEN, "token=x", "[{\"email\":\"e\"}]", ""},
    {NULL, "token=x", "{\"email\":\"e\",\"active\":true}", ""},
    {"Basic !", "token=x", "{\"email\":\"e\"}", NULL},
};

START_TEST(the_introspection_endpoint_tells_of_tokens_only)
{
    const eckid_oauth_request_t call = {.authorization = told[_i].authorization,
                                        .form = str(told[_i].form)};
    const eckid_request_signs_t signs =
        eckid_response_kind_signs(&call, ECKID_ENDPOINT_INTROSPECTION, pool);
    const eckid_decision_t decision = eckid_other_endpoint_rewrite(
        &web_scene()->gateway.oidc, &call, &signs, str(told[_i].body), maker_moment(), pool);

    if (!told[_i].given) {
        ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    }
    else if (*told[_i].given) {
        ck_assert_str_eq(decision.body.data, told[_i].given);
    }
    else {
        ck_assert_int_eq(decision.verdict, ECKID_PASS);
    }
}
END_TEST

START_TEST(renames_do_not_release_what_introspection_tells)
{
    web_scene_t *scene = web_scene();
    const eckid_client_t *client;
    const eckid_supplier_t *books = eckid_policy_find_client(&client, scene->policy, "books");

    APR_ARRAY_PUSH(books->renames, eckid_rename_t) =
        (eckid_rename_t){"alias", {.name = "username"}};
    eckid_decision_t decision = other(scene, WEB_BASIC_BOOKS, NULL, "token=x",
                                      "{\"sub\":\"s1\",\"alias\":\"a\",\"username\":\"n\"}");

    ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\"}");
}
END_TEST

UNIT_SUITE(other_endpoint)
{
    Suite *suite = suite_create("other_endpoint");
    TCase *tcase = unit_case(suite, "other_endpoint");

    tcase_add_test(tcase, an_id_token_is_found_in_json_from_any_path);
    tcase_add_test(tcase, an_id_token_within_json_is_searched_for_in_every_answer);
    tcase_add_test(tcase, userinfo_is_told_by_what_was_asked_with);
    tcase_add_test(tcase, what_a_client_is_told_of_a_token_is_filtered);
    tcase_add_loop_test(tcase, the_introspection_endpoint_tells_of_tokens_only, 0, COUNT(told));
    tcase_add_test(tcase, renames_do_not_release_what_introspection_tells);
    return suite;
}
