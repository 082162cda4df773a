/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>

#include "support/maker.h"
#include "support/web.h"

#define DISCOVERY WEB_BACKEND "/.well-known/openid-configuration"

static eckid_err_t *get_at(const eckid_provider_view_t **view, eckid_provider_t *provider,
                           int seconds)
{
    bool changed;
    eckid_err_t *news;

    return eckid_provider_get(view, provider, &changed, &news,
                              MAKER_NOW + apr_time_from_sec(seconds), pool);
}

START_TEST(it_is_fetched_once_and_paths_are_those_of_clients)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    ok(get_at(&view, provider, 3599));
    ck_assert_int_eq(web.calls, 2);
    ck_assert_str_eq(view->discovery_path, "/.well-known/openid-configuration");
    ck_assert_str_eq(view->jwks_path, "/jwks");
    ck_assert_str_eq(view->token_path, "/oauth/token");
    ck_assert_str_eq(view->userinfo_path, "/oauth/userinfo");
    ck_assert_str_eq(view->userinfo_url, WEB_BACKEND "/oauth/userinfo");
    ck_assert_ptr_null(view->introspection_url);
    ck_assert_int_eq(view->keys->nelts, 1);
    ck_assert_str_eq(apr_table_get(web.last.headers, "Host"), "idp.school.example");
    ck_assert_str_eq(apr_table_get(web.last.headers, "X-Forwarded-Proto"), "https");
    ck_assert_str_eq(apr_table_get(web.last.headers, ECKID_PROVIDER_FIELD), WEB_ISSUER);
}
END_TEST

START_TEST(a_provider_behind_a_path)
{
    web_t web = {.calls = 0};
    const eckid_provider_options_t options = {
        .issuer = "https://host.example:8443/auth/",
        .backend = "http://127.0.0.1:9/inner/",
        .max_age = 1000000,
    };
    const eckid_transport_t transport = web_transport(&web);
    eckid_provider_t *provider;
    const eckid_provider_view_t *view;

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
    ok(eckid_provider_make(&provider, &options, &transport, pool));
    ok(get_at(&view, provider, 0));
    ck_assert_str_eq(view->discovery_path, "/auth/.well-known/openid-configuration");
    ck_assert_str_eq(view->jwks_path, "/auth/keys");
    ck_assert_str_eq(view->userinfo_url, "http://127.0.0.1:9/other/me");
    ck_assert_str_eq(view->token_path, "/auth/token");
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

    for (int i = 0; i < COUNT(urls); i++) {
        eckid_provider_t *provider = web_provider(&web);
        const eckid_provider_view_t *view;

        web_publish(&web, RSA_2048, 0);
        web_page(&web, DISCOVERY)->body = with_member("userinfo_endpoint", urls[i]);
        ok(get_at(&view, provider, 0));
        ck_assert_str_eq(view->userinfo_path, "/me");
        ck_assert_ptr_null(view->token_path);
    }
}
END_TEST

START_TEST(an_endpoint_elsewhere_is_refused_by_its_name)
{
    static const char *const urls[] = {"\"http://idp.school.example/me\"",
                                       "\"https://idp.school.example:444/me\"",
                                       "\"https://idp2.school.example/me\"", "\"/me\"", "7"};
    static const char *const names[] = {"userinfo_endpoint", "token_endpoint"};
    web_t web = {.calls = 0};

    for (int i = 0; i < COUNT(urls) * COUNT(names); i++) {
        const char *name = names[i % COUNT(names)];
        eckid_provider_t *provider = web_provider(&web);
        const eckid_provider_view_t *view;
        eckid_err_t *news;
        bool changed;

        web_publish(&web, RSA_2048, 0);
        web_page(&web, DISCOVERY)->body = with_member(name, urls[i / COUNT(names)]);
        refused(eckid_provider_get(&view, provider, &changed, &news, MAKER_NOW, pool),
                ECKID_PROVIDER);
        ck_assert_ptr_nonnull(strstr(news->detail, name));
    }
}
END_TEST

START_TEST(what_is_old_is_fetched_again_and_the_last_good_one_kept)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_page(&web, WEB_BACKEND "/jwks")->body = "<html>busy</html>";
    ok(eckid_provider_get(&view, provider, &changed, &news, MAKER_NOW + apr_time_from_sec(3600),
                          pool));
    ck_assert(changed);
    refused(news, ECKID_PROVIDER);
    ck_assert_int_eq(view->keys->nelts, 1);
    ok(get_at(&view, provider, 3601));
    ck_assert_int_eq(web.calls, 4); /* not at once again */
    web_publish(&web, RSA_2048, 1);
    ok(get_at(&view, provider, 3606));
    ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key1");
}
END_TEST

START_TEST(an_unknown_key_makes_it_be_fetched_once_in_a_window)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_publish(&web, RSA_2048, 1);
    for (int i = 0; i < 20; i++) {
        ok(eckid_provider_renew(&view, provider, &changed, &news, MAKER_NOW + i, pool));
        ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key1");
    }
    ck_assert_int_eq(web.calls, 4);
    ok(eckid_provider_renew(&view, provider, &changed, &news, MAKER_NOW + apr_time_from_sec(30),
                            pool));
    ck_assert_int_eq(web.calls, 6);
}
END_TEST

START_TEST(a_renewal_that_fails_is_not_tried_again_in_the_window)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_page(&web, WEB_BACKEND "/jwks")->status = 0;
    for (int seconds = 1; seconds <= 30; seconds++) {
        ok(eckid_provider_renew(&view, provider, &changed, &news,
                                MAKER_NOW + apr_time_from_sec(seconds), pool));
        ck_assert_int_eq(changed, seconds == 1);
        ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key0");
    }
    refused(news, ECKID_PROVIDER);
    ck_assert_int_eq(web.calls, 4);
    ok(eckid_provider_renew(&view, provider, &changed, &news, MAKER_NOW + apr_time_from_sec(31),
                            pool));
    ck_assert_int_eq(web.calls, 6);
}
END_TEST

#define COMERS 8

/* Others ask for the new keys while these are being fetched. */
typedef struct rush_t {
    web_t web;
    eckid_provider_t *provider;
    bool outlasts; /* the fetching goes on until they have gone */
    int come;
    struct comer_t {
        struct rush_t *rush;
        apr_thread_t *thread;
        char kid[8]; /* of the key that it was given */
    } comers[COMERS];
} rush_t;

static void *APR_THREAD_FUNC come(apr_thread_t *thread, void *self)
{
    struct comer_t *comer = self;
    const eckid_provider_view_t *view;
    apr_pool_t *own;
    bool changed;
    eckid_err_t *news;

    (void)thread;
    apr_pool_create(&own, NULL);
    if (!eckid_provider_renew(&view, comer->rush->provider, &changed, &news, MAKER_NOW, own)) {
        apr_cpystrn(comer->kid, APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, sizeof(comer->kid));
    }
    apr_pool_destroy(own);
    return NULL;
}

static void join_all(const rush_t *rush)
{
    for (int i = 0; i < rush->come; i++) {
        apr_status_t status;

        apr_thread_join(&status, rush->comers[i].thread);
    }
}

static void start_all(rush_t *rush)
{
    for (rush->come = 0; rush->come < COMERS; rush->come++) {
        struct comer_t *comer = &rush->comers[rush->come];

        comer->rush = rush;
        ck_assert(apr_thread_create(&comer->thread, NULL, come, comer, pool) == APR_SUCCESS);
    }
}

static eckid_err_t *send_in_rush(void *self, eckid_http_response_t **answer,
                                 const eckid_http_request_t *request, apr_pool_t *p)
{
    rush_t *rush = self;
    const eckid_transport_t web = web_transport(&rush->web);

    if (rush->web.calls == 3) { /* discovery and keys, then discovery: now the new keys */
        start_all(rush);
        if (rush->outlasts) {
            join_all(rush);
        }
        else {
            apr_sleep(apr_time_from_msec(50)); /* who comes later still finds the new keys */
        }
    }
    return web.send(web.self, answer, request, p);
}

static rush_t *make_rush(apr_interval_time_t patience, bool outlasts)
{
    const eckid_provider_options_t options = {.issuer = WEB_ISSUER,
                                              .backend = WEB_BACKEND,
                                              .max_age = apr_time_from_sec(3600),
                                              .window = apr_time_from_sec(30),
                                              .patience = patience};
    rush_t *rush = apr_pcalloc(pool, sizeof(*rush));
    const eckid_transport_t transport = {send_in_rush, rush};
    const eckid_provider_view_t *view;
    bool changed;
    eckid_err_t *news;

    rush->outlasts = outlasts;
    ok(eckid_provider_make(&rush->provider, &options, &transport, pool));
    web_publish(&rush->web, RSA_2048, 0);
    ok(get_at(&view, rush->provider, 0));
    web_publish(&rush->web, RSA_2048, 1);
    ok(eckid_provider_renew(&view, rush->provider, &changed, &news, MAKER_NOW, pool));
    ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key1");
    ck_assert_int_eq(rush->web.calls, 4);
    return rush;
}

START_TEST(who_comes_while_new_keys_are_fetched_is_given_those)
{
    const rush_t *rush = make_rush(apr_time_from_sec(60), false);

    join_all(rush);
    for (int i = 0; i < COMERS; i++) {
        ck_assert_str_eq(rush->comers[i].kid, "key1");
    }
    ck_assert_int_eq(rush->web.calls, 4); /* for all of them */
}
END_TEST

START_TEST(nobody_waits_for_new_keys_beyond_its_patience)
{
    const rush_t *rush = make_rush(apr_time_from_msec(1), true);

    for (int i = 0; i < COMERS; i++) {
        ck_assert_str_eq(rush->comers[i].kid, "key0");
    }
}
END_TEST

START_TEST(an_alias_elsewhere_is_refused_too)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, DISCOVERY)->body =
        with_member("mtls_endpoint_aliases", "{\"token_endpoint\":\"https://m.example/t\"}");
    refused(get_at(&view, provider, 0), ECKID_PROVIDER);
    web_page(&web, DISCOVERY)->body =
        with_member("mtls_endpoint_aliases", "{\"userinfo_endpoint\":\"" WEB_ISSUER "/mtls/me\"}");
    ok(get_at(&view, provider, 10));
}
END_TEST

static const struct {
    const char *url, *body;
    int status;
    eckid_code_t code;
} bad[] = {
    {DISCOVERY, "<html></html>", 200, ECKID_PROVIDER},
    {DISCOVERY, "{}", 200, ECKID_PROVIDER},
    {DISCOVERY, "{\"issuer\":\"https://evil.example\"}", 200, ECKID_PROVIDER},
    {DISCOVERY, "{\"issuer\":\"" WEB_ISSUER "\"}", 200, ECKID_PROVIDER},
    {DISCOVERY, "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"https://evil.example/jwks\"}", 200,
     ECKID_PROVIDER},
    {DISCOVERY, "{\"issuer\":\"" WEB_ISSUER "\",\"jwks_uri\":\"" WEB_ISSUER ".evil.example/jwks\"}",
     200, ECKID_PROVIDER},
    {DISCOVERY, "", 503, ECKID_PROVIDER},
    {DISCOVERY, "", 508, ECKID_LOOP},
    {DISCOVERY, "", 0, ECKID_PROVIDER},
    {WEB_BACKEND "/jwks", "<html></html>", 200, ECKID_PROVIDER},
    {WEB_BACKEND "/jwks", "{\"keys\":[]}", 200, ECKID_PROVIDER},
    {WEB_BACKEND "/jwks", "", 404, ECKID_PROVIDER},
};

START_TEST(what_cannot_be_used)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;

    web_publish(&web, RSA_2048, 0);
    web_page_t good = *web_page(&web, bad[_i].url);

    *web_page(&web, bad[_i].url) =
        (web_page_t){bad[_i].url, "application/json", bad[_i].body, bad[_i].status};
    refused(get_at(&view, provider, 0), bad[_i].code);
    int calls = web.calls;

    refused(get_at(&view, provider, 4), bad[_i].code);
    ck_assert_int_eq(web.calls, calls); /* a failure stands for a while */
    *web_page(&web, bad[_i].url) = good;
    ok(get_at(&view, provider, 5));
}
END_TEST

START_TEST(urls_that_are_none)
{
    static const char *const urls[] = {"idp.example", "ftp://idp.example", "https://",
                                       "https://u@idp.example", "https://idp.example/?x"};
    const eckid_transport_t transport = {NULL, NULL};
    eckid_provider_t *provider;

    for (int i = 0; i < COUNT(urls); i++) {
        const eckid_provider_options_t one = {.issuer = urls[i], .backend = WEB_BACKEND};
        const eckid_provider_options_t two = {.issuer = WEB_ISSUER, .backend = urls[i]};

        refused(eckid_provider_make(&provider, &one, &transport, pool), ECKID_CONFIG);
        refused(eckid_provider_make(&provider, &two, &transport, pool), ECKID_CONFIG);
    }
}
END_TEST

START_TEST(userinfo_is_asked_for_with_the_token)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    eckid_http_response_t *answer;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    refused(eckid_provider_userinfo(&answer, provider, view, "abc", pool), ECKID_PROVIDER);
    *web_page(&web, WEB_BACKEND "/oauth/userinfo") =
        (web_page_t){WEB_BACKEND "/oauth/userinfo", "application/json", "{}", 200};
    ok(eckid_provider_userinfo(&answer, provider, view, "abc", pool));
    ck_assert_str_eq(apr_table_get(web.last.headers, "Authorization"), "Bearer abc");
    web_page(&web, WEB_BACKEND "/oauth/userinfo")->status = 401;
    refused(eckid_provider_userinfo(&answer, provider, view, "abc", pool), ECKID_PROVIDER);
}
END_TEST

UNIT_SUITE(provider)
{
    Suite *suite = suite_create("provider");
    TCase *tcase = unit_case(suite, "provider");

    tcase_add_test(tcase, it_is_fetched_once_and_paths_are_those_of_clients);
    tcase_add_test(tcase, a_provider_behind_a_path);
    tcase_add_test(tcase, an_endpoint_is_found_however_its_origin_is_spelled);
    tcase_add_test(tcase, an_endpoint_elsewhere_is_refused_by_its_name);
    tcase_add_test(tcase, an_alias_elsewhere_is_refused_too);
    tcase_add_test(tcase, what_is_old_is_fetched_again_and_the_last_good_one_kept);
    tcase_add_test(tcase, an_unknown_key_makes_it_be_fetched_once_in_a_window);
    tcase_add_test(tcase, a_renewal_that_fails_is_not_tried_again_in_the_window);
    tcase_add_test(tcase, who_comes_while_new_keys_are_fetched_is_given_those);
    tcase_add_test(tcase, nobody_waits_for_new_keys_beyond_its_patience);
    tcase_add_loop_test(tcase, what_cannot_be_used, 0, COUNT(bad));
    tcase_add_test(tcase, urls_that_are_none);
    tcase_add_test(tcase, userinfo_is_asked_for_with_the_token);
    return suite;
}
