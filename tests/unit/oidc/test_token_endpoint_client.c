/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "oidc/eckid_oidc_login.h"
#include "support/web.h"

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

UNIT_SUITE(token_endpoint_client)
{
    Suite *suite = suite_create("token_endpoint_client");
    TCase *tcase = unit_case(suite, "token_endpoint_client");

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
    return suite;
}
