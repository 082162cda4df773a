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
    bool tried;
    eckid_err_t *failure;

    return eckid_provider_get(view, provider, &tried, &failure,
                              MAKER_NOW + apr_time_from_sec(seconds), pool);
}

START_TEST(it_is_fetched_once)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    ok(get_at(&view, provider, 3599));
    ck_assert_int_eq(web.calls, 2);
    ck_assert_str_eq(view->jwks_path, "/jwks");
    ck_assert_ptr_eq(eckid_provider_backend(provider)->url, eckid_provider_issuer(provider));
}
END_TEST

START_TEST(what_is_old_is_fetched_again_and_the_last_good_one_kept)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    bool tried;
    eckid_err_t *failure;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_page(&web, WEB_BACKEND "/jwks")->body = "<html>busy</html>";
    ok(eckid_provider_get(&view, provider, &tried, &failure, MAKER_NOW + apr_time_from_sec(3600),
                          pool));
    ck_assert(tried);
    refused(failure, ECKID_PROVIDER);
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
    bool tried;
    eckid_err_t *failure;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_publish(&web, RSA_2048, 1);
    for (int i = 0; i < 20; i++) {
        ok(eckid_provider_renew(&view, provider, &tried, &failure, MAKER_NOW + i, pool));
        ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key1");
    }
    ck_assert_int_eq(web.calls, 4);
    ok(eckid_provider_renew(&view, provider, &tried, &failure, MAKER_NOW + apr_time_from_sec(30),
                            pool));
    ck_assert_int_eq(web.calls, 6);
}
END_TEST

START_TEST(a_renewal_that_fails_is_not_tried_again_in_the_window)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;
    bool tried;
    eckid_err_t *failure;

    web_publish(&web, RSA_2048, 0);
    ok(get_at(&view, provider, 0));
    web_page(&web, WEB_BACKEND "/jwks")->status = 0;
    for (int seconds = 1; seconds <= 30; seconds++) {
        ok(eckid_provider_renew(&view, provider, &tried, &failure,
                                MAKER_NOW + apr_time_from_sec(seconds), pool));
        ck_assert_int_eq(tried, seconds == 1);
        ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key0");
    }
    refused(failure, ECKID_PROVIDER);
    ck_assert_int_eq(web.calls, 4);
    ok(eckid_provider_renew(&view, provider, &tried, &failure, MAKER_NOW + apr_time_from_sec(31),
                            pool));
    ck_assert_int_eq(web.calls, 6);
}
END_TEST

#define LATECOMERS 8

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
    } comers[LATECOMERS];
} rush_t;

static void *APR_THREAD_FUNC come(apr_thread_t *thread, void *self)
{
    struct comer_t *comer = self;
    const eckid_provider_view_t *view;
    apr_pool_t *own;
    bool tried;
    eckid_err_t *failure;

    (void)thread;
    apr_pool_create(&own, NULL);
    if (!eckid_provider_renew(&view, comer->rush->provider, &tried, &failure, MAKER_NOW, own)) {
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
    for (rush->come = 0; rush->come < LATECOMERS; rush->come++) {
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
    bool tried;
    eckid_err_t *failure;

    rush->outlasts = outlasts;
    ok(eckid_provider_make(&rush->provider, &options, &transport, pool));
    web_publish(&rush->web, RSA_2048, 0);
    ok(get_at(&view, rush->provider, 0));
    web_publish(&rush->web, RSA_2048, 1);
    ok(eckid_provider_renew(&view, rush->provider, &tried, &failure, MAKER_NOW, pool));
    ck_assert_str_eq(APR_ARRAY_IDX(view->keys, 0, eckid_jwk_t).kid, "key1");
    ck_assert_int_eq(rush->web.calls, 4);
    return rush;
}

START_TEST(who_comes_while_new_keys_are_fetched_is_given_those)
{
    const rush_t *rush = make_rush(apr_time_from_sec(60), false);

    join_all(rush);
    for (int i = 0; i < LATECOMERS; i++) {
        ck_assert_str_eq(rush->comers[i].kid, "key1");
    }
    ck_assert_int_eq(rush->web.calls, 4); /* for all of them */
}
END_TEST

START_TEST(nobody_waits_for_new_keys_beyond_its_patience)
{
    const rush_t *rush = make_rush(apr_time_from_msec(1), true);

    for (int i = 0; i < LATECOMERS; i++) {
        ck_assert_str_eq(rush->comers[i].kid, "key0");
    }
}
END_TEST

START_TEST(a_failure_stands_for_a_while)
{
    web_t web = {.calls = 0};
    eckid_provider_t *provider = web_provider(&web);
    const eckid_provider_view_t *view;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, DISCOVERY)->status = 508;
    refused(get_at(&view, provider, 0), ECKID_LOOP);
    int calls = web.calls;

    web_page(&web, DISCOVERY)->status = 200;
    refused(get_at(&view, provider, 4), ECKID_LOOP);
    ck_assert_int_eq(web.calls, calls);
    ok(get_at(&view, provider, 5));
}
END_TEST

UNIT_SUITE(provider)
{
    Suite *suite = suite_create("provider");
    TCase *tcase = unit_case(suite, "provider");

    tcase_add_test(tcase, it_is_fetched_once);
    tcase_add_test(tcase, what_is_old_is_fetched_again_and_the_last_good_one_kept);
    tcase_add_test(tcase, an_unknown_key_makes_it_be_fetched_once_in_a_window);
    tcase_add_test(tcase, a_renewal_that_fails_is_not_tried_again_in_the_window);
    tcase_add_test(tcase, who_comes_while_new_keys_are_fetched_is_given_those);
    tcase_add_test(tcase, nobody_waits_for_new_keys_beyond_its_patience);
    tcase_add_test(tcase, a_failure_stands_for_a_while);
    return suite;
}
