/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"
#include "decision/eckid_problem.h"

static const struct {
    eckid_problem_reader_t place;
    int status, told;
    const char *type, *error, *authenticate;
} problems[] = {
    {ECKID_AT_TOKEN, 403, 400, "application/json", "invalid_grant", NULL},
    {ECKID_AT_TOKEN, 502, 502, "application/problem+json", NULL, NULL},
    {ECKID_AT_TOKEN, 503, 503, "application/problem+json", NULL, NULL},
    {ECKID_AT_USERINFO, 401, 401, "application/json", "invalid_token", "error=\"invalid_token\""},
    {ECKID_AT_USERINFO, 403, 403, "application/json", "insufficient_scope",
     "error=\"insufficient_scope\""},
    {ECKID_AT_USERINFO, 503, 503, "application/problem+json", NULL, NULL},
    {ECKID_AT_DOCUMENT, 502, 502, "application/problem+json", NULL, NULL},
};

START_TEST(each_refusal_has_one_answer)
{
    eckid_problem_t problem =
        eckid_problem_make(problems[_i].place, problems[_i].status, "K7F2-9QXM", pool);
    json_t *body;

    ck_assert_int_eq(problem.status, problems[_i].told);
    ck_assert_str_eq(problem.content_type, problems[_i].type);
    ck_assert(problem.retry == (problems[_i].told == 503));
    ok(eckid_json_parse(&body, problem.body, ECKID_TOKEN, pool));
    ck_assert_ptr_nonnull(strstr(problem.body.data, "reference K7F2-9QXM"));
    const char *error = json_string_value(json_object_get(body, "error"));

    ck_assert(problems[_i].error ? error && strcmp(error, problems[_i].error) == 0 : !error);
    ck_assert(problems[_i].authenticate
                  ? problem.authenticate && strstr(problem.authenticate, problems[_i].authenticate)
                  : !problem.authenticate);
}
END_TEST

START_TEST(a_redirect_has_the_errors_of_rfc_6749)
{
    ck_assert_str_eq(eckid_problem_redirect_error(403), "access_denied");
    ck_assert_str_eq(eckid_problem_redirect_error(503), "temporarily_unavailable");
    ck_assert_str_eq(eckid_problem_redirect_error(502), "server_error");
}
END_TEST

UNIT_SUITE(problem)
{
    Suite *suite = suite_create("problem");
    TCase *tcase = unit_case(suite, "problem");

    tcase_add_loop_test(tcase, each_refusal_has_one_answer, 0, COUNT(problems));
    tcase_add_test(tcase, a_redirect_has_the_errors_of_rfc_6749);
    return suite;
}
