/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "eckid_userinfo.h"
#include "maker.h"
#include "web.h"

START_TEST(userinfo_agrees_with_the_id_token)
{
    const web_house_t *house = web_house();
    eckid_decision_t decision;

    web_grant(house, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));
    decision = web_userinfo(house, WEB_ACCESS, "{\"sub\":\"s1\",\"uid\":1.0,\"number\":\"5\"}");
    ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\",\"uid\":1.0,\"eckId\":\"" AN_ECKID "\"}");
    decision = web_userinfo(house, WEB_ACCESS, "{\"sub\":\"s2\"}");
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    ck_assert_int_eq(decision.status, 502);
}
END_TEST

START_TEST(userinfo_for_a_token_that_is_nobody_s)
{
    web_house_t *house = web_house();
    eckid_decision_t decision = web_userinfo(house, "unknown", "{\"sub\":\"s1\"}");

    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, 401);
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_NOBODYS);
    house->gateway.passes_unknown = true;
    ck_assert_int_eq(web_userinfo(house, "unknown", "{\"sub\":\"s1\"}").verdict, ECKID_PASS);
    web_grant(house, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));
    const char *const near[] = {WEB_ACCESS ",", WEB_ACCESS "=", WEB_ACCESS "-x.y", "a b", ""};

    for (int i = 0; i < COUNT(near); i++) {
        ck_assert_int_eq(web_userinfo(house, near[i], "{\"sub\":\"s1\"}").status, 401);
    }
    const eckid_call_t none = {.form = {"", 0}};

    ck_assert_int_eq(eckid_userinfo_rewrite(&house->gateway, &none, "application/json", str("{}"),
                                            maker_moment(), pool)
                         .status,
                     401);
}
END_TEST

START_TEST(whose_a_token_is_can_be_asked)
{
    web_house_t *house = web_house();
    eckid_provider_view_t view = *house->gateway.view;
    web_page_t *page = web_page(&house->web, WEB_BACKEND "/introspect");

    *page = (web_page_t){WEB_BACKEND "/introspect", "application/json",
                         "{\"active\":true,\"client_id\":\"books\",\"sub\":\"s1\"}", 200};
    view.introspection_url = WEB_BACKEND "/introspect";
    house->gateway.view = &view;
    house->gateway.introspection = "Basic Z2F0ZXdheTpz";
    house->gateway.claims_from = ECKID_CLAIMS_USERINFO;
    const char *body = "{\"sub\":\"s1\",\"role\":\"student\",\"number\":\"7\"}";
    int calls = house->web.calls;

    ck_assert_int_eq(web_userinfo(house, "strange", body).outcome, ECKID_FOUND);
    ck_assert_str_eq(apr_table_get(house->web.last.headers, "Authorization"), "Basic Z2F0ZXdheTpz");
    ck_assert_int_eq(web_userinfo(house, "strange", body).outcome, ECKID_FOUND);
    ck_assert_int_eq(house->web.calls, calls + 1); /* it was remembered */
    page->body = "{\"active\":false,\"client_id\":\"books\",\"sub\":\"s1\"}";
    ck_assert_int_eq(web_userinfo(house, "ended", body).status, 401);
    page->body = "{\"active\":true,\"client_id\":\"books\"}";
    ck_assert_int_eq(web_userinfo(house, "without", body).status, 401);
    page->status = 500;
    ck_assert_int_eq(web_userinfo(house, "failed", body).status, 503);
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
    web_house_t *house = web_house();
    eckid_decision_t decision;

    web_grant(house, WEB_BASIC_BOOKS, "", web_grant_of(web_id_token("books", "")));
    house->fake.status = failing[_i].las;
    house->fake.err = eckid_err_make(pool, ECKID_TIMEOUT, "nobody answers");
    decision = web_userinfo(house, WEB_ACCESS, "{\"sub\":\"s1\"}");
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, failing[_i].status);
    ck_assert_int_eq(decision.outcome, failing[_i].outcome);
    house->fake.status = 200;
    ck_assert_int_eq(web_userinfo(house, WEB_ACCESS, "{\"sub\":\"s1\"}").outcome, ECKID_FOUND);
}
END_TEST

Suite *suite_userinfo(void)
{
    Suite *suite = suite_create("userinfo");
    TCase *tcase = unit_case(suite, "userinfo");

    tcase_add_test(tcase, userinfo_agrees_with_the_id_token);
    tcase_add_test(tcase, userinfo_for_a_token_that_is_nobody_s);
    tcase_add_test(tcase, whose_a_token_is_can_be_asked);
    tcase_add_loop_test(tcase, what_the_las_fails_to_tell_at_userinfo, 0, COUNT(failing));
    return suite;
}
