/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_discovery.h"
#include "support/web.h"

#define DISCOVERY WEB_BACKEND "/.well-known/openid-configuration"

/* What that provider publishes, seen through the usual backend. */
static eckid_err_t *fetch(eckid_provider_view_t *view, web_t *web)
{
    const eckid_transport_t transport = web_transport(web);
    eckid_backend_t backend;

    *view = (eckid_provider_view_t){.issuer = NULL};
    ok(eckid_backend_make(&backend, WEB_ISSUER, WEB_BACKEND, &transport, ECKID_PROVIDER, pool));
    return eckid_discovery_fetch(view, &backend, pool);
}

START_TEST(paths_are_those_of_clients)
{
    web_t web = {.calls = 0};
    eckid_provider_view_t found, *view = &found;

    web_publish(&web, RSA_2048, 0);
    ok(fetch(view, &web));
    ck_assert_int_eq(web.calls, 2);
    ck_assert_str_eq(view->discovery_path, "/.well-known/openid-configuration");
    ck_assert_str_eq(view->jwks_path, "/jwks");
    ck_assert_str_eq(view->token_path, "/oauth/token");
    ck_assert_str_eq(view->userinfo_path, "/oauth/userinfo");
    ck_assert_str_eq(view->userinfo_url, WEB_BACKEND "/oauth/userinfo");
    ck_assert_ptr_null(view->introspection_url);
    ck_assert_int_eq(view->keys->nelts, 1);
    ck_assert_str_eq(apr_table_get(web.last.headers, "Accept"), "application/json");
}
END_TEST

START_TEST(a_provider_behind_a_path)
{
    web_t web = {.calls = 0};
    const eckid_transport_t transport = web_transport(&web);
    eckid_backend_t backend;
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    web_page_t keys = *web_page(&web, WEB_BACKEND "/jwks");

    *web_page(&web, "http://127.0.0.1:9/inner/.well-known/openid-configuration") = (web_page_t){
        "http://127.0.0.1:9/inner/.well-known/openid-configuration", "application/json",
        "{\"issuer\":\"https://host.example:8443/auth/\","
        "\"jwks_uri\":\"https://host.example:8443/auth/keys\","
        "\"userinfo_endpoint\":\"https://host.example:8443/other/me\","
        "\"token_endpoint\":\"https://HOST.example:8443/auth/token\"}",
        200};
    keys.url = "http://127.0.0.1:9/inner/keys";
    *web_page(&web, keys.url) = keys;
    ok(eckid_backend_make(&backend, "https://host.example:8443/auth/", "http://127.0.0.1:9/inner/",
                          &transport, ECKID_PROVIDER, pool));
    ok(eckid_discovery_fetch(&view, &backend, pool));
    ck_assert_str_eq(view.discovery_path, "/auth/.well-known/openid-configuration");
    ck_assert_str_eq(view.oauth_path, "/auth/.well-known/oauth-authorization-server");
    ck_assert_str_eq(view.jwks_path, "/auth/keys");
    ck_assert_str_eq(view.userinfo_url, "http://127.0.0.1:9/other/me");
    ck_assert_str_eq(view.token_path, "/auth/token");
}
END_TEST

/* A discovery document with that member besides. */
static const char *with_member(const char *name, const char *value)
{
    return apr_psprintf(
        pool, "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"" WEB_ISSUER "/jwks\",\"%s\":%s}",
        name, value);
}

START_TEST(an_endpoint_is_found_however_its_origin_is_spelled)
{
    static const char *const urls[] = {"\"https://IDP.School.example/me?x\"",
                                       "\"https://idp.school.example:443/me\""};
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    for (int i = 0; i < COUNT(urls); i++) {
        web_page(&web, DISCOVERY)->body = with_member("userinfo_endpoint", urls[i]);
        ok(fetch(&view, &web));
        ck_assert_str_eq(view.userinfo_path, "/me");
        ck_assert_ptr_null(view.token_path);
    }
}
END_TEST

START_TEST(an_endpoint_at_another_origin_is_refused_by_its_name)
{
    static const char *const urls[] = {"\"http://idp.school.example/me\"",
                                       "\"https://idp.school.example:444/me\"",
                                       "\"https://idp2.school.example/me\"", "\"/me\"", "7"};
    static const char *const names[] = {"userinfo_endpoint", "token_endpoint"};
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    for (int i = 0; i < COUNT(urls) * COUNT(names); i++) {
        const char *name = names[i % COUNT(names)];

        web_page(&web, DISCOVERY)->body = with_member(name, urls[i / COUNT(names)]);
        eckid_err_t *err = fetch(&view, &web);

        refused(err, ECKID_PROVIDER);
        ck_assert_ptr_nonnull(strstr(err->detail, name));
    }
}
END_TEST

START_TEST(what_is_published_instead_is_told)
{
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, DISCOVERY)->body = with_member("token_endpoint", "\"http://10.0.0.1/t?x\"");
    tells(fetch(&view, &web), ECKID_PROVIDER,
          "discovery at " DISCOVERY
          ": its token_endpoint is http://10.0.0.1/t, not at the issuer's host");
    web_page(&web, DISCOVERY)->body = "{\"issuer\":\"" WEB_ISSUER "/\"}";
    tells(fetch(&view, &web), ECKID_PROVIDER,
          "discovery at " DISCOVERY ": it is that of " WEB_ISSUER "/, not that of " WEB_ISSUER
          " (");
    web_page(&web, DISCOVERY)->body = "{}";
    tells(fetch(&view, &web), ECKID_PROVIDER, "discovery at " DISCOVERY ": it has no issuer");
}
END_TEST

static const struct {
    const char *aliases;
    const char *elsewhere; /* or NULL */
} aliases[] = {
    {"null", NULL},
    {"7", NULL},
    {"{}", NULL},
    {"{\"token_endpoint\":null}", NULL},
    {"{\"userinfo_endpoint\":\"" WEB_ISSUER "/mtls/me\"}", NULL},
    {"{\"token_endpoint\":\"https://m.example/t\"}", "token_endpoint"},
    {"{\"userinfo_endpoint\":\"https://m.example/t\"}", "userinfo_endpoint"},
    {"{\"jwks_uri\":\"https://m.example/t\"}", NULL},
};

START_TEST(an_alias_at_another_origin_is_told)
{
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, DISCOVERY)->body = with_member("mtls_endpoint_aliases", aliases[_i].aliases);
    ok(fetch(&view, &web));
    ck_assert_pstr_eq(view.alias_elsewhere, aliases[_i].elsewhere);
}
END_TEST

START_TEST(an_endpoint_that_is_null_is_none)
{
    static const char *const names[] = {"userinfo_endpoint", "token_endpoint",
                                        "introspection_endpoint", "claims_supported"};
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    for (int i = 0; i < COUNT(names); i++) {
        web_page(&web, DISCOVERY)->body = with_member(names[i], "null");
        ok(fetch(&view, &web));
        ck_assert(!view.userinfo_path && !view.token_path && !view.introspection_url);
    }
}
END_TEST

START_TEST(what_was_asked_is_told)
{
    static const char *const urls[] = {DISCOVERY, WEB_BACKEND "/jwks"};

    for (int i = 0; i < COUNT(urls); i++) {
        for (int status = 0; status < 1000; status += 404) {
            web_t web = {.calls = 0};
            eckid_provider_view_t view;

            web_publish(&web, RSA_2048, 0);
            web_page(&web, urls[i])->status = status == 808 ? 200 : status;
            web_page(&web, urls[i])->body = "<html>";
            ck_assert_ptr_nonnull(strstr(fetch(&view, &web)->detail, urls[i]));
        }
    }
}
END_TEST

/* Each cause, with what is told of it. */
static const struct {
    const char *url, *body;
    int status;
    eckid_code_t code;
    const char *words[2];
} bad[] = {
    {DISCOVERY, "<html></html>", 200, ECKID_PROVIDER, {"it is not JSON", "(fetch the discovery"}},
    {DISCOVERY, "{}", 200, ECKID_PROVIDER, {"it has no issuer", "does backend= lead to"}},
    {DISCOVERY,
     "{\"issuer\":1}",
     200,
     ECKID_PROVIDER,
     {"its issuer is no string", "does backend= lead to the provider?"}},
    {DISCOVERY,
     "{\"issuer\":\"https://evil.example\"}",
     200,
     ECKID_PROVIDER,
     {"it is that of https://evil.example, not that of " WEB_ISSUER, "letter for letter"}},
    {DISCOVERY,
     "{\"issuer\":\"" WEB_ISSUER "\"}",
     200,
     ECKID_PROVIDER,
     {"it has no jwks_uri", "does backend= lead to the provider?"}},
    {DISCOVERY,
     "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":[]}",
     200,
     ECKID_PROVIDER,
     {"its jwks_uri is no string", "does backend= lead to the provider?"}},
    {DISCOVERY,
     "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"https://evil.example/jwks\"}",
     200,
     ECKID_PROVIDER,
     {"its jwks_uri is https://evil.example/jwks, not at", "the provider's public URL"}},
    {DISCOVERY,
     "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"" WEB_ISSUER ".evil.example/jwks\"}",
     200,
     ECKID_PROVIDER,
     {"not at the issuer's host", "the provider's public URL"}},
    {DISCOVERY, "", 503, ECKID_PROVIDER, {"it answered 503", "(see its own log)"}},
    {DISCOVERY, "", 301, ECKID_PROVIDER, {"it answered 301", "redirects are not followed"}},
    {DISCOVERY, "", 404, ECKID_PROVIDER, {"it answered 404", "has the issuer's path too"}},
    {DISCOVERY, "", 508, ECKID_LOOP, {DISCOVERY, "must be the URL of the provider itself"}},
    {DISCOVERY, "", 0, ECKID_PROVIDER, {"discovery at " DISCOVERY, "(is it slow? see timeout=)"}},
    {WEB_BACKEND "/jwks",
     "<html></html>",
     200,
     ECKID_PROVIDER,
     {"the JWKS at " WEB_BACKEND "/jwks: it is not JSON", "with a member keys"}},
    {WEB_BACKEND "/jwks", "{\"keys\":[]}", 200, ECKID_PROVIDER, {"key", "with a member keys"}},
    {WEB_BACKEND "/jwks", "", 404, ECKID_PROVIDER, {"the JWKS at", "it answered 404"}},
};

START_TEST(what_cannot_be_used_is_told_with_what_to_do)
{
    web_t web = {.calls = 0};
    eckid_provider_view_t view;

    web_publish(&web, RSA_2048, 0);
    *web_page(&web, bad[_i].url) =
        (web_page_t){bad[_i].url, "application/json", bad[_i].body, bad[_i].status};
    eckid_err_t *err = fetch(&view, &web);

    for (int i = 0; i < COUNT(bad[_i].words); i++) {
        tells(err, bad[_i].code, bad[_i].words[i]);
    }
}
END_TEST

UNIT_SUITE(discovery)
{
    Suite *suite = suite_create("discovery");
    TCase *tcase = unit_case(suite, "discovery");

    tcase_add_test(tcase, paths_are_those_of_clients);
    tcase_add_test(tcase, a_provider_behind_a_path);
    tcase_add_test(tcase, an_endpoint_is_found_however_its_origin_is_spelled);
    tcase_add_test(tcase, an_endpoint_at_another_origin_is_refused_by_its_name);
    tcase_add_test(tcase, what_is_published_instead_is_told);
    tcase_add_loop_test(tcase, an_alias_at_another_origin_is_told, 0, COUNT(aliases));
    tcase_add_test(tcase, an_endpoint_that_is_null_is_none);
    tcase_add_test(tcase, what_was_asked_is_told);
    tcase_add_loop_test(tcase, what_cannot_be_used_is_told_with_what_to_do, 0, COUNT(bad));
    return suite;
}
