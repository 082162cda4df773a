/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_authorization_response.h"
#include "base/eckid_params.h"
#include "support/maker.h"
#include "support/web.h"

#define TARGET "https://books.example/callback?keep=1"

static eckid_decision_t go(const web_scene_t *scene, const char *client_id, const char *url)
{
    return eckid_authorization_response_location(&scene->gateway.oidc, client_id, url,
                                                 maker_moment(), pool);
}

static const char *fragment_of(const char *token, const char *more)
{
    return apr_pstrcat(pool, TARGET "#state=a%26b&id_token=", token, more, NULL);
}

static const char *param(const char *url, const char *name)
{
    const char *value;

    eckid_params_get(&value, eckid_params_parse(str(url + strcspn(url, "#") + 1), pool), name,
                     pool);
    return value;
}

START_TEST(the_browser_sees_no_eckid_unless_it_may)
{
    const web_scene_t *scene = web_scene();
    const char *url = fragment_of(web_id_token("books", ""), "&iss=x");
    eckid_decision_t decision = go(scene, "books", url);
    const json_t *claims = web_claims(param(decision.body.data, "id_token"), RSA_2048);

    ck_assert(decision.verdict == ECKID_CHANGE && decision.log.withheld);
    ck_assert_ptr_null(json_object_get(claims, "eckId"));
    ck_assert_ptr_null(json_object_get(claims, "number"));
    ck_assert_str_eq(json_string_value(json_object_get(claims, "uid")), "p.pukkelen");
    ck_assert(strncmp(decision.body.data, TARGET "#state=a%26b&id_token=",
                      sizeof(TARGET "#state=a%26b&id_token=") - 1) == 0);
    ck_assert_int_eq(scene->fake.calls, 0);
    web_client(scene, "books")->front_channel = true;
    decision = go(scene, "books", url);
    claims = web_claims(param(decision.body.data, "id_token"), RSA_2048);
    ck_assert_str_eq(json_string_value(json_object_get(claims, "eckId")), AN_ECKID);
}
END_TEST

START_TEST(what_carries_no_token_or_a_stranger_s_passes)
{
    const web_scene_t *scene = web_scene();
    const char *const urls[] = {
        "https://books.example/callback?code=x&state=y",
        "/relative",
        "",
        "app://x#access_token=y",
        fragment_of(web_id_token("canteen", ""), ""),
        fragment_of("nonsense", ""),
        fragment_of("e30.e30.e30.e30.e30", ""),
        fragment_of("", "&id_token=x&access_token=y&access_token=z"),
        fragment_of(web_id_token("canteen", ""), "&id_token=x&access_token=%00"),
        TARGET "#response=nonsense",
        TARGET "&response=a#response=b",
        TARGET "&response=%00&response=b",
        TARGET "&response=e30.e30.e30",
        TARGET "#/route/with=x&y;z?#!",
        apr_pstrcat(pool, TARGET "&response=", web_id_token("canteen", ""), NULL)};

    for (int i = 0; i < COUNT(urls); i++) {
        ck_assert_int_eq(go(scene, "canteen", urls[i]).verdict, ECKID_PASS);
        ok(eckid_authorization_response_link(&scene->gateway.oidc, "canteen", urls[i], pool));
    }
}
END_TEST

/* What has no value is as good as absent. */
static const char *const empties[] = {"?id_token=&code=x",     "#id_token&code=x",
                                      "#access_token=&code=x", "?response=&code=x",
                                      "?access_token=#code=x", "#id_token=&access_token="};

START_TEST(an_empty_parameter_is_none)
{
    static const char *const clients[] = {"books", "canteen", "Books", NULL};
    const web_scene_t *scene = web_scene();
    const char *url = apr_pstrcat(pool, "https://books.example/cb", empties[_i], NULL);

    for (int i = 0; i < COUNT(clients); i++) {
        ck_assert_int_eq(go(scene, clients[i], url).verdict, ECKID_PASS);
        ok(eckid_authorization_response_link(&scene->gateway.oidc, clients[i], url, pool));
    }
}
END_TEST

START_TEST(an_empty_parameter_does_not_hide_another)
{
    const web_scene_t *scene = web_scene();
    const char *good = web_id_token("books", "");
    eckid_decision_t decision =
        go(scene, "books", apr_pstrcat(pool, TARGET "&id_token=#id_token=", good, NULL));

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    ck_assert_ptr_nonnull(web_claims(param(decision.body.data, "id_token"), RSA_2048));
}
END_TEST

START_TEST(what_is_refused_is_told_to_the_client)
{
    const web_scene_t *scene = web_scene();
    const char *good = web_id_token("books", "");
    const struct {
        const char *client_id, *url;
        eckid_code_t code;
    } cases[] = {
        {"exercises", fragment_of(good, ""), ECKID_TOKEN_CLIENT},
        {"canteen", fragment_of(good, ""), ECKID_TOKEN_CLIENT},
        {"books", fragment_of(web_id_token("canteen", ""), ""), ECKID_TOKEN_CLIENT},
        {NULL, fragment_of(web_id_token("canteen", ",\"azp\":\"books\""), ""), ECKID_TOKEN_CLIENT},
        {NULL, fragment_of(web_id_token("books", ",\"azp\":\"canteen\""), ""), ECKID_TOKEN_CLIENT},
        {"books", fragment_of(good, "&id_token=x"), ECKID_TOKEN},
        {"books", apr_pstrcat(pool, TARGET "&id_token=", good, "#id_token=", good, NULL),
         ECKID_TOKEN},
        {NULL, fragment_of("nonsense", ""), ECKID_TOKEN},
        {"Books", fragment_of("nonsense", ""), ECKID_TOKEN},
        {"Books", fragment_of(web_id_token("Books", ""), ""), ECKID_TOKEN_CLIENT},
        {"Books", TARGET "#access_token=x", ECKID_TOKEN_CLIENT},
        {"canteen", fragment_of(apr_pstrcat(pool, good, "x", NULL), ""), ECKID_TOKEN_CLIENT},
        {"books", fragment_of("e30.e30.e30.e30.e30", ""), ECKID_TOKEN_ENCRYPTED},
        {NULL, fragment_of("e30.e30.e30.e30.e30", ""), ECKID_TOKEN_ENCRYPTED},
        {"books", fragment_of(apr_pstrcat(pool, good, "%2541", NULL), ""), ECKID_TOKEN},
        {"books", fragment_of(web_id_token("books", ",\"c_hash\":\"x\""), "&code=y"),
         ECKID_TOKEN_HASH},
    };

    for (int i = 0; i < COUNT(cases); i++) {
        eckid_decision_t decision = go(scene, cases[i].client_id, cases[i].url);

        ck_assert_msg(decision.verdict == ECKID_CHANGE && decision.log.told_supplier, "%d", i);
        ck_assert_msg(decision.cause->code == cases[i].code, "%d: %s", i,
                      eckid_err_text(decision.cause, pool));
        ck_assert(strncmp(decision.body.data, TARGET, sizeof(TARGET) - 1) == 0);
        ck_assert_ptr_nonnull(strstr(decision.body.data, "error=server_error"));
        ck_assert_ptr_null(strstr(decision.body.data, "id_token="));
        ck_assert_ptr_null(strstr(decision.body.data, "code="));
        ck_assert_ptr_null(strstr(decision.body.data, "response="));
    }
}
END_TEST

/* Routes of single page applications; @ is the token. */
static const char *const routes[] = {
    "#id_token=@",          "#/cb&id_token=@",        "#/auth/id_token=@", "#/cb?id_token=@",
    "#/cb#id_token=@",      "#!/cb;id_token=@",       "#!id_token=@",      "?/cb?x=1&id_token=@",
    "#/a=b/id_token=@",     "#x=1&/id_token=@",       ";id_token=@",       "/id_token/@",
    "#id%255Ftoken=@",      "?x=%2523id_token%253D@", "#a#id_token=@",     "#x=1#id_token=@",
    "?code=x;id_token=@",   "#x=%5B%22@%22",          "#ID_TOKEN=@",       "#token=@",
    "#x=%00&id%255Ftoken=@"};

/* The token as it came, or with its dots coded. */
static const char *routed(const char *route, const char *token, bool coded)
{
    const char *text = replaced(route, "@", token);

    while (coded && strchr(strstr(text, "eyJ"), '.')) {
        const char *start = strstr(text, "eyJ"), *dot = strchr(start, '.');

        text = apr_pstrcat(pool, apr_pstrmemdup(pool, text, (apr_size_t)(dot - text)), "%252E",
                           dot + 1, NULL);
    }
    return apr_pstrcat(pool, "https://books.example/", text, NULL);
}

START_TEST(a_token_behind_a_route_is_rewritten_or_refused)
{
    const web_scene_t *scene = web_scene();
    const char *token = web_id_token("books", "");

    for (int coded = 0; coded < 2; coded++) {
        const char *url = routed(routes[_i], token, coded);
        eckid_decision_t decision = go(scene, "books", url);

        ck_assert_msg(decision.verdict != ECKID_PASS, "%s", url);
        if (decision.verdict == ECKID_CHANGE) {
            ck_assert_ptr_null(strstr(decision.body.data, token));
            ck_assert_ptr_null(strstr(decision.body.data, "%2E"));
        }
        refused(eckid_authorization_response_link(&scene->gateway.oidc, NULL, url, pool),
                ECKID_RESPONSE_MODE);
        url = routed(routes[_i], web_id_token("canteen", ""), coded);
        if (!coded) {
            ck_assert_int_eq(go(scene, "canteen", url).verdict, ECKID_PASS);
            ok(eckid_authorization_response_link(&scene->gateway.oidc, NULL, url, pool));
        }
    }
}
END_TEST

START_TEST(a_route_stays_where_it_was)
{
    static const char *const before[] = {TARGET "#/auth/", TARGET "#/cb?", TARGET "#!/cb;",
                                         TARGET "#/cb#", "https://books.example/?/cb?"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(before); i++) {
        const char *url = apr_pstrcat(pool, before[i], "id_token=", NULL);
        eckid_decision_t decision =
            go(scene, "books", apr_pstrcat(pool, url, web_id_token("books", ""), "&state=1", NULL));

        ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
        ck_assert_int_eq(strncmp(decision.body.data, url, strlen(url)), 0);
        ck_assert_ptr_nonnull(strstr(decision.body.data, "&state=1"));
    }
}
END_TEST

/* A link in a mail, or the like: by the provider for itself. */
START_TEST(what_a_provider_makes_for_itself_passes)
{
    const char *token = apr_pstrcat(
        pool, eckid_codec_base64url(str("{\"alg\":\"HS512\"}"), pool).data, ".",
        eckid_codec_base64url(
            str("{\"aud\":\"" WEB_ISSUER "\",\"azp\":\"books\",\"typ\":\"execute-actions\"}"), pool)
            .data,
        ".AAAA", NULL);

    ck_assert_int_eq(
        go(web_scene(), "books", apr_pstrcat(pool, "/action?key=", token, NULL)).verdict,
        ECKID_PASS);
}
END_TEST

START_TEST(an_error_keeps_state_and_iss_where_the_answer_was)
{
    web_scene_t *scene = web_scene();
    eckid_decision_t decision;

    web_client(scene, "books")->front_channel = true;
    scene->fake.status = 503;
    decision =
        go(scene, "books", fragment_of(web_id_token("books", ""), "&iss=i&code=c&session_state=s"));
    ck_assert_int_eq(decision.status, 503);
    ck_assert_str_eq(param(decision.body.data, "error"), "temporarily_unavailable");
    ck_assert_str_eq(param(decision.body.data, "state"), "a&b");
    ck_assert_str_eq(param(decision.body.data, "iss"), "i");
    ck_assert_ptr_null(param(decision.body.data, "code"));
    scene->fake.status = 404;
    decision = go(scene, "books", fragment_of(web_id_token("books", ""), ""));
    ck_assert_str_eq(param(decision.body.data, "error"), "access_denied");
    ck_assert_ptr_nonnull(strstr(param(decision.body.data, "error_description"), "reference "));
}
END_TEST

static const char *bound(const char *client, const char *access_token)
{
    return fragment_of(web_id_token(client, web_at_hash(access_token)),
                       apr_pstrcat(pool, "&access_token=", access_token, NULL));
}

/* The access token that the client gets. */
static const char *given(const web_scene_t *scene, const char *client_id, const char *url)
{
    const eckid_decision_t decision = go(scene, client_id, url);

    ok(decision.cause);
    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    return param(decision.body.data, "access_token");
}

START_TEST(an_access_token_beside_it_is_sealed)
{
    const web_scene_t *scene = web_scene();
    const char *url = go(scene, "books", bound("books", "abc")).body.data;
    const char *token = param(url, "access_token");
    const json_t *claims = web_claims(param(url, "id_token"), RSA_2048);
    eckid_decision_t decision = web_userinfo(scene, token, "{\"sub\":\"s1\"}");

    ck_assert(strncmp(token, "eckid_at_", 9) == 0);
    ck_assert_int_eq(decision.known.outcome, ECKID_FOUND);
    ck_assert_ptr_nonnull(strstr(decision.body.data, AN_ECKID));
    ck_assert_ptr_nonnull(
        strstr(web_at_hash(token), json_string_value(json_object_get(claims, "at_hash"))));
    ck_assert_int_eq(go(scene, NULL, bound("canteen", "def")).verdict, ECKID_PASS);
}
END_TEST

/* Somebody could have put another's access token there, whose ECK iD this client may not see. */
START_TEST(what_only_a_url_says_shows_no_eckid)
{
    const web_scene_t *scene = web_scene();
    const char *const urls[] = {TARGET "#access_token=abc&code=c",
                                TARGET "#access_token=abc&token_type=Bearer",
                                fragment_of(web_id_token("books", ""), "&access_token=abc")};

    for (int i = 0; i < COUNT(urls); i++) {
        const char *token = given(scene, "books", urls[i]);
        const eckid_decision_t decision =
            web_userinfo(scene, token, "{\"sub\":\"s1\",\"uid\":\"p\",\"number\":7}");

        ck_assert_str_eq(decision.body.data, "{\"sub\":\"s1\",\"uid\":\"p\"}");
        ck_assert(decision.log.withheld);
    }
    ck_assert_int_eq(scene->fake.calls, 0);
}
END_TEST

#define BOOKS_JWT "{\"iss\":\"" WEB_ISSUER "\",\"azp\":\"books\",\"sub\":\"s1\"}"

START_TEST(an_access_token_that_says_whose_it_is_needs_no_id_token)
{
    web_scene_t *scene = web_scene();
    const char *const urls[] = {TARGET "#token_type=Bearer&access_token=", TARGET "&access_token="};

    scene->gateway.oidc.claims_from = ECKID_CLAIMS_USERINFO;
    for (int i = 0; i < COUNT(urls); i++) {
        const char *jwt = token_of(BOOKS_JWT, RSA_2048, 0, ECKID_RS256, "");
        const char *url = apr_pstrcat(pool, urls[i], jwt, NULL);
        const char *sent = go(scene, NULL, url).body.data, *from = strstr(sent, "eckid_at_");
        const char *token = apr_pstrmemdup(pool, from, strcspn(from, "&#"));

        ck_assert_int_eq(
            web_userinfo(scene, token, "{\"sub\":\"s1\",\"role\":\"student\",\"number\":7}")
                .known.outcome,
            ECKID_FOUND);
        ck_assert_int_eq(web_userinfo(scene, token, "{\"sub\":\"s2\"}").cause->code,
                         ECKID_TOKEN_SUBJECT);
    }
}
END_TEST

static const struct {
    const char *client_id, *claims, *more; /* claims are NULL for an opaque token */
    eckid_verdict_t verdict;
    bool refused;
} bare[] = {
    {"canteen", NULL, "&token_type=Bearer", ECKID_PASS, false},
    {"canteen", "{\"azp\":\"canteen\"}", "&token_type=Bearer", ECKID_PASS, false},
    {NULL, "{\"azp\":\"canteen\",\"aud\":\"books\"}", "&token_type=Bearer", ECKID_PASS, false},
    {NULL, NULL, "", ECKID_PASS, false},
    {NULL, NULL, "&token_type=Bearer", ECKID_CHANGE, true},
    {NULL, "{\"aud\":[\"x\",\"books\"]}", "", ECKID_CHANGE, true},
    {"canteen", "{\"azp\":\"books\"}", "", ECKID_CHANGE, true},
    {"books", "{\"azp\":\"canteen\"}", "", ECKID_CHANGE, true},
    {"books", NULL, "&access_token=x", ECKID_CHANGE, true},
    {"books", NULL, "", ECKID_CHANGE, false},
};

START_TEST(an_access_token_alone)
{
    const web_scene_t *scene = web_scene();
    const char *token =
        bare[_i].claims ? token_of(bare[_i].claims, RSA_2048, 0, ECKID_RS256, "") : "opaque";
    const eckid_decision_t decision =
        go(scene, bare[_i].client_id,
           apr_pstrcat(pool, TARGET "#access_token=", token, bare[_i].more, NULL));

    ck_assert_int_eq(decision.verdict, bare[_i].verdict);
    ck_assert(decision.log.told_supplier == bare[_i].refused);
    if (decision.verdict == ECKID_CHANGE) {
        ck_assert_ptr_null(strstr(decision.body.data, token));
    }
}
END_TEST

START_TEST(an_access_token_where_no_parameter_is_read)
{
    static const char *const urls[] = {"https://books.example/cb#/a#access_token=abc",
                                       "https://books.example/cb;access_token=abc",
                                       TARGET "#x=1;ACCESS_TOKEN=abc"};
    const web_scene_t *scene = web_scene();

    for (int i = 0; i < COUNT(urls); i++) {
        const eckid_decision_t decision = go(scene, "books", urls[i]);

        if (decision.verdict == ECKID_CHANGE) {
            ck_assert_ptr_null(strstr(decision.body.data, "abc"));
        }
        ck_assert_int_ne(decision.verdict, ECKID_PASS);
        ck_assert_int_eq(go(scene, "canteen", urls[i]).verdict, ECKID_PASS);
    }
}
END_TEST

START_TEST(a_token_by_the_client_s_own_secret_is_refused)
{
    const web_scene_t *scene = web_scene();
    const char *forged = web_token_by_secret(scene);
    const eckid_decision_t decision = go(scene, "books", fragment_of(forged, "&access_token=abc"));

    ck_assert_int_eq(decision.cause->code, ECKID_TOKEN_ALGORITHM);
    ck_assert_ptr_nonnull(strstr(decision.body.data, "error=server_error"));
}
END_TEST

START_TEST(links_with_a_supplier_s_token_are_refused)
{
    const web_scene_t *scene = web_scene();

    ok(eckid_authorization_response_link(&scene->gateway.oidc, NULL,
                                         "https://x.example/?id_token_hint=abc", pool));
    ok(eckid_authorization_response_link(&scene->gateway.oidc, NULL,
                                         fragment_of(web_id_token("canteen", ""), ""), pool));
    refused(eckid_authorization_response_link(&scene->gateway.oidc, NULL,
                                              fragment_of(web_id_token("books", ""), ""), pool),
            ECKID_RESPONSE_MODE);
    refused(eckid_authorization_response_link(&scene->gateway.oidc, NULL,
                                              fragment_of("nonsense", ""), pool),
            ECKID_RESPONSE_MODE);
}
END_TEST

/* What is in it and what the supplier gets; NULL: the same. */
static const struct {
    const char *client_id, *url, *left;
} besides[] = {
    {"books", "https://books.example/cb?code=c&user=J&state=s",
     "https://books.example/cb?code=c&state=s"},
    {"books", "https://books.example/cb#code=c&tenant=5", "https://books.example/cb#code=c"},
    {"books", "https://books.example/cb?tenant=5&code=c", NULL},
    {"books", "https://books.example/cb?uid=J&code=c&sub=x",
     "https://books.example/cb?uid=J&code=c"},
    {"books", "https://books.example/cb?error=no&%6eumber=7&&x={}",
     "https://books.example/cb?error=no"},
    {"books", "https://books.example/cb?a=b&response={}&code=c",
     "https://books.example/cb?a=b&code=c"},
    {"books", "books.app:/cb?code=c&email=e", "books.app:/cb?code=c"},
    {"books", "https://books.example/cb?user=J&state=s", NULL},
    {"books", "/cb?code=c&user=J", NULL},
    {"books", "//books.example/cb?code=c&user=J", "//books.example/cb?code=c"},
    {"books", "https://books.example/cb?%63ode=c&user=J", "https://books.example/cb?%63ode=c"},
    {"books", "https://books.example/cb?code=c#section", NULL},
    {"books", WEB_ISSUER "/login?code=c&user=J", NULL},
    {"canteen", "https://books.example/cb?code=c&user=J", NULL},
    {"Books", "https://books.example/cb?code=c&user=J", NULL},
    {NULL, "https://books.example/cb?code=c&user=J", NULL},
};

START_TEST(what_stands_beside_a_code_is_released)
{
    const web_scene_t *scene = web_scene();
    const char *client_id = besides[_i].client_id, *url = besides[_i].url;
    const eckid_decision_t decision = go(scene, client_id, url);

    ck_assert(!decision.log.told_supplier);
    ck_assert_int_eq(decision.verdict, besides[_i].left ? ECKID_CHANGE : ECKID_PASS);
    ck_assert(decision.log.wanted == (besides[_i].left != NULL));
    if (besides[_i].left) {
        ck_assert_str_eq(decision.body.data, besides[_i].left);
        ck_assert_int_eq(eckid_decision_result(&decision), ECKID_RESULT_REWRITTEN);
        ck_assert_int_eq(go(scene, client_id, decision.body.data).verdict, ECKID_PASS);
        refused(eckid_authorization_response_link(&scene->gateway.oidc, client_id, url, pool),
                ECKID_RESPONSE_MODE);
    }
    else {
        ok(eckid_authorization_response_link(&scene->gateway.oidc, client_id, url, pool));
    }
}
END_TEST

/* Links of a page that a supplier asked for, and whether they pass. */
static const struct {
    const char *asked, *url;
    bool passes;
} links[] = {
    {NULL, "https://help.example/?code=x#section", true},
    {NULL, "https://help.example/?code=x&name=NL", false},
    {"https://books.example/cb", "https://help.example/?code=x&name=NL", true},
    {"https://books.example/cb", "https://help.example/#code=x&name=NL", true},
    {"https://books.example/cb", "https://books.example/cb?code=x&name=NL", false},
    {"https://books.example/cb", "https://BOOKS.example:443/cb?error=x&name=NL", false},
    {"https://books.example/cb?name=NL", "https://books.example/cb?code=x&name=NL", true},
    {WEB_ISSUER "/cb", WEB_ISSUER "/cb?code=x&name=NL", false},
};

START_TEST(a_link_brings_an_answer_where_the_client_is)
{
    web_scene_t *scene = web_scene();

    scene->gateway.oidc.redirect_uri = links[_i].asked;
    const eckid_err_t *err =
        eckid_authorization_response_link(&scene->gateway.oidc, "books", links[_i].url, pool);

    ck_assert((err == NULL) == links[_i].passes);
    ok(eckid_authorization_response_link(&scene->gateway.oidc, "canteen", links[_i].url, pool));
}
END_TEST

UNIT_SUITE(authorization_response)
{
    Suite *suite = suite_create("authorization_response");
    TCase *tcase = unit_case(suite, "front");

    tcase_add_test(tcase, the_browser_sees_no_eckid_unless_it_may);
    tcase_add_test(tcase, what_carries_no_token_or_a_stranger_s_passes);
    tcase_add_loop_test(tcase, an_empty_parameter_is_none, 0, COUNT(empties));
    tcase_add_test(tcase, an_empty_parameter_does_not_hide_another);
    tcase_add_test(tcase, what_is_refused_is_told_to_the_client);
    tcase_add_loop_test(tcase, a_token_behind_a_route_is_rewritten_or_refused, 0, COUNT(routes));
    tcase_add_test(tcase, a_route_stays_where_it_was);
    tcase_add_test(tcase, what_a_provider_makes_for_itself_passes);
    tcase_add_test(tcase, an_error_keeps_state_and_iss_where_the_answer_was);
    tcase_add_test(tcase, an_access_token_beside_it_is_sealed);
    tcase_add_test(tcase, what_only_a_url_says_shows_no_eckid);
    tcase_add_test(tcase, an_access_token_that_says_whose_it_is_needs_no_id_token);
    tcase_add_loop_test(tcase, an_access_token_alone, 0, COUNT(bare));
    tcase_add_test(tcase, an_access_token_where_no_parameter_is_read);
    tcase_add_test(tcase, a_token_by_the_client_s_own_secret_is_refused);
    tcase_add_test(tcase, links_with_a_supplier_s_token_are_refused);
    tcase_add_loop_test(tcase, a_link_brings_an_answer_where_the_client_is, 0, COUNT(links));
    tcase_add_loop_test(tcase, what_stands_beside_a_code_is_released, 0, COUNT(besides));
    return suite;
}
