/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "base/eckid_json.h"
#include "contract/eckid_contract_request.h"

/* A contract with that request: ' for ", for the eyes. */
static eckid_contract_json_t contract_of(const char *request)
{
    char *text = apr_pstrcat(pool, "{\"request\":", request, "}", NULL);
    json_t *value;

    for (char *at = text; *at; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    ok(eckid_json_parse_any(&value, str(text), ECKID_CONTRACT, pool));
    return (eckid_contract_json_t){value, "las.json", ""};
}

#define URL "'url':'{base}/s/{student}'"
#define GET "'method':'GET'," URL
#define POST "'method':'POST'," URL

typedef struct bad_t {
    const char *request, *why;
} bad_t;

static const bad_t bad[] = {
    {"[]", "/request: an object is expected"},
    {"null", "/request: an object is expected"},
    {"{'method':'GET'}", "/request: the member \"url\" is missing"},
    {"{" URL "}", "/request: the member \"method\" is missing"},
    {"{" GET ",'timeout':1}", "/request/timeout: there is no such member"},
    {"{'method':1," URL "}", "/request/method: a string is expected"},
    {"{'method':'get'," URL "}", "/request/method: GET or POST is expected"},
    {"{'method':'PUT'," URL "}", "/request/method: GET or POST is expected"},
    {"{'method':'GET','url':1}", "/request/url: a string is expected"},
    {"{'method':'GET','url':''}", "/request/url: it must begin with {base}"},
    {"{'method':'GET','url':'https://las.example/{student}'}",
     "/request/url: it must begin with {base}"},
    {"{'method':'GET','url':' {base}/{student}'}", "/request/url: it must begin with {base}"},
    {"{'method':'GET','url':'{{base}/{student}'}", "/request/url: it must begin with {base}"},
    {"{'method':'GET','url':'{base}{student}'}", "/request/url: a / or ? must follow {base}"},
    {"{'method':'GET','url':'{base}.evil.example/{student}'}",
     "/request/url: a / or ? must follow {base}"},
    {"{'method':'GET','url':'{base}@evil.example/{student}'}",
     "/request/url: a / or ? must follow {base}"},
    {"{'method':'GET','url':'{base}/{base}/{student}'}",
     "/request/url: {base} is allowed at the beginning only"},
    {"{'method':'GET','url':'{base}/{brin}'}",
     "/request/url: the { at byte 7 does not begin a known placeholder; write {{ for a literal {"},
    {"{'method':'GET','url':'{base}/{student'}",
     "/request/url: the { at byte 7 does not begin a known placeholder; write {{ for a literal {"},
    {"{'method':'GET','url':'{base}/{{student}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/{student}}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/a b/{student}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/{student}#x'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/{student}\\n'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/\\u00e9/{student}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/%4/{student}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/%4{student}'}",
     "/request/url: it has a character that is not allowed in a URL"},
    {"{'method':'GET','url':'{base}/../{student}'}",
     "/request/url: a dot segment would make it another URL"},
    {"{'method':'GET','url':'{base}/%2E%2e/{student}'}",
     "/request/url: a dot segment would make it another URL"},
    {"{'method':'GET','url':'{base}/students'}", "/request: {student} does not occur in it"},
    {"{'method':'GET','url':'{base}/{student-type}'}", "/request: {student} does not occur in it"},
    {"{" GET ",'headers':[]}", "/request/headers: an object is expected"},
    {"{" GET ",'headers':{'X-A':1}}", "/request/headers/X-A: a string is expected"},
    {"{" GET ",'headers':{'X A':''}}", "/request/headers/X A: it is not a valid header name"},
    {"{" GET ",'headers':{'':''}}", "/request/headers/: it is not a valid header name"},
    {"{" GET ",'headers':{'X-A:':''}}", "/request/headers/X-A:: it is not a valid header name"},
    {"{" GET ",'headers':{'X-A':'','x-a':''}}", "/request/headers/x-a: this header occurs twice"},
    {"{" GET ",'headers':{'X-A':'a\\r\\nB: c'}}",
     "/request/headers/X-A: it has a character that is not allowed in a header"},
    {"{" GET ",'headers':{'X-A':'\\u00e9'}}",
     "/request/headers/X-A: it has a character that is not allowed in a header"},
    {"{" GET ",'headers':{'X-A':'{brin}'}}", "/request/headers/X-A: the { at byte 0 does not begin "
                                             "a known placeholder; write {{ for a literal {"},
    {"{" GET ",'headers':{'X-A':'{base}'}}",
     "/request/headers/X-A: {base} is allowed at the beginning of the url only"},
    {"{" GET ",'headers':{'host':'a'}}",
     "/request/headers/host: this header is set by the module itself"},
    {"{" GET ",'headers':{'Authorization':'Basic x'}}",
     "/request/headers/Authorization: this header is set by the module itself"},
    {"{" GET ",'headers':{'Signature':'x'}}",
     "/request/headers/Signature: this header is set by the module itself"},
    {"{" GET ",'headers':{'Content-Type':'application/json'}}",
     "/request/headers/Content-Type: the request has no body"},
    {"{" POST ",'body':{},'headers':{'Content-Type':'text/xml'}}",
     "/request/headers/Content-Type: the body is JSON, so this must be a JSON media type"},
    {"{" GET ",'body':{}}", "/request/body: a GET has no body"},
    {"{" GET ",'body':null}", "/request/body: a GET has no body"},
    {"{" POST ",'body':null}", "/request/body: an object or an array is expected"},
    {"{" POST ",'body':'{student}'}", "/request/body: an object or an array is expected"},
    {"{" POST ",'body':{'a':[1,{'b':'{x}'}]}}",
     "/request/body/a/1/b: the { at byte 0 does not begin a known placeholder; write {{ for a "
     "literal {"},
    {"{" POST ",'body':{'a':{'{student}':1}}}",
     "/request/body/a/{student}: placeholders are allowed in values, not in names"},
    {"{" POST ",'body':['{base}']}",
     "/request/body/0: {base} is allowed at the beginning of the url only"},
    {"{" POST ",'body':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}",
     "/request/body is too deep"},
};

START_TEST(a_wrong_request_is_named)
{
    const eckid_contract_json_t contract = contract_of(bad[_i].request);
    eckid_contract_request_t question;
    eckid_err_t *err = eckid_contract_request_make(&question, &contract, pool);
    const char *place = bad[_i].why;

    refused(err, ECKID_CONTRACT);
    ck_assert_str_eq(err->detail, apr_pstrcat(pool, "las.json: ", place, NULL));
}
END_TEST

static const eckid_contract_values_t values = {
    {"https://las.example/v1", "a\"b/c d", "NEPPI", "11ZZ03", "V_ID", "2025-2026"}};

static eckid_err_t *fill(eckid_http_request_t **request, const char *text,
                         const eckid_contract_values_t *with)
{
    const eckid_contract_json_t contract = contract_of(text);
    eckid_contract_request_t question;

    ok(eckid_contract_request_make(&question, &contract, pool));
    return eckid_contract_request_fill(request, &question, with, pool);
}

START_TEST(every_value_is_escaped_for_its_place)
{
    eckid_http_request_t *request;

    ok(fill(&request,
            "{'method':'POST','url':'{base}/{school}/{student}?year={school-year}',"
            "'headers':{'X-School':'{school-type}:{school}','X-Student':'{student}'},"
            "'body':{'id':'{student}','n':1,'type':['{student-type}']}}",
            &values));
    ck_assert_str_eq(request->method, "POST");
    ck_assert_str_eq(request->url, "https://las.example/v1/11ZZ03/a%22b%2Fc%20d?year=2025-2026");
    ck_assert_str_eq(apr_table_get(request->headers, "X-School"), "V_ID:11ZZ03");
    ck_assert_str_eq(apr_table_get(request->headers, "X-Student"), "a\"b/c d");
    ck_assert_str_eq(apr_table_get(request->headers, "Content-Type"), "application/json");
    ck_assert_str_eq(apr_table_get(request->headers, "Accept"), "application/json");
    ck_assert_str_eq(request->body.data, "{\"id\":\"a\\\"b/c d\",\"n\":1,\"type\":[\"NEPPI\"]}");
}
END_TEST

START_TEST(a_get_has_no_body)
{
    eckid_http_request_t *request;

    ok(fill(&request, "{" GET "}", &values));
    ck_assert_str_eq(request->method, "GET");
    ck_assert_uint_eq(request->body.len, 0);
    ck_assert_ptr_null(apr_table_get(request->headers, "Content-Type"));
}
END_TEST

START_TEST(headers_can_be_chosen)
{
    eckid_http_request_t *request;

    ok(fill(&request,
            "{" POST ",'body':[],'headers':{'accept':'application/vnd.las+json',"
            "'content-type':'application/vnd.las+json; v=1'}}",
            &values));
    ck_assert_str_eq(apr_table_get(request->headers, "Accept"), "application/vnd.las+json");
    ck_assert_str_eq(apr_table_get(request->headers, "Content-Type"),
                     "application/vnd.las+json; v=1");
}
END_TEST

typedef struct bad_value_t {
    const char *request, *student, *school;
} bad_value_t;

static const bad_value_t bad_values[] = {
    {"{" GET "}", "", "1"},
    {"{" GET "}", NULL, "1"},
    {"{" GET "}", "..", "1"},
    {"{" GET "}", ".", "1"},
    {"{'method':'GET','url':'{base}/{student}/x'}", "..", "1"},
    {"{'method':'GET','url':'{base}/.{student}?x'}", ".", "1"},
    {"{'method':'GET','url':'{base}/{school}?s={student}'}", "1", NULL},
    {"{'method':'GET','url':'{base}/{school}?s={student}'}", "1", ".."},
    {"{" GET ",'headers':{'X-A':'{student}'}}", "a\r\nB: c", "1"},
    {"{" GET ",'headers':{'X-A':'{student}'}}", "a\x7f", "1"},
    {"{" GET ",'headers':{'X-A':'{student}'}}", "\xc3\xa9", "1"},
    {"{" POST ",'body':['{student}']}", "\xe9", "1"},
    {"{" POST ",'body':['{school-type}']}", "1", "1"},
};

START_TEST(a_value_that_cannot_stand_there_is_not_sent)
{
    const bad_value_t *row = &bad_values[_i];
    const eckid_contract_values_t with = {{"https://las.example", row->student, "T", row->school}};
    eckid_http_request_t *request;

    refused(fill(&request, row->request, &with), ECKID_CONTRACT);
}
END_TEST

START_TEST(dots_may_stand_within_a_value)
{
    static const char *const students[] = {"...", "a..", "..a", "../..", "%2e", "1.2"};

    for (int i = 0; i < COUNT(students); i++) {
        const eckid_contract_values_t with = {{"https://las.example/./v1", students[i]}};
        eckid_http_request_t *request;

        ok(fill(&request, "{" GET "}", &with));
        ck_assert_str_eq(request->url,
                         apr_pstrcat(pool, "https://las.example/./v1/s/",
                                     eckid_codec_percent(str(students[i]), pool), NULL));
    }
}
END_TEST

UNIT_SUITE(contract_request)
{
    Suite *suite = suite_create("contract_request");
    TCase *tcase = unit_case(suite, "question");

    tcase_add_loop_test(tcase, a_wrong_request_is_named, 0, COUNT(bad));
    tcase_add_test(tcase, every_value_is_escaped_for_its_place);
    tcase_add_test(tcase, a_get_has_no_body);
    tcase_add_test(tcase, headers_can_be_chosen);
    tcase_add_loop_test(tcase, a_value_that_cannot_stand_there_is_not_sent, 0, COUNT(bad_values));
    tcase_add_test(tcase, dots_may_stand_within_a_value);
    return suite;
}
