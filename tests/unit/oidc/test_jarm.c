/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "gateway/eckid_page.h"
#include "oidc/eckid_authorization_response.h"
#include "oidc/eckid_jarm.h"
#include "base/eckid_params.h"
#include "support/maker.h"
#include "support/web.h"

#define TARGET "https://books.example/callback?keep=1"

/* A response for that client that ends in five minutes, with more members before the last brace. */
static const char *claims_for(const char *client, const char *more)
{
    return apr_psprintf(pool,
                        "{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"%s\",\"exp\":%" APR_TIME_T_FMT "%s}",
                        client, apr_time_sec(MAKER_NOW) + 300, more);
}

static const char *sign(const char *claims)
{
    return token_of(claims, RSA_2048, 0, ECKID_RS256, ",\"kid\":\"key0\"");
}

static const char *jarm(const char *client, const char *more)
{
    return sign(claims_for(client, more));
}

static eckid_decision_t go(const web_scene_t *scene, const char *client_id, const char *url)
{
    return eckid_authorization_response_location(&scene->gateway.oidc, client_id, url,
                                                 maker_moment(), pool);
}

static const char *at(const char *sign, const char *response)
{
    return apr_pstrcat(pool, TARGET, sign, "response=", response, NULL);
}

static const char *param(const char *url, const char *name)
{
    const char *value;

    eckid_params_get(&value, eckid_params_parse(str(url + strcspn(url, "#?") + 1), pool), name,
                     pool);
    return value;
}

/* The members of the response that the client gets. */
static const json_t *given(const eckid_decision_t *decision, test_kind_t kind)
{
    ck_assert_int_eq(decision->verdict, ECKID_CHANGE);
    ck_assert_int_eq(strncmp(decision->body.data, TARGET, sizeof(TARGET) - 1), 0);
    return web_claims(strstr(decision->body.data, "response=") + strlen("response="), kind);
}

static const char *member(const json_t *object, const char *name)
{
    return json_string_value(json_object_get(object, name));
}

/* Keycloak has iss twice, once for each standard. */
#define CODE ",\"iss\":\"" WEB_ISSUER "\",\"code\":\"c&=%\",\"state\":\"s\",\"expires_in\":1.50"

START_TEST(a_code_is_signed_again)
{
    static const char *const places[] = {"&", "#", "#/route?", "#!/cb;"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(places); i++) {
        const char *url = at(places[i], jarm("books", CODE));
        const eckid_decision_t decision = go(scene, i % 2 ? NULL : "books", url);
        const json_t *claims = given(&decision, RSA_2048);

        ck_assert_str_eq(member(claims, "code"), "c&=%");
        ck_assert_str_eq(member(claims, "state"), "s");
        ck_assert_str_eq(member(claims, "iss"), WEB_ISSUER);
        ck_assert_str_eq(member(claims, "aud"), "books");
        ck_assert_int_eq((long)json_integer_value(json_object_get(claims, "exp")),
                         (long)apr_time_sec(MAKER_NOW) + 300);
        ck_assert(!decision.log.wanted && !decision.log.told_supplier);
        ck_assert_int_eq(go(scene, NULL, url).verdict, ECKID_CHANGE);
    }
    ck_assert_int_eq(scene->fake.calls, 0);
}
END_TEST

START_TEST(its_kid_and_algorithm_are_those_of_the_client_s_id_tokens)
{
    const web_scene_t *scene = web_scene();
    const eckid_decision_t decision = go(scene, NULL, at("#", jarm("exercises", CODE)));
    const char *response = strstr(decision.body.data, "response=") + strlen("response=");
    eckid_bytes_t header;

    given(&decision, P_256);
    ck_assert(
        eckid_codec_base64url_decode(&header, eckid_bytes(response, strcspn(response, ".")), pool));
    ck_assert_ptr_nonnull(strstr(header.data, "-ES256\""));
}
END_TEST

START_TEST(tokens_within_are_treated_as_those_beside_no_jwt)
{
    const web_scene_t *scene = web_scene();
    const char *id_token = web_id_token("books", web_at_hash("abc"));
    const char *more = apr_pstrcat(pool, ",\"id_token\":\"", id_token,
                                   "\",\"access_token\":\"abc\",\"token_type\":\"Bearer\",",
                                   "\"state\":\"s\"", NULL);

    web_client(scene, "books")->front_channel = true;
    const eckid_decision_t decision = go(scene, "books", at("#", jarm("books", more)));
    const json_t *claims = given(&decision, RSA_2048);
    const char *token = member(claims, "access_token");
    const json_t *id = web_claims(member(claims, "id_token"), RSA_2048);

    ck_assert(decision.verified && decision.known.outcome == ECKID_FOUND);
    ck_assert_str_eq(member(id, "eckId"), AN_ECKID);
    ck_assert_ptr_null(json_object_get(id, "number"));
    ck_assert_int_eq(strncmp(token, "eckid_at_", 9), 0);
    ck_assert_ptr_nonnull(strstr(web_at_hash(token), member(id, "at_hash")));
    ck_assert_str_eq(member(claims, "token_type"), "Bearer");
    ck_assert_ptr_nonnull(
        strstr(web_userinfo(scene, token, "{\"sub\":\"s1\"}").body.data, AN_ECKID));
}
END_TEST

START_TEST(an_access_token_alone_within_is_sealed)
{
    const web_scene_t *scene = web_scene();
    const eckid_decision_t decision =
        go(scene, "books", at("#", jarm("books", ",\"access_token\":\"abc\"")));

    ck_assert_int_eq(strncmp(member(given(&decision, RSA_2048), "access_token"), "eckid_at_", 9),
                     0);
}
END_TEST

/* What has no value is as good as absent. */
START_TEST(an_empty_token_within_is_none)
{
    static const char *const members[] = {",\"id_token\":\"\",\"code\":\"c\"",
                                          ",\"access_token\":\"\",\"code\":\"c\"",
                                          ",\"access_token\":\"\",\"token_type\":\"\""};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(members); i++) {
        const eckid_decision_t decision = go(scene, "books", at("#", jarm("books", members[i])));
        const json_t *claims = given(&decision, RSA_2048);

        ok(decision.cause);
        ck_assert_ptr_null(json_object_get(claims, "error"));
        ck_assert_str_eq(member(claims, i ? "access_token" : "id_token"), "");
    }
}
END_TEST

START_TEST(an_error_of_the_provider_goes_on)
{
    const eckid_decision_t decision =
        go(web_scene(), "books",
           at("&", jarm("books", ",\"error\":\"access_denied\",\"state\":\"s\"")));

    ck_assert_str_eq(member(given(&decision, RSA_2048), "error"), "access_denied");
    ck_assert(!decision.log.wanted);
}
END_TEST

/* What is said to a client that reads nothing but the JWT is said in it. */
START_TEST(a_refusal_is_told_within)
{
    web_scene_t *scene = web_scene();
    const char *more = apr_pstrcat(pool, ",\"state\":\"s\",\"code\":\"c\",\"id_token\":\"",
                                   web_id_token("books", ""), "\",\"session_state\":\"x\"", NULL);

    web_client(scene, "books")->front_channel = true;
    scene->fake.status = 404;
    const eckid_decision_t decision = go(scene, "books", at("#", jarm("books", more)));
    const json_t *claims = given(&decision, RSA_2048);

    ck_assert(decision.log.told_supplier && decision.log.wanted);
    ck_assert_int_eq(decision.status, 403);
    ck_assert_str_eq(member(claims, "error"), "access_denied");
    ck_assert_ptr_nonnull(strstr(member(claims, "error_description"), "reference "));
    ck_assert_str_eq(member(claims, "state"), "s");
    ck_assert_str_eq(member(claims, "iss"), WEB_ISSUER);
    ck_assert_ptr_nonnull(json_object_get(claims, "exp"));
    ck_assert_ptr_null(json_object_get(claims, "code"));
    ck_assert_ptr_null(json_object_get(claims, "id_token"));
    ck_assert_ptr_null(json_object_get(claims, "session_state"));
}
END_TEST

/* A row is more members, or all of them where it begins with a brace. */
static const struct {
    const char *client_id, *claims;
    eckid_code_t code;
} bad[] = {
    {"exercises", CODE, ECKID_TOKEN_CLIENT},
    {"canteen", CODE, ECKID_TOKEN_CLIENT},
    {"Books", CODE, ECKID_TOKEN_CLIENT},
    {"books", ",\"azp\":\"canteen\"" CODE, ECKID_TOKEN_CLIENT},
    {NULL, "{\"iss\":\"" WEB_ISSUER "\",\"aud\":[\"canteen\",\"books\"],\"exp\":9999999999}",
     ECKID_TOKEN_CLIENT},
    {"books", "{\"iss\":\"" WEB_ISSUER "\",\"aud\":[\"exercises\",\"books\"],\"exp\":9999999999}",
     ECKID_TOKEN_CLIENT},
    {"books", "{\"iss\":\"" WEB_ISSUER "\",\"exp\":9999999999}", ECKID_TOKEN_CLIENT},
    {"books", "{\"iss\":\"" WEB_ISSUER "/\",\"aud\":\"books\",\"exp\":9999999999}",
     ECKID_TOKEN_ISSUER},
    {"books", "{\"aud\":\"books\",\"exp\":9999999999}", ECKID_TOKEN_ISSUER},
    {"books", "{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"exp\":1}", ECKID_TOKEN_TIME},
    {"books", "{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\"}", ECKID_TOKEN},
    {"books", "{\"iss\":\"" WEB_ISSUER "\",\"aud\":\"books\",\"exp\":\"x\"}", ECKID_TOKEN},
    {"books", "{}", ECKID_TOKEN_CLIENT},
    {"books", ",\"nbf\":9999999999", ECKID_TOKEN_TIME},
    {"books", ",\"sub\":\"s1\"", ECKID_TOKEN},
    {"books", ",\"iss\":\"https://other.example\"", ECKID_TOKEN},
    {"books", ",\"aud\":\"exercises\"", ECKID_TOKEN},
    {"books", ",\"code\":\"a\",\"code\":\"b\"", ECKID_TOKEN},
    {"books", ",\"code\":1", ECKID_TOKEN},
    {"books", ",\"id_token\":{}", ECKID_TOKEN},
    {"books", ",\"access_token\":[\"abc\"]", ECKID_TOKEN},
    {"books", ",\"state\":true", ECKID_TOKEN},
};

START_TEST(what_cannot_be_believed_is_refused)
{
    const char *claims = bad[_i].claims;
    const char *response = *claims == '{' ? sign(claims) : jarm("books", claims);
    const eckid_decision_t decision = go(web_scene(), bad[_i].client_id, at("#", response));

    ck_assert_msg(decision.cause && decision.cause->code == bad[_i].code, "%s: %s", claims,
                  decision.cause ? eckid_err_text(decision.cause, pool) : "none");
    ck_assert(decision.verdict == ECKID_CHANGE && decision.log.told_supplier);
    ck_assert_ptr_nonnull(strstr(decision.body.data, "error=server_error"));
    ck_assert_ptr_null(strstr(decision.body.data, "response="));
}
END_TEST

START_TEST(a_wrong_signature_is_refused)
{
    const web_scene_t *scene = web_scene();
    const char *claims = claims_for("books", CODE), *good = sign(claims);
    const struct {
        const char *response;
        eckid_code_t code;
    } rows[] = {
        {token_of(claims, RSA_2048, 1, ECKID_RS256, ",\"kid\":\"key0\""), ECKID_TOKEN_SIGNATURE},
        {token_of(claims, RSA_2048, 1, ECKID_RS256, ",\"kid\":\"key1\""), ECKID_TOKEN_KEY},
        {apr_pstrcat(pool, apr_pstrmemdup(pool, good, strlen(good) - 4), "AAAA", NULL),
         ECKID_TOKEN_SIGNATURE},
        {"eyJhbGciOiJub25lIn0.eyJhdWQiOiJib29rcyJ9.", ECKID_TOKEN_ALGORITHM},
        {"eyJhbGciOiJkaXIifQ.e30.e30.e30.e30", ECKID_TOKEN_ENCRYPTED},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        const eckid_decision_t decision = go(scene, "books", at("&", rows[i].response));

        ck_assert_msg(decision.cause->code == rows[i].code, "%d: %s", i,
                      eckid_err_text(decision.cause, pool));
        ck_assert_ptr_null(strstr(decision.body.data, "response="));
    }
}
END_TEST

/* The checks of tokens are those of any response. */
START_TEST(a_bad_token_within_is_refused)
{
    const web_scene_t *scene = web_scene();
    const struct {
        const char *id_token, *more;
        eckid_code_t code;
    } rows[] = {
        {web_id_token("exercises", ""), "", ECKID_TOKEN_CLIENT},
        {web_id_token("canteen", ""), "", ECKID_TOKEN_CLIENT},
        {web_id_token("books", ",\"c_hash\":\"x\""), ",\"code\":\"c\"", ECKID_TOKEN_HASH},
        {web_id_token("books", ",\"at_hash\":\"x\""), ",\"access_token\":\"abc\"",
         ECKID_TOKEN_HASH},
        {web_id_token("books", ",\"s_hash\":\"x\""), ",\"state\":\"s\"", ECKID_TOKEN_HASH},
        {"nonsense", "", ECKID_TOKEN},
        {"e30.e30.e30.e30.e30", "", ECKID_TOKEN_ENCRYPTED},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        const char *more =
            apr_pstrcat(pool, ",\"id_token\":\"", rows[i].id_token, "\"", rows[i].more, NULL);
        const eckid_decision_t decision = go(scene, "books", at("#", jarm("books", more)));

        ck_assert_msg(decision.cause->code == rows[i].code, "%d: %s", i,
                      eckid_err_text(decision.cause, pool));
        ck_assert_str_eq(member(given(&decision, RSA_2048), "error"), "server_error");
    }
}
END_TEST

START_TEST(a_token_in_another_member_is_refused)
{
    static const char *const members[] = {",\"ID_TOKEN\":\"@\"", ",\"x\":{\"y\":[\"@\"]}",
                                          ",\"code\":\"@\"", ",\"state\":\"a @\"",
                                          ",\"response\":\"@\""};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(members); i++) {
        const char *more = replaced(members[i], "@", web_id_token("books", ""));

        ck_assert_int_eq(go(scene, "books", at("#", jarm("books", more))).cause->code,
                         ECKID_RESPONSE_MODE);
        ck_assert_int_ne(go(scene, "canteen", at("#", jarm("canteen", more))).verdict, ECKID_PASS);
    }
}
END_TEST

START_TEST(a_response_that_is_not_alone_is_refused)
{
    static const char *const beside[] = {"&response=x", "&id_token=x", "&access_token=x"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(beside); i++) {
        const char *url = apr_pstrcat(pool, at("#", jarm("books", CODE)), beside[i], NULL);

        ck_assert_int_eq(go(scene, "books", url).cause->code, ECKID_TOKEN);
        url = at(apr_pstrcat(pool, beside[i], "#", NULL), jarm("books", CODE));
        ck_assert_int_eq(go(scene, "books", url).cause->code, ECKID_TOKEN);
    }
    ck_assert_int_eq(go(scene, "books", at("&response=x&", jarm("books", CODE))).cause->code,
                     ECKID_RESPONSE_MODE);
}
END_TEST

/* Whatever it is; and what happens to have that name. */
START_TEST(a_response_that_is_no_supplier_s_passes)
{
    const web_scene_t *scene = web_scene();
    const char *const any[] = {jarm("canteen", CODE),
                               jarm("canteen", ",\"id_token\":7,\"iss\":0"),
                               sign("{}"),
                               "nonsense",
                               "www.school.example",
                               "1.2.3",
                               "a.b.c.d.e",
                               "%00",
                               ""};
    const char *const of_canteen[] = {"eyJhbGciOiJkaXIifQ.e30.e30.e30.e30", "eyJhIjoxfQ.a.b",
                                      "eyJhIjoxfQ..", "x&response=y#response=z"};
    const char *const likes[] = {"canteen", NULL};

    for (int i = 0; i < COUNT(any); i++) {
        for (int j = 0; j < COUNT(likes); j++) {
            ck_assert_int_eq(go(scene, likes[j], at("#", any[i])).verdict, ECKID_PASS);
            ok(eckid_authorization_response_link(&scene->gateway.oidc, likes[j], at("&", any[i]),
                                                 pool));
        }
    }
    for (int i = 0; i < COUNT(of_canteen); i++) {
        ck_assert_int_eq(go(scene, "canteen", at("&", of_canteen[i])).verdict, ECKID_PASS);
    }
}
END_TEST

/* Who is no supplier does not wait for the provider. */
START_TEST(while_nothing_is_known_of_the_provider)
{
    web_scene_t *scene = web_scene();

    scene->gateway.oidc.view = NULL;
    ck_assert_int_eq(go(scene, NULL, at("#", jarm("canteen", CODE))).verdict, ECKID_PASS);
    const eckid_decision_t decision = go(scene, NULL, at("#", jarm("books", CODE)));

    ck_assert_int_eq(decision.status, 503);
    ck_assert_str_eq(param(decision.body.data + strlen(TARGET), "error"),
                     "temporarily_unavailable");
}
END_TEST

START_TEST(where_it_cannot_be_told_whose_it_is_it_is_refused)
{
    static const char *const texts[] = {"eyJhbGciOiJkaXIifQ.e30.e30.e30.e30", "eyJhIjoxfQ.a.b"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(texts); i++) {
        ck_assert_int_eq(go(scene, NULL, at("&", texts[i])).verdict, ECKID_CHANGE);
        refused(
            eckid_authorization_response_link(&scene->gateway.oidc, NULL, at("#", texts[i]), pool),
            ECKID_RESPONSE_MODE);
    }
    refused(eckid_authorization_response_link(&scene->gateway.oidc, NULL,
                                              at("#", jarm("books", CODE)), pool),
            ECKID_RESPONSE_MODE);
}
END_TEST

/* form_post.jwt: @ is the response. */
static eckid_decision_t post(web_scene_t *scene, const char *client_id, const char *page,
                             const char *response)
{
    scene->gateway.asked = client_id;
    while (strchr(page, '@')) {
        page = replaced(page, "@", response);
    }
    return eckid_page_rewrite(&scene->gateway, str(page), false, maker_moment(), pool);
}

#define FORM "<form method=post action='https://books.example/cb'><input name=Response value='@'>"

START_TEST(a_form_is_rewritten_in_place)
{
    web_scene_t *scene = web_scene();
    eckid_decision_t decision = post(scene, NULL, FORM "<i>x</i></form>", jarm("books", CODE));
    const char *from = strstr(decision.body.data, "value=\"") + strlen("value=\"");
    const json_t *claims = web_claims(apr_pstrmemdup(pool, from, strcspn(from, "\"")), RSA_2048);

    ck_assert(decision.verdict == ECKID_CHANGE && !decision.own_page);
    ck_assert_str_eq(member(claims, "code"), "c&=%");
    ck_assert_ptr_nonnull(strstr(decision.body.data, "\"><i>x</i></form>"));
    ck_assert_int_eq(post(scene, NULL, FORM, jarm("canteen", CODE)).verdict, ECKID_PASS);
    ck_assert_int_eq(post(scene, NULL, FORM, "an answer").verdict, ECKID_PASS);
    ck_assert_int_eq(post(scene, "canteen", FORM, "eyJhIjoxfQ.a.b").verdict, ECKID_PASS);
    decision = post(scene, "books", FORM, jarm("exercises", CODE));
    ck_assert(decision.own_page && decision.log.told_supplier);
}
END_TEST

START_TEST(a_page_that_holds_it_otherwise_is_refused)
{
    static const char *const pages[] = {
        FORM "<input name=response value='@'>",
        FORM "<input name=id_token value=x>",
        FORM "<input name=access_token value=x>",
        FORM "<input name=SAMLResponse value=x>",
        FORM "<p>@",
        "<form><textarea name=response>@</textarea>",
        "<form><button name=response value='@'>",
        "<form><input name=response value='x @'>",
        "<form><input name=answer value='@'>",
        "<a href='/x#response=@'>",
        "<a href='/x;response%3D@'>",
        "<meta http-equiv=refresh content='0;url=/x?response=@'>",
    };
    web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(pages); i++) {
        const eckid_decision_t decision = post(scene, "books", pages[i], jarm("books", CODE));

        ck_assert_msg(decision.verdict == ECKID_REFUSE, "%s", pages[i]);
    }
}
END_TEST

START_TEST(by_the_client_s_own_secret_it_carries_a_code_only)
{
    const web_scene_t *scene = web_scene();
    eckid_key_t *secret;

    ok(eckid_key_secret(&secret, str("0123456789abcdef0123456789abcdef"), "s", pool));
    web_client(scene, "books")->secret = secret;
    const char *more = apr_pstrcat(pool, ",\"id_token\":\"", web_id_token("books", ""), "\"", NULL);

    ck_assert_ptr_null(
        go(scene, "books", at("&", token_by(claims_for("books", CODE), secret, ECKID_HS256, "")))
            .cause);
    ck_assert_int_eq(
        go(scene, "books", at("&", token_by(claims_for("books", more), secret, ECKID_HS256, "")))
            .cause->code,
        ECKID_TOKEN_ALGORITHM);
    ck_assert_int_eq(go(scene, "books", at("&", jarm("books", CODE))).cause->code,
                     ECKID_TOKEN_ALGORITHM);
}
END_TEST

UNIT_SUITE(jarm)
{
    Suite *suite = suite_create("jarm");
    TCase *tcase = unit_case(suite, "jarm");

    tcase_add_test(tcase, a_code_is_signed_again);
    tcase_add_test(tcase, its_kid_and_algorithm_are_those_of_the_client_s_id_tokens);
    tcase_add_test(tcase, tokens_within_are_treated_as_those_beside_no_jwt);
    tcase_add_test(tcase, an_access_token_alone_within_is_sealed);
    tcase_add_test(tcase, an_empty_token_within_is_none);
    tcase_add_test(tcase, an_error_of_the_provider_goes_on);
    tcase_add_test(tcase, a_refusal_is_told_within);
    tcase_add_loop_test(tcase, what_cannot_be_believed_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, a_wrong_signature_is_refused);
    tcase_add_test(tcase, a_bad_token_within_is_refused);
    tcase_add_test(tcase, a_token_in_another_member_is_refused);
    tcase_add_test(tcase, a_response_that_is_not_alone_is_refused);
    tcase_add_test(tcase, a_response_that_is_no_supplier_s_passes);
    tcase_add_test(tcase, while_nothing_is_known_of_the_provider);
    tcase_add_test(tcase, where_it_cannot_be_told_whose_it_is_it_is_refused);
    tcase_add_test(tcase, a_form_is_rewritten_in_place);
    tcase_add_test(tcase, a_page_that_holds_it_otherwise_is_refused);
    tcase_add_test(tcase, by_the_client_s_own_secret_it_carries_a_code_only);
    return suite;
}
