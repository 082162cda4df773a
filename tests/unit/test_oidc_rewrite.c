/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "eckid_oidc_rewrite.h"
#include "maker.h"
#include "web.h"

#define BASIC_BOOKS "Basic Ym9va3M6c2VjcmV0"
#define BASIC_EXERCISES "Basic ZXhlcmNpc2VzOnM="
#define BASIC_CANTEEN "Basic Y2FudGVlbjpz"

static const char *grant_of(const char *id_token)
{
    return apr_psprintf(pool,
                        "{\"access_token\":\"" WEB_ACCESS "\",\"expires_in\":300.0,\"x\":1.50,"
                        "\"refresh_token\":\"a-refresh-token\"%s%s%s}",
                        id_token ? ",\"id_token\":\"" : "", id_token ? id_token : "",
                        id_token ? "\"" : "");
}

static eckid_decision_t grant(const web_house_t *house, const char *authorization, const char *form,
                              const char *body)
{
    const eckid_call_t call = {.authorization = authorization, .form = str(form)};

    return eckid_oidc_rewrite_grant(&house->gateway, &call, str(body), maker_moment(), pool);
}

static eckid_decision_t userinfo(const web_house_t *house, const char *token, const char *body)
{
    const eckid_call_t call = {.authorization = apr_pstrcat(pool, "Bearer ", token, NULL),
                               .form = {"", 0}};

    return eckid_oidc_rewrite_userinfo(&house->gateway, &call, "application/json", str(body),
                                       maker_moment(), pool);
}

static const char *token_in(eckid_bytes_t body)
{
    json_t *answer;

    ok(eckid_json_parse(&answer, body, ECKID_TOKEN, pool));
    return json_string_value(json_object_get(answer, "id_token"));
}

START_TEST(a_supplier_s_token_is_filled_filtered_and_signed)
{
    const web_house_t *house = web_house();
    eckid_decision_t decision = grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.verified && decision.outcome == ECKID_FOUND && decision.worth_a_line);
    ck_assert_str_eq(apr_array_pstrcat(pool, decision.attributes, ' '), "uid eckId");
    const json_t *claims = web_claims(token_in(decision.body), RSA_2048);

    ck_assert_str_eq(json_string_value(json_object_get(claims, "eckId")), AN_ECKID);
    ck_assert_str_eq(json_string_value(json_object_get(claims, "sub")), "s1");
    ck_assert_ptr_null(json_object_get(claims, "number"));
    ck_assert_ptr_nonnull(strstr(decision.body.data, "\"expires_in\":300.0,\"x\":1.50"));
}
END_TEST

START_TEST(another_supplier_gets_its_own_algorithm)
{
    const web_house_t *house = web_house();
    eckid_decision_t decision =
        grant(house, BASIC_EXERCISES, "", grant_of(web_id_token("exercises", "")));

    ck_assert_str_eq(
        json_string_value(json_object_get(web_claims(token_in(decision.body), P_256), "eckId")),
        AN_ECKID);
}
END_TEST

START_TEST(a_client_that_is_no_supplier_gets_what_came)
{
    const web_house_t *house = web_house();

    ck_assert_int_eq(grant(house, BASIC_CANTEEN, "", grant_of(web_id_token("canteen", ""))).verdict,
                     ECKID_PASS);
    ck_assert_int_eq(house->tokens->puts, 2);
    ck_assert_int_eq(userinfo(house, WEB_ACCESS, "{\"sub\":\"s1\"}").verdict, ECKID_PASS);
}
END_TEST

START_TEST(tokens_that_are_refused)
{
    const web_house_t *house = web_house();
    const struct {
        const char *authorization, *body;
        eckid_code_t code;
    } cases[] = {
        {BASIC_CANTEEN, grant_of(web_id_token("books", "")), ECKID_TOKEN_CLIENT},
        {BASIC_CANTEEN,
         grant_of(token_of("{\"iss\":\"" WEB_ISSUER "\",\"aud\":[\"canteen\",\"books\"],"
                           "\"azp\":\"canteen\",\"sub\":\"s1\",\"exp\":1788165300}",
                           RSA_2048, 0, ECKID_RS256, "")),
         ECKID_TOKEN_CLIENT},
        {BASIC_BOOKS, grant_of(web_id_token("exercises", "")), ECKID_TOKEN_CLIENT},
        {BASIC_BOOKS, grant_of(web_id_token("canteen", "")), ECKID_TOKEN_CLIENT},
        {NULL, grant_of(web_id_token("books", "")), ECKID_TOKEN_CLIENT},
        {BASIC_BOOKS, grant_of("e30.e30.e30.e30.e30"), ECKID_TOKEN_ENCRYPTED},
        {BASIC_BOOKS, grant_of("nonsense"), ECKID_TOKEN},
        {BASIC_BOOKS, "{\"id_token\":7}", ECKID_TOKEN},
        {BASIC_BOOKS, "<html></html>", ECKID_TOKEN},
        {BASIC_BOOKS, grant_of(web_id_token("books", ",\"at_hash\":\"x\"")), ECKID_TOKEN_HASH},
        {BASIC_BOOKS, grant_of(token_of("{}", RSA_2048, 1, ECKID_RS256, ",\"kid\":\"key1\"")),
         ECKID_TOKEN_KEY},
    };

    for (int i = 0; i < COUNT(cases); i++) {
        eckid_decision_t decision = grant(house, cases[i].authorization, "", cases[i].body);

        ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
        ck_assert_int_eq(decision.status, 502);
        ck_assert_int_eq(decision.cause->code, cases[i].code);
        ck_assert(decision.worth_a_line);
    }
    ck_assert_int_eq(house->tokens->puts, 0);
}
END_TEST

static eckid_decision_t other(const web_house_t *house, const char *authorization,
                              const char *query, const char *form, const char *body)
{
    const eckid_call_t call = {.authorization = authorization, .query = query, .form = str(form)};
    const eckid_shown_t shown = eckid_oidc_rewrite_shown(&call, str(form), pool);

    return eckid_oidc_rewrite_other(&house->gateway, &call, &shown, str(body), maker_moment(),
                                    pool);
}

START_TEST(an_id_token_is_found_in_json_from_elsewhere)
{
    const web_house_t *house = web_house();
    const char *const others[] = {"{}", "[]", "<html>", "{\"a\":{\"id_token\":\"x\"}}"};

    for (int i = 0; i < COUNT(others); i++) {
        ck_assert_int_eq(other(house, BASIC_BOOKS, NULL, "", others[i]).verdict, ECKID_PASS);
    }
    ck_assert_int_eq(
        other(house, BASIC_BOOKS, NULL, "", grant_of(web_id_token("books", ""))).verdict,
        ECKID_CHANGE);
    ck_assert_int_eq(
        other(house, BASIC_BOOKS, NULL, "grant_type=x", "{\"id_token\":1,\"id_token\":2}").verdict,
        ECKID_REFUSE);
}
END_TEST

START_TEST(userinfo_is_told_by_what_was_asked_with)
{
    const web_house_t *house = web_house();
    const char *body = "{\"sub\":\"s1\",\"uid\":\"u\",\"number\":\"5\"}";
    const char *jwt = token_of("{\"sub\":\"s1\",\"number\":5}", RSA_2048, 0, ECKID_RS256, "");
    const char *const hidden[] = {"%61ccess_token=x", "access.token=x", "a=b&ACCESS%5ftoken=x"};

    grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    eckid_decision_t decision = other(house, "Bearer " WEB_ACCESS, NULL, "", body);

    ck_assert_str_eq(decision.body.data,
                     "{\"sub\":\"s1\",\"uid\":\"u\",\"eckId\":\"" AN_ECKID "\"}");
    ck_assert_int_eq(other(house, "Bearer " WEB_ACCESS, NULL, "", jwt).verdict, ECKID_CHANGE);
    ck_assert_int_eq(other(house, "DPoP x", NULL, "", body).status, 401);
    ck_assert_int_eq(other(house, "Basic x, Bearer y", NULL, "", body).status, 401);
    ck_assert_int_eq(other(house, "Bearer " WEB_ACCESS, NULL, "", "{\"sub\":1,\"sub\":2}").status,
                     502);
    for (int i = 0; i < COUNT(hidden); i++) {
        ck_assert_int_eq(other(house, NULL, hidden[i], "", body).verdict, ECKID_REFUSE);
        ck_assert_int_eq(other(house, NULL, NULL, hidden[i], body).verdict, ECKID_REFUSE);
    }
    ck_assert_int_eq(other(house, NULL, "x=y", "token=z", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, NULL, "%", "a=%4", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, NULL, NULL, "", "{\"sub\":1,\"sub\":2}").verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, NULL, NULL, "", jwt).verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, "Bearer x", NULL, "", "{\"a\":1.50}").verdict, ECKID_PASS);
}
END_TEST

START_TEST(what_a_client_is_told_of_a_token_is_filtered)
{
    const web_house_t *house = web_house();
    const char *body = "{\"active\":true,\"sub\":\"s1\",\"scope\":\"a\",\"uid\":\"u\","
                       "\"username\":\"n\",\"eckId\":\"x\"}";
    eckid_decision_t decision = other(house, BASIC_BOOKS, NULL, "token=x", body);

    ck_assert_str_eq(decision.body.data,
                     "{\"active\":true,\"sub\":\"s1\",\"scope\":\"a\",\"uid\":\"u\"}");
    ck_assert(!decision.worth_a_line);
    ck_assert_int_eq(other(house, BASIC_BOOKS, NULL, "", decision.body.data).verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, BASIC_CANTEEN, NULL, "token=x", body).verdict, ECKID_PASS);
    ck_assert_int_eq(other(house, "Basic !", NULL, "token=x", body).verdict, ECKID_REFUSE);
    ck_assert_int_eq(other(house, BASIC_BOOKS, NULL, "", "a.b.c").verdict, ECKID_REFUSE);
    ck_assert_int_eq(other(house, NULL, NULL, "client_id=books&client_secret=x", body).verdict,
                     ECKID_CHANGE);
}
END_TEST

START_TEST(an_encrypted_token_of_who_is_no_supplier_passes)
{
    ck_assert_int_eq(grant(web_house(), BASIC_CANTEEN, "", grant_of("e30.e30.e30.e30.e30")).verdict,
                     ECKID_PASS);
}
END_TEST

START_TEST(our_own_key_is_never_believed)
{
    web_house_t *house = web_house();
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    web_publish(&house->web, RSA_2048, 1);
    ok(eckid_provider_renew(&view, house->gateway.provider, &changed, &news,
                            MAKER_NOW - apr_time_from_sec(60), pool));
    house->gateway.view = view;
    eckid_decision_t decision = grant(
        house, BASIC_BOOKS, "",
        grant_of(token_of("{\"aud\":\"books\"}", RSA_2048, 1, ECKID_RS256, ",\"kid\":\"key1\"")));

    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_KEY);
}
END_TEST

START_TEST(a_new_key_is_fetched_when_it_turns_up)
{
    web_house_t *house = web_house();

    web_publish(&house->web, RSA_2048, 2);
    eckid_decision_t decision =
        grant(house, BASIC_BOOKS, "",
              grant_of(token_of("{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER "\",\"sub\":\"s1\","
                                "\"exp\":1788165300,\"role\":\"student\",\"number\":\"7\"}",
                                RSA_2048, 2, ECKID_RS256, ",\"kid\":\"key2\"")));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert(decision.fetched && !decision.news);
}
END_TEST

START_TEST(outcomes_are_those_of_the_policy)
{
    web_house_t *house = web_house();
    const char *teacher =
        replaced("{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"sub\":\"s1\",\"exp\":1788165300,"
                 "\"role\":\"employee\",\"number\":\"7\"}",
                 "x", "x");
    const char *token = token_of(teacher, RSA_2048, 0, ECKID_RS256, "");

    eckid_decision_t decision = grant(house, BASIC_BOOKS, "", grant_of(token));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_int_eq(decision.outcome, ECKID_IS_NOT_STUDENT);
    ck_assert_ptr_null(json_object_get(web_claims(token_in(decision.body), RSA_2048), "eckId"));
    house->fake.status = 503;
    decision = grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, 503);
    house->fake.status = 404;
    decision = grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    ck_assert_int_eq(decision.status, 403);
}
END_TEST

START_TEST(userinfo_agrees_with_the_id_token)
{
    const web_house_t *house = web_house();
    eckid_decision_t decision;

    grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    decision = userinfo(house, WEB_ACCESS, "{\"sub\":\"s1\",\"uid\":1.0,\"number\":\"5\"}");
    ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\",\"uid\":1.0,\"eckId\":\"" AN_ECKID "\"}");
    decision = userinfo(house, WEB_ACCESS, "{\"sub\":\"s2\"}");
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    ck_assert_int_eq(decision.status, 502);
}
END_TEST

START_TEST(userinfo_for_a_token_that_is_nobody_s)
{
    web_house_t *house = web_house();
    eckid_decision_t decision = userinfo(house, "unknown", "{\"sub\":\"s1\"}");

    ck_assert_int_eq(decision.verdict, ECKID_REFUSE);
    ck_assert_int_eq(decision.status, 401);
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_NOBODYS);
    house->gateway.passes_unknown = true;
    ck_assert_int_eq(userinfo(house, "unknown", "{\"sub\":\"s1\"}").verdict, ECKID_PASS);
    grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    const char *const near[] = {WEB_ACCESS ",", WEB_ACCESS "=", WEB_ACCESS "-x.y", "a b", ""};

    for (int i = 0; i < COUNT(near); i++) {
        ck_assert_int_eq(userinfo(house, near[i], "{\"sub\":\"s1\"}").status, 401);
    }
    const eckid_call_t none = {.form = {"", 0}};

    ck_assert_int_eq(eckid_oidc_rewrite_userinfo(&house->gateway, &none, "application/json",
                                                 str("{}"), maker_moment(), pool)
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

    ck_assert_int_eq(userinfo(house, "strange", body).outcome, ECKID_FOUND);
    ck_assert_str_eq(apr_table_get(house->web.last.headers, "Authorization"), "Basic Z2F0ZXdheTpz");
    ck_assert_int_eq(userinfo(house, "strange", body).outcome, ECKID_FOUND);
    ck_assert_int_eq(house->web.calls, calls + 1); /* it was remembered */
    page->body = "{\"active\":false,\"client_id\":\"books\",\"sub\":\"s1\"}";
    ck_assert_int_eq(userinfo(house, "ended", body).status, 401);
    page->body = "{\"active\":true,\"client_id\":\"books\"}";
    ck_assert_int_eq(userinfo(house, "without", body).status, 401);
    page->status = 500;
    ck_assert_int_eq(userinfo(house, "failed", body).status, 503);
}
END_TEST

START_TEST(a_refresh_without_id_token_takes_over)
{
    const web_house_t *house = web_house();
    const char *answer = "{\"access_token\":\"second\",\"token_type\":\"Bearer\"}";

    grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    ck_assert_int_eq(grant(house, BASIC_BOOKS, "refresh_token=a-refresh-token", answer).verdict,
                     ECKID_PASS);
    ck_assert_int_eq(userinfo(house, "second", "{\"sub\":\"s1\"}").outcome, ECKID_FOUND);
    eckid_decision_t stolen =
        grant(house, BASIC_EXERCISES, "refresh_token=a-refresh-token", answer);

    ck_assert_int_eq(stolen.cause->code, ECKID_TOKEN_CLIENT);
}
END_TEST

START_TEST(a_refresh_that_cannot_be_told_makes_nothing_known)
{
    static const char *const forms[] = {
        "refresh_token=unknown", "refresh_token=a-refresh-token&refresh_token=a-refresh-token",
        "refresh_token=a-refresh-token&z=1;refresh_token=x", "refresh_token=%00"};
    const char *answer = "{\"access_token\":\"second\",\"refresh_token\":\"third\"}";
    const web_house_t *house = web_house();

    grant(house, BASIC_BOOKS, "", grant_of(web_id_token("books", "")));
    house->tokens->puts = 0;
    for (int i = 0; i < COUNT(forms); i++) {
        ck_assert_int_eq(grant(house, BASIC_CANTEEN, forms[i], answer).verdict, ECKID_PASS);
        ck_assert_int_eq(house->tokens->puts, 0);
        ck_assert_int_eq(userinfo(house, "second", "{\"sub\":\"s1\"}").status, 401);
    }
}
END_TEST

START_TEST(the_student_key_may_stand_in_userinfo_alone)
{
    web_house_t *house = web_house();
    const char *bare =
        token_of("{\"aud\":\"books\",\"iss\":\"" WEB_ISSUER "\",\"sub\":\"s1\",\"exp\":1788165300}",
                 RSA_2048, 0, ECKID_RS256, "");
    web_page_t *page = web_page(&house->web, WEB_BACKEND "/oauth/userinfo");

    house->gateway.claims_from = ECKID_CLAIMS_USERINFO;
    *page = (web_page_t){WEB_BACKEND "/oauth/userinfo", "application/json",
                         "{\"sub\":\"s1\",\"role\":\"student\",\"number\":\"7\"}", 200};
    eckid_decision_t decision = grant(house, BASIC_BOOKS, "", grant_of(bare));

    ck_assert_int_eq(decision.outcome, ECKID_FOUND);
    page->body = "{\"sub\":\"s2\",\"role\":\"student\",\"number\":\"7\"}";
    decision = grant(house, BASIC_BOOKS, "", grant_of(bare));
    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_SUBJECT);
    page->status = 500;
    decision = grant(house, BASIC_BOOKS, "", grant_of(bare));
    ck_assert_int_eq(decision.outcome, ECKID_LAS_FAILED);
    ck_assert_int_eq(decision.status, 503);
}
END_TEST

START_TEST(what_an_access_token_shows_is_told)
{
    const web_house_t *house = web_house();
    const char *jwt = token_of("{\"number\":95312}", RSA_2048, 0, ECKID_RS256, "");
    eckid_decision_t decision = grant(
        house, BASIC_BOOKS, "", replaced(grant_of(web_id_token("books", "")), WEB_ACCESS, jwt));

    ck_assert_str_eq(decision.token_shows, "number");
}
END_TEST

Suite *suite_oidc_rewrite(void)
{
    Suite *suite = suite_create("oidc_rewrite");
    TCase *tcase = unit_case(suite, "oidc_rewrite");

    tcase_add_test(tcase, a_supplier_s_token_is_filled_filtered_and_signed);
    tcase_add_test(tcase, another_supplier_gets_its_own_algorithm);
    tcase_add_test(tcase, a_client_that_is_no_supplier_gets_what_came);
    tcase_add_test(tcase, tokens_that_are_refused);
    tcase_add_test(tcase, an_id_token_is_found_in_json_from_elsewhere);
    tcase_add_test(tcase, userinfo_is_told_by_what_was_asked_with);
    tcase_add_test(tcase, what_a_client_is_told_of_a_token_is_filtered);
    tcase_add_test(tcase, an_encrypted_token_of_who_is_no_supplier_passes);
    tcase_add_test(tcase, our_own_key_is_never_believed);
    tcase_add_test(tcase, a_new_key_is_fetched_when_it_turns_up);
    tcase_add_test(tcase, outcomes_are_those_of_the_policy);
    tcase_add_test(tcase, userinfo_agrees_with_the_id_token);
    tcase_add_test(tcase, userinfo_for_a_token_that_is_nobody_s);
    tcase_add_test(tcase, whose_a_token_is_can_be_asked);
    tcase_add_test(tcase, a_refresh_without_id_token_takes_over);
    tcase_add_test(tcase, a_refresh_that_cannot_be_told_makes_nothing_known);
    tcase_add_test(tcase, the_student_key_may_stand_in_userinfo_alone);
    tcase_add_test(tcase, what_an_access_token_shows_is_told);
    return suite;
}
