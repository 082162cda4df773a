/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_provider_call.h"
#include "support/web.h"

#define USERINFO WEB_BACKEND "/oauth/userinfo"
#define INTROSPECTION WEB_BACKEND "/introspect"

static eckid_backend_t backend_of(web_t *web)
{
    const eckid_transport_t transport = web_transport(web);
    eckid_backend_t backend;

    ok(eckid_backend_make(&backend, WEB_ISSUER, WEB_BACKEND, &transport, ECKID_PROVIDER, pool));
    return backend;
}

START_TEST(userinfo_is_asked_for_with_the_token)
{
    web_t web = {.calls = 0};
    const eckid_backend_t backend = backend_of(&web);
    eckid_provider_view_t view = {.userinfo_url = NULL};
    eckid_http_response_t *response;

    tells(eckid_provider_call_userinfo(&response, &backend, &view, "abc", pool), ECKID_PROVIDER,
          "needs userinfo_endpoint");
    ck_assert_int_eq(web.calls, 0);
    view.userinfo_url = USERINFO;
    *web_page(&web, USERINFO) = (web_page_t){USERINFO, "application/json", "{}", 200};
    ok(eckid_provider_call_userinfo(&response, &backend, &view, "abc", pool));
    ck_assert_str_eq(apr_table_get(web.last.headers, "Authorization"), "Bearer abc");
    web_page(&web, USERINFO)->status = 401;
    refused(eckid_provider_call_userinfo(&response, &backend, &view, "abc", pool), ECKID_PROVIDER);
}
END_TEST

static const struct {
    int status;
    const char *body;
    eckid_code_t code;
} introspections[] = {
    {200, "{\"active\":true,\"sub\":\"s1\"}", ECKID_OK},
    {200, "{\"active\":true,\"x\":1e400,\"y\":\"\\u0000\"}", ECKID_OK},
    {200, "{\"active\":false}", ECKID_TOKEN_UNKNOWN},
    {200, "{\"active\":\"true\"}", ECKID_TOKEN_UNKNOWN},
    {200, "<html></html>", ECKID_PROVIDER},
    {401, "{\"active\":true}", ECKID_PROVIDER},
    {0, "", ECKID_PROVIDER},
};

START_TEST(introspection_must_say_that_the_token_is_active)
{
    web_t web = {.calls = 0};
    const eckid_backend_t backend = backend_of(&web);
    const eckid_provider_view_t view = {.introspection_url = INTROSPECTION};
    json_t *claims;

    *web_page(&web, INTROSPECTION) = (web_page_t){
        INTROSPECTION, "application/json", introspections[_i].body, introspections[_i].status};
    eckid_err_t *err =
        eckid_provider_call_introspect(&claims, &backend, &view, "Basic eDp5", "abc", pool);

    ck_assert_int_eq(err ? err->code : ECKID_OK, introspections[_i].code);
    ck_assert(!err || err->code != ECKID_TOKEN_UNKNOWN ||
              strstr(eckid_err_text(err, pool), "not among its "));
    ck_assert_str_eq(apr_table_get(web.last.headers, "Authorization"), "Basic eDp5");
    ck_assert_str_eq(apr_table_get(web.last.headers, "Content-Type"),
                     "application/x-www-form-urlencoded");
}
END_TEST

START_TEST(introspection_needs_an_endpoint)
{
    web_t web = {.calls = 0};
    const eckid_backend_t backend = backend_of(&web);
    const eckid_provider_view_t view = {.introspection_url = NULL};
    json_t *claims;

    tells(eckid_provider_call_introspect(&claims, &backend, &view, "Basic eDp5", "abc", pool),
          ECKID_PROVIDER, "needs introspection_endpoint");
    ck_assert_int_eq(web.calls, 0);
}
END_TEST

UNIT_SUITE(provider_call)
{
    Suite *suite = suite_create("provider_call");
    TCase *tcase = unit_case(suite, "provider_call");

    tcase_add_test(tcase, userinfo_is_asked_for_with_the_token);
    tcase_add_loop_test(tcase, introspection_must_say_that_the_token_is_active, 0,
                        COUNT(introspections));
    tcase_add_test(tcase, introspection_needs_an_endpoint);
    return suite;
}
