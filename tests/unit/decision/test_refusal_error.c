/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"
#include "decision/eckid_refusal_error.h"

static const struct {
    eckid_refusal_reader_t reader;
    int status, told;
    const char *type, *error, *authenticate;
} refusals[] = {
    {ECKID_AT_TOKEN, 403, 400, "application/json", "invalid_grant", NULL},
    {ECKID_AT_TOKEN, 401, 400, "application/json", "invalid_grant", NULL},
    {ECKID_AT_REQUEST, 401, 400, "application/json", "invalid_request", NULL},
    {ECKID_AT_TOKEN, 502, 502, "application/problem+json", NULL, NULL},
    {ECKID_AT_TOKEN, 503, 503, "application/problem+json", NULL, NULL},
    {ECKID_AT_USERINFO, 401, 401, "application/json", "invalid_token", "error=\"invalid_token\""},
    {ECKID_AT_USERINFO, 403, 403, "application/json", "insufficient_scope",
     "error=\"insufficient_scope\""},
    {ECKID_AT_USERINFO, 503, 503, "application/problem+json", NULL, NULL},
    {ECKID_AT_DOCUMENT, 502, 502, "application/problem+json", NULL, NULL},
};

START_TEST(each_refusal_has_one_response)
{
    eckid_refusal_error_t refusal =
        eckid_refusal_error_make(refusals[_i].reader, refusals[_i].status, "K7F2-9QXM", pool);
    json_t *body;

    ck_assert_int_eq(refusal.status, refusals[_i].told);
    ck_assert_str_eq(refusal.content_type, refusals[_i].type);
    ck_assert(refusal.retry == (refusals[_i].told == 503));
    ok(eckid_json_parse(&body, refusal.body, ECKID_TOKEN, pool));
    ck_assert_ptr_nonnull(strstr(refusal.body.data, "reference K7F2-9QXM"));
    const char *error = json_string_value(json_object_get(body, "error"));

    ck_assert(refusals[_i].error ? error && strcmp(error, refusals[_i].error) == 0 : !error);
    ck_assert(refusals[_i].authenticate
                  ? refusal.authenticate && strstr(refusal.authenticate, refusals[_i].authenticate)
                  : !refusal.authenticate);
}
END_TEST

START_TEST(a_token_is_not_active_where_it_is_asked_about)
{
    eckid_refusal_error_t refusal =
        eckid_refusal_error_make(ECKID_AT_INTROSPECTION, 401, "K7F2-9QXM", pool);

    ck_assert_int_eq(refusal.status, 200);
    ck_assert_str_eq(refusal.body.data, "{\"active\":false}");
}
END_TEST

START_TEST(a_redirect_has_the_errors_of_rfc_6749)
{
    ck_assert_str_eq(eckid_refusal_error_code(403), "access_denied");
    ck_assert_str_eq(eckid_refusal_error_code(503), "temporarily_unavailable");
    ck_assert_str_eq(eckid_refusal_error_code(502), "server_error");
}
END_TEST

UNIT_SUITE(refusal_error)
{
    Suite *suite = suite_create("refusal_error");
    TCase *tcase = unit_case(suite, "error");

    tcase_add_loop_test(tcase, each_refusal_has_one_response, 0, COUNT(refusals));
    tcase_add_test(tcase, a_token_is_not_active_where_it_is_asked_about);
    tcase_add_test(tcase, a_redirect_has_the_errors_of_rfc_6749);
    return suite;
}
