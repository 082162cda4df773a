/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "http/eckid_backend.h"
#include "support/web.h"

START_TEST(only_http_and_https_urls)
{
    static const char *const urls[] = {"idp.example", "ftp://idp.example", "https://",
                                       "https://u@idp.example", "https://idp.example/?x"};
    const eckid_transport_t transport = {NULL, NULL};
    eckid_backend_t backend;

    for (int i = 0; i < COUNT(urls); i++) {
        refused(
            eckid_backend_make(&backend, urls[i], WEB_BACKEND, &transport, ECKID_PROVIDER, pool),
            ECKID_CONFIG);
        refused(eckid_backend_make(&backend, WEB_ISSUER, urls[i], &transport, ECKID_PROVIDER, pool),
                ECKID_CONFIG);
    }
}
END_TEST

static const struct {
    const char *published, *at_backend, *path; /* NULL where it is not the issuer's */
} urls[] = {
    {"https://host.example:8443/auth/keys?a#b", "http://127.0.0.1:9/inner/keys?a#b", "/auth/keys"},
    {"https://HOST.example:8443/auth", "http://127.0.0.1:9/inner", "/auth"},
    {"https://host.example:8443/author", "http://127.0.0.1:9/author", "/author"},
    {"https://host.example:8443", "http://127.0.0.1:9/", "/"},
    {"https://host.example:8443?x", "http://127.0.0.1:9/?x", "/"},
    {"https://host.example/auth/keys", NULL, NULL},
    {"http://host.example:8443/auth/keys", NULL, NULL},
    {"https://host.example:8443.evil.example/auth/keys", NULL, NULL},
    {"/auth/keys", NULL, NULL},
    {NULL, NULL, NULL},
};

START_TEST(urls_of_the_issuer_have_a_place_at_the_backend)
{
    const eckid_transport_t transport = {NULL, NULL};
    eckid_backend_t backend;

    ok(eckid_backend_make(&backend, "https://host.example:8443/auth/", "http://127.0.0.1:9/inner/",
                          &transport, ECKID_PROVIDER, pool));
    ck_assert_pstr_eq(eckid_backend_url(&backend, urls[_i].published, pool), urls[_i].at_backend);
    ck_assert_pstr_eq(eckid_backend_path(&backend, urls[_i].published, pool), urls[_i].path);
    ck_assert_str_eq(eckid_backend_public_url(&backend, "/x", pool),
                     "https://host.example:8443/auth/x");
}
END_TEST

static eckid_err_t *send_to(eckid_http_response_t **response, web_t *web, const char *path)
{
    const eckid_transport_t transport = web_transport(web);
    eckid_backend_t backend;

    ok(eckid_backend_make(&backend, WEB_ISSUER, WEB_BACKEND, &transport, ECKID_PROVIDER, pool));
    eckid_http_request_t request =
        eckid_backend_request(&backend, apr_pstrcat(pool, WEB_BACKEND, path, NULL), pool);

    ck_assert_str_eq(request.method, "GET");
    return eckid_backend_send(response, &backend, &request, "it", pool);
}

START_TEST(a_request_looks_as_through_a_proxy)
{
    web_t web = {.calls = 0};
    eckid_http_response_t *response;

    web_publish(&web, RSA_2048, 0);
    ok(send_to(&response, &web, "/jwks"));
    ck_assert_str_eq(apr_table_get(web.last.headers, "Host"), "idp.school.example");
    ck_assert_str_eq(apr_table_get(web.last.headers, "X-Forwarded-Host"), "idp.school.example");
    ck_assert_str_eq(apr_table_get(web.last.headers, "X-Forwarded-Proto"), "https");
    ck_assert_str_eq(apr_table_get(web.last.headers, ECKID_BACKEND_FIELD), WEB_ISSUER);
}
END_TEST

START_TEST(only_status_200_is_no_error)
{
    web_t web = {.calls = 0};
    eckid_http_response_t *response;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, WEB_BACKEND "/jwks")->status = 503;
    refused(send_to(&response, &web, "/jwks"), ECKID_PROVIDER);
    ck_assert_int_eq(response->status, 503);
    web_page(&web, WEB_BACKEND "/jwks")->status = 0;
    refused(send_to(&response, &web, "/jwks"), ECKID_PROVIDER);
    ck_assert_ptr_null(response);
}
END_TEST

static const struct {
    int status; /* 0: no answer at all */
    const char *words;
} advice[] = {
    {0, "(is it slow?"},
    {301, "X-Forwarded-Proto"},
    {401, "secret and scopes"},
    {404, "it has the issuer's path too"},
    {418, "fetch the discovery document"},
    {500, "(see its own log)"},
};

START_TEST(the_hint_fits_the_status)
{
    web_t web = {.calls = 0};
    eckid_http_response_t *response;

    web_publish(&web, RSA_2048, 0);
    web_page(&web, WEB_BACKEND "/jwks")->status = advice[_i].status;
    tells(send_to(&response, &web, "/jwks"), ECKID_PROVIDER, advice[_i].words);
}
END_TEST

UNIT_SUITE(backend)
{
    Suite *suite = suite_create("backend");
    TCase *tcase = unit_case(suite, "backend");

    tcase_add_test(tcase, only_http_and_https_urls);
    tcase_add_loop_test(tcase, urls_of_the_issuer_have_a_place_at_the_backend, 0, COUNT(urls));
    tcase_add_test(tcase, a_request_looks_as_through_a_proxy);
    tcase_add_test(tcase, only_status_200_is_no_error);
    tcase_add_loop_test(tcase, the_hint_fits_the_status, 0, COUNT(advice));
    return suite;
}
