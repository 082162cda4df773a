/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "contract/eckid_contract_eduv.h"
#include "support/fakes.h"

static const eckid_person_key_t key = {"NEPPI", "95312@1.school.example", NULL, NULL};

#define ID(type, value) "{\"userId\":\"" value "\",\"userIdType\":\"" type "\"}"
#define US ID("NEPPI", "95312@1.school.example")
#define VALUE(text) "\"userMasterIdentifier\":" text

typedef struct row_t {
    int status;
    const char *type, *body;
    eckid_outcome_t outcome;
    eckid_code_t code; /* 0: no error */
} row_t;

static const row_t rows[] = {
    {200, "application/json", "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":[" US "]}", ECKID_FOUND,
     0},
    {200, "application/json; charset=utf-8", "{" VALUE("\"" AN_ECKID "\"") "}", ECKID_FOUND, 0},
    {200, "application/vnd.las+json", "{" VALUE("\"" AN_ECKID "\"") "}", ECKID_FOUND, 0},
    {200, "application/problem+json", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_SHAPE},
    {200, "Application/Problem+JSON; charset=utf-8", "{" VALUE("null") "}", 0, ECKID_LAS_SHAPE},
    {200, "application/json",
     "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":[" ID("NEPRI", "other") "]}", ECKID_FOUND, 0},
    {200, "application/json", "{\"userIds\":[" US "],\"givenName\":\"Pietje\"}", ECKID_HAS_NONE, 0},
    {200, "application/json", "{" VALUE("null") "}", ECKID_HAS_NONE, 0},
    {404, "application/json", "{\"title\":\"Not Found\"}", ECKID_IS_UNKNOWN, 0},
    {404, "application/problem+json", "{}", ECKID_IS_UNKNOWN, 0},
    {404, "text/html", "<h1>Not Found</h1>", 0, ECKID_LAS_SHAPE},
    {404, NULL, "", 0, ECKID_LAS_SHAPE},
    {200, "text/html", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_SHAPE},
    {200, "application/jsonx", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_SHAPE},
    {200, "application/json", "{}", 0, ECKID_LAS_SHAPE},
    {200, "application/json", "{\"error\":\"internal\"}", 0, ECKID_LAS_SHAPE},
    {200, "application/json", "[{" VALUE("\"" AN_ECKID "\"") "}]", 0, ECKID_LAS_SHAPE},
    {200, "application/json", "not json", 0, ECKID_LAS_SHAPE},
    {200, "application/json", "{" VALUE("\"" AN_ECKID "\"") "," VALUE("null") "}", 0,
     ECKID_LAS_SHAPE},
    {200, "application/json", "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":{}}", 0, ECKID_LAS_SHAPE},
    {200, "application/json",
     "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":[" ID("NEPPI", "1@1.school.example") "]}", 0,
     ECKID_LAS_OTHER},
    {200, "application/json",
     "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":[" US "," ID("NEPPI", "1") "]}", 0,
     ECKID_LAS_OTHER},
    {200, "application/json",
     "{" VALUE("\"" AN_ECKID "\"") ",\"userIds\":[{\"userIdType\":\"NEPPI\",\"userId\":1}]}", 0,
     ECKID_LAS_OTHER},
    {200, "application/json", "{" VALUE("\"https://ketenid.nl/201703/1\"") "}", 0, ECKID_MALFORMED},
    {200, "application/json", "{" VALUE("\"\"") "}", 0, ECKID_MALFORMED},
    {200, "application/json", "{" VALUE("17") "}", 0, ECKID_MALFORMED},
    {200, "application/json", "{" VALUE("\"https://ketenid.nl/pilot/" DIGITS64 DIGITS64 "\"") "}",
     0, ECKID_MALFORMED},
    {201, "application/json", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_REFUSED},
    {204, NULL, "", 0, ECKID_LAS_REFUSED},
    {302, "application/json", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_REFUSED},
    {401, "application/json", "{}", 0, ECKID_LAS_REFUSED},
    {403, "application/json", "{}", 0, ECKID_LAS_REFUSED},
    {429, "application/json", "{}", 0, ECKID_LAS_REFUSED},
    {503, "application/json", "{" VALUE("\"" AN_ECKID "\"") "}", 0, ECKID_LAS_REFUSED},
};

static eckid_http_response_t answer_of(int status, const char *type, const char *body)
{
    eckid_http_response_t answer = {status, apr_table_make(pool, 1), str(body)};

    if (type) {
        apr_table_set(answer.headers, "Content-Type", type);
    }
    return answer;
}

START_TEST(every_answer_has_its_meaning)
{
    const row_t *row = &rows[_i];
    const eckid_http_response_t answer = answer_of(row->status, row->type, row->body);
    eckid_finding_t finding = {0};
    eckid_err_t *err = eckid_contract_eduv.read_response(&eckid_contract_eduv, &finding, &answer,
                                                         &key, false, pool);

    if (row->code) {
        refused(err, row->code);
        return;
    }
    ok(err);
    ck_assert_int_eq(finding.outcome, row->outcome);
    ck_assert_str_eq(finding.value.text, row->outcome == ECKID_FOUND ? AN_ECKID : "");
}
END_TEST

START_TEST(pilot_values_need_to_be_allowed)
{
    const eckid_http_response_t answer =
        answer_of(200, "application/json",
                  "{" VALUE("\"https://ketenid.nl/pilot/" DIGITS64 DIGITS64 "\"") "}");
    eckid_finding_t finding;

    ok(eckid_contract_eduv.read_response(&eckid_contract_eduv, &finding, &answer, &key, true,
                                         pool));
    ck_assert_int_eq(finding.outcome, ECKID_FOUND);
}
END_TEST

START_TEST(no_error_tells_about_the_student)
{
    const row_t *row = &rows[_i];
    const eckid_http_response_t answer = answer_of(row->status, row->type, row->body);
    eckid_finding_t finding;
    eckid_err_t *err = eckid_contract_eduv.read_response(&eckid_contract_eduv, &finding, &answer,
                                                         &key, false, pool);

    if (err) {
        ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "95312"));
        ck_assert_ptr_null(strstr(eckid_err_text(err, pool), "ketenid.nl"));
    }
}
END_TEST

static eckid_http_request_t *request_for(const char *base, const eckid_school_t *school)
{
    eckid_http_request_t *request;

    ok(eckid_contract_eduv.make_request(&eckid_contract_eduv, &request, base, school, &key, 0,
                                        pool));
    return request;
}

START_TEST(the_question_is_the_contract_s)
{
    const eckid_school_t school = {"V_ID", "11ZZ03"};
    eckid_http_request_t *request = request_for("https://las.example/v1", &school);

    ck_assert_str_eq(request->method, "POST");
    ck_assert_str_eq(request->url, "https://las.example/v1/students");
    ck_assert_str_eq(apr_table_get(request->headers, "Content-Type"), "application/json");
    ck_assert_str_eq(request->body.data,
                     "{\"school\":{\"organisationIds\":[{\"organisationId\":\"11ZZ03\","
                     "\"organisationIdType\":\"V_ID\"}]},\"student\":{\"userIds\":[" US "]}}");
}
END_TEST

START_TEST(employees_are_asked_for_at_their_own_service)
{
    const eckid_school_t school = {"V_ID", "11ZZ03"};
    const eckid_contract_t *contract = &eckid_contract_eduv_employees;
    eckid_http_request_t *request;

    ok(contract->make_request(contract, &request, "https://las.example/v1", &school, &key, 0,
                              pool));
    ck_assert_str_eq(request->method, "POST");
    ck_assert_str_eq(request->url, "https://las.example/v1/employees");
    ck_assert_str_eq(request->body.data,
                     "{\"school\":{\"organisationIds\":[{\"organisationId\":\"11ZZ03\","
                     "\"organisationIdType\":\"V_ID\"}]},\"employee\":{\"userIds\":[" US "]}}");
}
END_TEST

START_TEST(a_school_may_have_a_master_identifier)
{
    const eckid_school_t school = {"master", "x\"y"};

    ck_assert_ptr_nonnull(strstr(request_for("https://las.example", &school)->body.data,
                                 "{\"school\":{\"organisationMasterIdentifier\":\"x\\\"y\"}"));
}
END_TEST

UNIT_SUITE(contract_eduv)
{
    Suite *suite = suite_create("contract_eduv");
    TCase *tcase = unit_case(suite, "eduv");

    tcase_add_loop_test(tcase, every_answer_has_its_meaning, 0, COUNT(rows));
    tcase_add_loop_test(tcase, no_error_tells_about_the_student, 0, COUNT(rows));
    tcase_add_test(tcase, pilot_values_need_to_be_allowed);
    tcase_add_test(tcase, the_question_is_the_contract_s);
    tcase_add_test(tcase, employees_are_asked_for_at_their_own_service);
    tcase_add_test(tcase, a_school_may_have_a_master_identifier);
    return suite;
}
