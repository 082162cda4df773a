/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "access/eckid_bearer_introspection.h"
#include "support/fakes.h"

#define NOW apr_time_from_sec(1788165000)
#define URL "https://as.example/introspect"

static eckid_bearer_introspection_t *at(fake_las_t *server)
{
    const eckid_transport_t transport = fake_transport(server);
    eckid_bearer_introspection_t *introspection;

    ok(eckid_bearer_introspection_make(&introspection, URL, "Basic eDp5", &transport, pool));
    return introspection;
}

static fake_las_t saying(const char *body)
{
    return (fake_las_t){.status = 200, .type = "application/json", .body = body};
}

START_TEST(the_server_is_asked_once_in_a_minute)
{
    fake_las_t server = saying("{\"active\":true,\"client_id\":\"las\"}");
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    for (int i = 0; i < 3; i++) {
        ok(eckid_bearer_introspection_ask(&claims, introspection, "a+b/c", NOW, pool));
        ck_assert_str_eq(json_string_value(json_object_get(claims, "client_id")), "las");
    }
    ck_assert_int_eq(server.calls, 1);
    ck_assert_str_eq(server.last.body.data, "token_type_hint=access_token&token=a%2Bb%2Fc");
    ck_assert_str_eq(apr_table_get(server.last.headers, "Authorization"), "Basic eDp5");
    ok(eckid_bearer_introspection_ask(&claims, introspection, "a+b/c", NOW + apr_time_from_sec(60),
                                      pool));
    ck_assert_int_eq(server.calls, 2);
    ok(eckid_bearer_introspection_ask(&claims, introspection, "other", NOW, pool));
    ck_assert_int_eq(server.calls, 3);
}
END_TEST

START_TEST(a_token_that_is_not_active_is_remembered_too)
{
    fake_las_t server = saying("{\"active\":false}");
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    for (int i = 0; i < 3; i++) {
        refused(eckid_bearer_introspection_ask(&claims, introspection, "x", NOW, pool),
                ECKID_PUSH_TOKEN);
    }
    ck_assert_int_eq(server.calls, 1);
}
END_TEST

START_TEST(worthless_tokens_do_not_push_out_a_good_one)
{
    fake_las_t server = saying("{\"active\":true}");
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    ok(eckid_bearer_introspection_ask(&claims, introspection, "good", NOW, pool));
    server.body = "{\"active\":false}";
    for (int i = 0; i < 1000; i++) {
        refused(
            eckid_bearer_introspection_ask(&claims, introspection, apr_itoa(pool, i), NOW, pool),
            ECKID_PUSH_TOKEN);
    }
    ok(eckid_bearer_introspection_ask(&claims, introspection, "good", NOW, pool));
}
END_TEST

static const struct {
    int status;
    const char *body;
} broken[] = {{500, ""},
              {503, ""},
              {401, "{\"error\":\"invalid_client\"}"},
              {400, "{\"error\":\"invalid_client\"}"},
              {400, "{\"error\":\"unauthorized_client\"}"},
              {403, ""},
              {404, ""},
              {429, ""},
              {200, "<html>"},
              {200, "{}"},
              {200, "{\"active\":\"true\"}"},
              {302, ""}};

START_TEST(a_failure_leaves_the_server_alone_for_a_while)
{
    fake_las_t server = {.status = broken[_i].status, .body = broken[_i].body, .type = "text/x"};
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    for (int i = 0; i < 5; i++) {
        tells(eckid_bearer_introspection_ask(&claims, introspection, "x", NOW, pool),
              ECKID_PUSH_ISSUER, URL);
    }
    ck_assert_int_eq(server.calls, 1);
    server = saying("{\"active\":true}");
    ok(eckid_bearer_introspection_ask(&claims, introspection, "x", NOW + apr_time_from_sec(5),
                                      pool));
}
END_TEST

static const struct {
    int status;
    const char *body;
} refusing[] = {{400, ""},
                {400, "{\"error\":\"invalid_request\"}"},
                {400, "{\"error\":1}"},
                {400, "<html>"},
                {413, ""},
                {422, ""}};

START_TEST(a_token_that_the_server_does_not_read_delays_no_other)
{
    fake_las_t server = {
        .status = refusing[_i].status, .body = refusing[_i].body, .type = "application/json"};
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    tells(eckid_bearer_introspection_ask(&claims, introspection, "odd", NOW, pool),
          ECKID_PUSH_TOKEN, URL);
    refused(eckid_bearer_introspection_ask(&claims, introspection, "odd", NOW, pool),
            ECKID_PUSH_TOKEN);
    ck_assert_int_eq(server.calls, 1);
    server = saying("{\"active\":true}");
    ok(eckid_bearer_introspection_ask(&claims, introspection, "good", NOW, pool));
}
END_TEST

START_TEST(a_long_response_is_used_and_not_remembered)
{
    char *text = apr_pstrcat(pool, "{\"active\":true,\"a\":\"", apr_psprintf(pool, "%5000s", ""),
                             "\"}", NULL);
    fake_las_t server = saying(text);
    eckid_bearer_introspection_t *introspection = at(&server);
    json_t *claims;

    ok(eckid_bearer_introspection_ask(&claims, introspection, "x", NOW, pool));
    ok(eckid_bearer_introspection_ask(&claims, introspection, "x", NOW, pool));
    ck_assert_int_eq(server.calls, 2);
}
END_TEST

/* A server that is asked while it answers: the calls that are under way at once. */
typedef struct nested_t {
    eckid_bearer_introspection_t *introspection;
    int depth;
    eckid_code_t innermost;
} nested_t;

static eckid_err_t *ask_again(void *self, eckid_http_response_t **response,
                              const eckid_http_request_t *request, apr_pool_t *p)
{
    nested_t *nested = self;
    json_t *claims;
    const char *token = apr_itoa(p, ++nested->depth);
    eckid_err_t *err =
        eckid_bearer_introspection_ask(&claims, nested->introspection, token, NOW, p);

    (void)request;
    if (err && !nested->innermost) {
        nested->innermost = err->code;
    }
    *response = apr_pcalloc(p, sizeof(**response));
    (*response)->status = 200;
    (*response)->body = str("{\"active\":true}");
    return NULL;
}

START_TEST(few_calls_are_under_way_at_once)
{
    nested_t nested = {.depth = 0};
    const eckid_transport_t transport = {ask_again, &nested};
    json_t *claims;

    ok(eckid_bearer_introspection_make(&nested.introspection, URL, "Basic eDp5", &transport, pool));
    ok(eckid_bearer_introspection_ask(&claims, nested.introspection, "0", NOW, pool));
    ck_assert_int_eq(nested.depth, ECKID_BEARER_CALLS_MAX);
    ck_assert_int_eq(nested.innermost, ECKID_PUSH_ISSUER);
    ok(eckid_bearer_introspection_ask(&claims, nested.introspection, "0", NOW, pool));
}
END_TEST

UNIT_SUITE(bearer_introspection)
{
    Suite *suite = suite_create("bearer_introspection");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_test(tcase, the_server_is_asked_once_in_a_minute);
    tcase_add_test(tcase, a_token_that_is_not_active_is_remembered_too);
    tcase_add_test(tcase, worthless_tokens_do_not_push_out_a_good_one);
    tcase_add_loop_test(tcase, a_failure_leaves_the_server_alone_for_a_while, 0, COUNT(broken));
    tcase_add_loop_test(tcase, a_token_that_the_server_does_not_read_delays_no_other, 0,
                        COUNT(refusing));
    tcase_add_test(tcase, a_long_response_is_used_and_not_remembered);
    tcase_add_test(tcase, few_calls_are_under_way_at_once);
    return suite;
}
