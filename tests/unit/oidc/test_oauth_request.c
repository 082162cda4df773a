/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_oauth_request.h"

#define URLENCODED "application/x-www-form-urlencoded"

static const struct {
    const char *type, *coding, *body;
    eckid_oauth_body_t kind;
    const char *form; /* or NULL: the body as it is */
} requests[] = {
    {NULL, NULL, "", ECKID_OAUTH_FORM, NULL},
    {URLENCODED, NULL, "a=b&c=d", ECKID_OAUTH_FORM, NULL},
    {"Application/X-WWW-Form-URLencoded", NULL, "a=b", ECKID_OAUTH_FORM, NULL},
    {URLENCODED, NULL, " a=b \r\n", ECKID_OAUTH_FORM, "a=b"},
    {URLENCODED, "gzip", "a=b", ECKID_OAUTH_HIDDEN, NULL},
    /* charsets that extend ASCII, in any spelling */
    {URLENCODED "; charset=UTF-8", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED ";charset=utf8", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=\"utf-8\"", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset='UTF-8';", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED " ; Charset = utf-8", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=utf-8; charset=utf-8", NULL, "a=%C3%A9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=ISO-8859-1", NULL, "a=%E9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=ISO_8859-15", NULL, "a=%E9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=latin1", NULL, "a=%E9", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=US-ASCII", NULL, "a=b", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=windows-1252", NULL, "a=%80", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=", NULL, "a=%80", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset", NULL, "a=b", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; version=1", NULL, "a=b", ECKID_OAUTH_FORM, NULL},
    /* others, as long as it makes no difference */
    {URLENCODED "; charset=IBM037", NULL, "a=b&c=d%3A", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=UTF-16", NULL, "a=b", ECKID_OAUTH_FORM, NULL},
    {URLENCODED "; charset=IBM037", NULL, "a=%83", ECKID_OAUTH_HIDDEN, NULL},
    {URLENCODED "; charset=utf-8; charset=IBM037", NULL, "a=%83", ECKID_OAUTH_HIDDEN, NULL},
    {URLENCODED "; charset=UTF-16", NULL, "a=%00b", ECKID_OAUTH_HIDDEN, NULL},
    {URLENCODED "; charset=UTF-7", NULL, "a=%2BAGM-", ECKID_OAUTH_HIDDEN, NULL},
    {URLENCODED "; charset=HZ", NULL, "a=~b", ECKID_OAUTH_HIDDEN, NULL},
    {"text/plain; charset=IBM037", NULL, "a=b", ECKID_OAUTH_HIDDEN, NULL},
    {"application/json; charset=UTF-16", NULL, "{}", ECKID_OAUTH_HIDDEN, NULL},
    /* what some server could take for another type */
    {URLENCODED "; x=/json", NULL, "a=b", ECKID_OAUTH_BYTES, NULL},
    {URLENCODED ", text/plain", NULL, "a=b", ECKID_OAUTH_BYTES, NULL},
    {URLENCODED "x", NULL, "a=b", ECKID_OAUTH_BYTES, NULL},
    {"multipart/form-data; boundary=x", NULL, "--x\r\n", ECKID_OAUTH_BYTES, "--x"},
    {"multipart/form-data; boundary=x", NULL,
     "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb&\r\n--x--\r\n", ECKID_OAUTH_FORM,
     "a=b%26"},
    {"text/plain", NULL, "a=b", ECKID_OAUTH_BYTES, NULL},
    {NULL, NULL, "a=b", ECKID_OAUTH_BYTES, NULL},
    /* JSON */
    {"application/json", NULL, "{\"a\":\"b c&\",\"c\":7}", ECKID_OAUTH_FORM, "a=b%20c%26&c=7"},
    {"application/vnd.x+json; charset=utf-8", NULL, "{\"\\u0061\":null}", ECKID_OAUTH_FORM, "a="},
    {"application/json", NULL, "{\"a\":[\"b\"],\"c\":true}", ECKID_OAUTH_FORM, "a=%00&c=%00"},
    {"application/json", NULL, "{\"a\":1,\"a\":2}", ECKID_OAUTH_BYTES, NULL},
    {"application/json", NULL, "{\"a\":{\"b\":1,\"c\":[{\"d\":\"e\"}]}}", ECKID_OAUTH_FORM,
     "a=%00&b=%00&c=%00&d=%00"},
    {"application/json-patch+json", NULL, "[1,{\"op\":\"x\"}]", ECKID_OAUTH_FORM, "op=%00"},
    {"application/json", NULL, "7", ECKID_OAUTH_BYTES, NULL},
    {"application/json", NULL, "[1", ECKID_OAUTH_BYTES, NULL},
};

START_TEST(a_body_is_read_by_its_type)
{
    const eckid_oauth_head_t head = {requests[_i].type, requests[_i].coding, true};
    const eckid_bytes_t body = str(requests[_i].body);
    eckid_oauth_request_t call = {.query = "x"};

    eckid_oauth_request_read(&call, &head, &body, pool);
    ck_assert_int_eq(call.body, requests[_i].kind);
    if (call.body != ECKID_OAUTH_HIDDEN) {
        const eckid_bytes_t form = str(requests[_i].form ? requests[_i].form : requests[_i].body);

        ck_assert_msg(eckid_bytes_equal(call.form, form), "%.*s", (int)call.form.len,
                      call.form.data);
    }
}
END_TEST

START_TEST(a_body_that_was_not_kept_is_hidden)
{
    const eckid_oauth_head_t head = {URLENCODED, NULL, true};
    eckid_oauth_request_t call = {.query = "x"};

    eckid_oauth_request_read(&call, &head, NULL, pool);
    ck_assert_int_eq(call.body, ECKID_OAUTH_HIDDEN);
}
END_TEST

START_TEST(a_form_is_posted)
{
    const eckid_oauth_head_t head = {URLENCODED, NULL, false};
    const eckid_bytes_t body = str("a=b");
    eckid_oauth_request_t call = {.query = "x"};

    eckid_oauth_request_read(&call, &head, &body, pool);
    ck_assert_int_eq(call.body, ECKID_OAUTH_BYTES);
}
END_TEST

START_TEST(json_is_put_too)
{
    const eckid_oauth_head_t head = {"application/scim+json", NULL, false};
    const eckid_bytes_t body = str("{\"userName\":\"\xC3\xA9\"}");
    eckid_oauth_request_t call = {.query = "x"};

    eckid_oauth_request_read(&call, &head, &body, pool);
    ck_assert_str_eq(call.form.data, "userName=%C3%A9");
}
END_TEST

UNIT_SUITE(oauth_request)
{
    Suite *suite = suite_create("oauth_request");
    TCase *tcase = unit_case(suite, "body");

    tcase_add_loop_test(tcase, a_body_is_read_by_its_type, 0, COUNT(requests));
    tcase_add_test(tcase, a_body_that_was_not_kept_is_hidden);
    tcase_add_test(tcase, a_form_is_posted);
    tcase_add_test(tcase, json_is_put_too);
    return suite;
}
