/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "oidc/eckid_response_kind.h"
#include "support/web.h"

#define OTHER ECKID_ENDPOINT_OTHER
#define UNKNOWN ECKID_ENDPOINT_UNKNOWN
#define TOKEN ECKID_ENDPOINT_TOKEN
#define USERINFO ECKID_ENDPOINT_USERINFO
#define INTROSPECTION ECKID_ENDPOINT_INTROSPECTION
#define DISCOVERY ECKID_ENDPOINT_DISCOVERY
#define JWKS ECKID_ENDPOINT_JWKS

#define NONE ECKID_RESPONSE_NONE
#define ANY ECKID_RESPONSE_ANY

/* By the head */

static const struct {
    eckid_endpoint_t endpoint;
    int status;
    bool client; /* whether the request seems to carry credentials */
    const char *type;
    eckid_response_kind_t kind;
} heads[] = {
    {TOKEN, 200, false, "text/html", ECKID_RESPONSE_TOKEN},
    {USERINFO, 200, false, "image/png", ECKID_RESPONSE_USERINFO},
    {DISCOVERY, 200, false, "", ECKID_RESPONSE_DISCOVERY},
    {JWKS, 299, false, "", ECKID_RESPONSE_JWKS},
    {TOKEN, 300, true, "application/json", ANY},
    {USERINFO, 401, true, "application/json", ANY},
    {DISCOVERY, 304, false, "application/json", NONE},
    {JWKS, 500, false, "application/json", NONE},
    {OTHER, 200, false, "application/json", ANY},
    {OTHER, 200, false, "application/problem+json", ANY},
    {OTHER, 200, false, "application/token-introspection+jwt", ANY},
    {OTHER, 200, false, "text/plain", NONE},
    {OTHER, 200, false, "", NONE},
    {OTHER, 200, true, "text/plain", ANY},
    {OTHER, 200, true, "", ANY},
    {OTHER, 200, true, "application/xhtml+xml", ANY},
    {OTHER, 200, true, "text/html", ANY},
    {OTHER, 200, true, "text/css", ANY},
    {OTHER, 200, true, "image/png", ANY},
    {OTHER, 200, false, "image/png", NONE},
    {OTHER, 200, true, "text/javascript", ANY},
    {OTHER, 200, false, "text/javascript", NONE},
    {OTHER, 302, true, "application/json", ANY},
    {OTHER, 302, false, "text/html", NONE},
    {UNKNOWN, 200, false, "application/json", ANY},
    {UNKNOWN, 200, true, "text/plain", ANY},
    {UNKNOWN, 200, false, "text/html", NONE},
    {UNKNOWN, 404, true, "application/json", ANY},
    {TOKEN, 400, true, "text/html", ANY},
    {TOKEN, 500, true, "image/png", ANY},
};

START_TEST(the_head_tells)
{
    const eckid_response_looks_t looks = {.endpoint = heads[_i].endpoint,
                                          .signs = {.client = heads[_i].client},
                                          .status = heads[_i].status,
                                          .type = heads[_i].type};

    ck_assert_int_eq(eckid_response_kind(&looks), heads[_i].kind);
}
END_TEST

/* By a body that cannot be had whole */

static const struct {
    eckid_endpoint_t endpoint;
    bool client;
    eckid_body_state_t body;
    const char *start;
    eckid_response_kind_t kind;
} starts[] = {
    {OTHER, true, ECKID_BODY_CUT, "{\"a\"", ANY},
    {OTHER, true, ECKID_BODY_CUT, " \t\r\n{", ANY},
    {OTHER, true, ECKID_BODY_CUT, "eyJ", ANY},
    {OTHER, true, ECKID_BODY_CUT, "ey", ANY},
    {OTHER, true, ECKID_BODY_CUT, "", ANY},
    {OTHER, true, ECKID_BODY_CUT, " \n", ANY},
    {OTHER, true, ECKID_BODY_CUT, "\xEF\xBB\xBF {", ANY},
    {OTHER, true, ECKID_BODY_CUT, "e", NONE},
    {OTHER, true, ECKID_BODY_CUT, "[{", NONE},
    {OTHER, true, ECKID_BODY_CUT, "<html>", NONE},
    {OTHER, false, ECKID_BODY_CUT, "{\"a\"", NONE},
    {OTHER, true, ECKID_BODY_UNREADABLE, "<html>", ANY},
    {OTHER, false, ECKID_BODY_UNREADABLE, "", NONE},
    {TOKEN, false, ECKID_BODY_CUT, "<html>", ECKID_RESPONSE_TOKEN},
    {USERINFO, false, ECKID_BODY_UNREADABLE, "", ECKID_RESPONSE_USERINFO},
};

/* More of the body may come. */
static const struct {
    const char *type, *start;
    eckid_response_kind_t kind;
} begun[] = {
    {"image/png", "\x89PNG", NONE},
    {"font/woff2", "wOF2", NONE},
    {"text/css", "a { }", NONE},
    {"text/event-stream", "data: {}", NONE},
    {"multipart/x-mixed-replace", "--", NONE},
    {"video/mp4", "x", NONE},
    {"image/png", " {\"sub\"", ANY},
    {"text/css", "\xEF\xBB\xBF{", ANY},
    {"text/event-stream", "eyJ", ANY},
    {"image/png", " ", ANY},
    {"image/png", "", ANY},
    {"text/html", "<html>", ANY},
    {"text/plain", "x", ANY},
    {"application/json", "[", ANY},
};

START_TEST(the_start_tells_what_is_not_held)
{
    const eckid_response_looks_t looks = {.endpoint = OTHER,
                                          .signs = {.client = true},
                                          .status = 200,
                                          .type = begun[_i].type,
                                          .body = ECKID_BODY_BEGUN,
                                          .start = str(begun[_i].start)};

    ck_assert_int_eq(eckid_response_kind(&looks), begun[_i].kind);
}
END_TEST

START_TEST(the_start_tells_what_must_not_pass_unread)
{
    const eckid_response_looks_t looks = {.endpoint = starts[_i].endpoint,
                                          .signs = {.client = starts[_i].client},
                                          .status = 200,
                                          .type = "application/json",
                                          .body = starts[_i].body,
                                          .start = str(starts[_i].start)};

    ck_assert_int_eq(eckid_response_kind(&looks), starts[_i].kind);
}
END_TEST

/* By the whole body */

static const struct {
    eckid_request_signs_t signs;
    const char *body;
    eckid_response_kind_t kind;
} bodies[] = {
    {{false, false, false, false}, "{\"id_token\":1}", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, " {\"error\":\"x\"}", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "{\"id_token\":1,\"id_token\":2}", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "access_token=x&token_type=bearer", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "access_token: x", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "a.b.c", ECKID_RESPONSE_INTROSPECTION},
    {{false, true, true, false}, "eyJ9.e30.e30", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "[1]", NONE},
    {{false, true, true, false}, "\x1f\x8bx", ECKID_RESPONSE_TOKEN},
    {{false, true, true, false}, "<html><p>access_token", NONE},
    {{false, false, true, false}, "access_token=x", NONE},
    {{true, false, true, false}, "{\"a\":{\"id_token\":1}}", NONE},
    {{true, false, true, false}, "{\"sub\":\"s\"}", ECKID_RESPONSE_USERINFO},
    {{true, false, true, false}, "{\"active\":true}", ECKID_RESPONSE_USERINFO},
    {{true, false, true, false}, "{\"username\":\"n\"}", NONE},
    {{true, false, true, false}, "{\"sub\":", ECKID_RESPONSE_USERINFO},
    {{true, false, true, false}, "\xEF\xBB\xBF{\"sub\":\"s\"}", ECKID_RESPONSE_USERINFO},
    {{true, false, true, false}, "a.b.c\n", ECKID_RESPONSE_USERINFO},
    {{false, false, true, false}, "{\"sub\":\"s\"}", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, true, false}, "{\"username\":\"n\"}", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, true, false}, "{\"sub\":", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, true, false}, "a.b.c", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, true, false}, "{\"a\":1}", NONE},
    {{false, false, true, false}, "[{\"sub\":\"s\"}]", NONE},
    {{false, false, true, false}, "<html>", NONE},
    {{false, false, true, false}, "", NONE},
    {{false, false, false, true}, "{\"user_name\":\"n\"}", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, false, true}, "[{}]", ECKID_RESPONSE_INTROSPECTION},
    {{false, false, true, true}, "<html>", NONE},
    {{true, false, true, true}, "{\"a\":1}", NONE},
    {{false, false, false, false}, "{\"sub\":\"s\"}", NONE},
    {{false, false, false, false}, "a.b.c", NONE},
};

START_TEST(the_whole_body_tells_the_rest)
{
    eckid_json_edit_t *object = NULL;

    ck_assert_int_eq(
        eckid_response_kind_of_body(&object, &bodies[_i].signs, str(bodies[_i].body), pool),
        bodies[_i].kind);
}
END_TEST

START_TEST(an_object_is_handed_out_if_it_can_be_read)
{
    const eckid_request_signs_t signs = {.client = true};
    eckid_json_edit_t *object;

    eckid_response_kind_of_body(&object, &signs, str(" {\"sub\":\"s\"}"), pool);
    ck_assert_str_eq(eckid_json_edit_string(object, "sub"), "s");
    eckid_response_kind_of_body(&object, &signs, str("{\"sub\":"), pool);
    ck_assert_ptr_null(object);
    eckid_response_kind_of_body(&object, &signs, str("[]"), pool);
    ck_assert_ptr_null(object);
}
END_TEST

/* The request */

static const struct {
    const char *authorization, *query, *form;
    eckid_endpoint_t resembles;
    eckid_request_signs_t signs;
} requests[] = {
    {NULL, NULL, "", OTHER, {false, false, false, false}},
    {NULL, "x=y", "token=z", OTHER, {false, false, false, false}},
    {NULL, "%", "a=%4", OTHER, {false, false, false, false}},
    {"Bearer x", NULL, "", OTHER, {true, false, true, false}},
    {"DPoP x", NULL, "", OTHER, {true, false, true, false}},
    {"Basic eDp5", NULL, "", OTHER, {false, false, true, false}},
    {"Basic x, Bearer y", NULL, "", OTHER, {true, false, true, false}},
    {NULL, "access_token=x", "", OTHER, {true, false, true, false}},
    {NULL, NULL, "a=b&ACCESS%5ftoken=x", OTHER, {true, false, true, false}},
    {NULL, NULL, "access.token=x", OTHER, {true, false, true, false}},
    {NULL, NULL, "grant_type=x", OTHER, {false, true, true, false}},
    {NULL, "%67rant+type=x", "", OTHER, {false, true, true, false}},
    {NULL, NULL, "client_secret=x", OTHER, {false, false, true, false}},
    {NULL, NULL, "client_assertion", OTHER, {false, false, true, false}},
    {NULL, NULL, "", TOKEN, {false, false, true, false}},
    {NULL, NULL, "", USERINFO, {true, false, true, false}},
    {NULL, NULL, "", INTROSPECTION, {false, false, false, true}},
    /* what is only named by a value is not there (RFC 7662 section 2.1, RFC 8693 section 2.1) */
    {"Basic eDp5",
     NULL,
     "token=x&token_type_hint=access_token",
     OTHER,
     {false, false, true, false}},
    {NULL, "token_type_hint=access_token", "token=x", OTHER, {false, false, false, false}},
    {NULL,
     "redirect_uri=https%3A%2F%2Fx%2F%3Fgrant_type%3D",
     "",
     OTHER,
     {false, false, false, false}},
    {NULL, NULL, "token=my=access_token", OTHER, {false, false, false, false}},
    {NULL, NULL, "x=client_secret", OTHER, {false, false, false, false}},
    /* but where some server takes a parameter to begin, it is */
    {NULL, NULL, "x=1;access_token=y", OTHER, {true, false, true, false}},
    {NULL, NULL, "x=1\r\naccess_token=y", OTHER, {true, false, true, false}},
    {NULL, NULL, "access_token", OTHER, {true, false, true, false}},
};

START_TEST(what_a_request_seems_to_carry)
{
    const eckid_oauth_request_t call = {.authorization = requests[_i].authorization,
                                        .query = requests[_i].query,
                                        .form = str(requests[_i].form)};
    const eckid_request_signs_t signs =
        eckid_response_kind_signs(&call, requests[_i].resembles, pool);

    ck_assert_int_eq(signs.token, requests[_i].signs.token);
    ck_assert_int_eq(signs.grant, requests[_i].signs.grant);
    ck_assert_int_eq(signs.client, requests[_i].signs.client);
    ck_assert_int_eq(signs.asks, requests[_i].signs.asks);
}
END_TEST

START_TEST(a_body_that_is_no_form_carries_what_it_may_hold)
{
    eckid_oauth_request_t call = {
        .body = ECKID_OAUTH_BYTES,
        .form = str("--b\r\nContent-Disposition: form-data; name=access_token")};

    ck_assert(eckid_response_kind_signs(&call, OTHER, pool).token);
    call.form = str("{\"client_assertion\":");
    ck_assert(eckid_response_kind_signs(&call, OTHER, pool).client);
    call = (eckid_oauth_request_t){.body = ECKID_OAUTH_HIDDEN, .form = str("")};
    ck_assert(eckid_response_kind_signs(&call, OTHER, pool).token);
}
END_TEST

/* The reader of a refusal */

static const struct {
    eckid_response_kind_t kind;
    eckid_channel_t channel;
    eckid_refusal_reader_t reader;
} readers[] = {
    {ECKID_RESPONSE_TOKEN, ECKID_CHANNEL_SAML, ECKID_AT_TOKEN},
    {ECKID_RESPONSE_USERINFO, ECKID_CHANNEL_SAML, ECKID_AT_USERINFO},
    {ECKID_RESPONSE_JWKS, ECKID_CHANNEL_SAML, ECKID_AT_DOCUMENT},
    {ANY, ECKID_CHANNEL_TOKEN_RESPONSE, ECKID_AT_TOKEN},
    {ANY, ECKID_CHANNEL_USERINFO, ECKID_AT_USERINFO},
    {ANY, ECKID_CHANNEL_INTROSPECTION, ECKID_AT_DOCUMENT},
    {ANY, ECKID_CHANNEL_SAML, ECKID_AT_DOCUMENT},
};

START_TEST(a_refusal_is_written_for_its_reader)
{
    ck_assert_int_eq(eckid_response_kind_reader(readers[_i].kind, readers[_i].channel),
                     readers[_i].reader);
}
END_TEST

UNIT_SUITE(response_kind)
{
    Suite *suite = suite_create("response_kind");
    TCase *tcase = unit_case(suite, "response_kind");

    tcase_add_loop_test(tcase, the_head_tells, 0, COUNT(heads));
    tcase_add_loop_test(tcase, the_start_tells_what_is_not_held, 0, COUNT(begun));
    tcase_add_loop_test(tcase, the_start_tells_what_must_not_pass_unread, 0, COUNT(starts));
    tcase_add_loop_test(tcase, the_whole_body_tells_the_rest, 0, COUNT(bodies));
    tcase_add_test(tcase, an_object_is_handed_out_if_it_can_be_read);
    tcase_add_loop_test(tcase, what_a_request_seems_to_carry, 0, COUNT(requests));
    tcase_add_test(tcase, a_body_that_is_no_form_carries_what_it_may_hold);
    tcase_add_loop_test(tcase, a_refusal_is_written_for_its_reader, 0, COUNT(readers));
    return suite;
}
