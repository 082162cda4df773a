/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "html/eckid_body_kind.h"

typedef struct row_t {
    int status;
    const char *type, *encoding;
    bool at_metadata;
    eckid_body_kind_t treatment;
    bool gzip;
    eckid_code_t why;
} row_t;

static const row_t rows[] = {
    {200, "text/html", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "Text/HTML; charset=UTF-8", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "application/xhtml+xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "text", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "html", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "text/", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "text/html text", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "text/plain, text/html", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "text/html/x", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "multipart/x-mixed-replace; boundary=b", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "application/samlassertion+xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "application/rss+xml", "gzip", false, ECKID_BODY_XML, true, 0},
    {200, "text/plain", NULL, false, ECKID_BODY_PASS, false, 0},
    {200, "application/vnd.ms-fontobject", NULL, false, ECKID_BODY_PASS, false, 0},
    {200, NULL, NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "*/*", NULL, false, ECKID_BODY_PAGE, false, 0},
    {404, "text/html", NULL, false, ECKID_BODY_PAGE, false, 0},
    {200, "text/html", "gzip", false, ECKID_BODY_PAGE, true, 0},
    {200, "text/html", " X-GZip ", false, ECKID_BODY_PAGE, true, 0},
    {200, "text/html", "identity", false, ECKID_BODY_PAGE, false, 0},
    {200, "text/html", "br", false, ECKID_BODY_REFUSE, false, ECKID_CODING},
    {200, "text/html", "deflate", false, ECKID_BODY_REFUSE, false, ECKID_CODING},
    {200, "text/html", "gzip, gzip", false, ECKID_BODY_REFUSE, false, ECKID_CODING},
    {200, "text/html; charset=utf-16", NULL, false, ECKID_BODY_PAGE, false, ECKID_CODING},
    {200, "text/html; charset=\"UTF-16LE\"", NULL, false, ECKID_BODY_PAGE, false, ECKID_CODING},
    {200, "text/html; charset=iso-2022-jp", NULL, false, ECKID_BODY_PAGE, false, ECKID_CODING},
    {200, "text/xml; charset=utf-7", NULL, false, ECKID_BODY_XML, false, ECKID_CODING},
    {200, "text/xml; charset=utf-16", NULL, true, ECKID_BODY_METADATA, false, 0},
    {200, "text/html; charset=iso-8859-1", NULL, false, ECKID_BODY_PAGE, false, 0},
    {206, "text/html", NULL, false, ECKID_BODY_PAGE, false, ECKID_PARTIAL},
    {206, "text/xml", NULL, true, ECKID_BODY_METADATA, false, ECKID_PARTIAL},
    {206, "image/png", NULL, false, ECKID_BODY_PASS, false, 0},
    {206, "application/json", NULL, false, ECKID_BODY_PASS, false, 0},
    {200, "image/png", NULL, false, ECKID_BODY_PASS, false, 0},
    {200, "application/json", "br", false, ECKID_BODY_PASS, false, 0},
    {200, "image/svg+xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "text/xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "application/soap+xml; charset=utf-8", "gzip", false, ECKID_BODY_XML, true, 0},
    {200, "application/vnd.paos+xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "application/samlmetadata+xml", NULL, true, ECKID_BODY_METADATA, false, 0},
    {200, "application/samlmetadata+xml", NULL, false, ECKID_BODY_XML, false, 0},
    {200, "text/html", NULL, true, ECKID_BODY_PAGE, false, 0},
    {200, "text/plain", NULL, true, ECKID_BODY_METADATA, false, 0},
    {200, "application/octet-stream", "gzip", true, ECKID_BODY_METADATA, true, 0},
    {404, "text/plain", NULL, true, ECKID_BODY_PASS, false, 0},
};

START_TEST(by_the_head_alone)
{
    const row_t *row = &rows[_i];
    const eckid_response_head_t head = {.status = row->status,
                                        .content_type = row->type,
                                        .content_encoding = row->encoding,
                                        .at_metadata = row->at_metadata};
    const eckid_err_t *why;
    bool gzip = false;

    ck_assert_int_eq(eckid_body_kind(&gzip, &why, &head, pool), row->treatment);
    ck_assert_int_eq(gzip, row->gzip);
    ck_assert_int_eq(why ? why->code : 0, row->why);
}
END_TEST

static const struct {
    int status;
    const char *type;
    bool may_hold_tokens;
    eckid_body_kind_t kind;
} elsewhere[] = {
    {200, "text/html", true, ECKID_BODY_PAGE},
    {206, "text/html", true, ECKID_BODY_REFUSE},
    {206, "application/xhtml+xml", true, ECKID_BODY_REFUSE},
    {206, "multipart/byteranges; boundary=b", true, ECKID_BODY_REFUSE},
    {206, "video/mp4", true, ECKID_BODY_PASS},
    {206, "text/plain", true, ECKID_BODY_PASS},
    {200, "text/event-stream", true, ECKID_BODY_PASS},
    {200, "application/json", true, ECKID_BODY_XML},
    {200, "application/jwt", true, ECKID_BODY_XML},
    {200, "application/json", false, ECKID_BODY_PASS},
};

static const struct {
    const char *type;
    eckid_body_kind_t kind;
} for_scripts[] = {
    {"application/json", ECKID_BODY_XML},
    {"Application/JSON; charset=utf-8", ECKID_BODY_XML},
    {"application/vnd.api+json", ECKID_BODY_XML},
    {"text/json", ECKID_BODY_XML},
    {"application/x-json", ECKID_BODY_XML},
    {"application/stream+json", ECKID_BODY_PASS},
    {"application/x-ndjson", ECKID_BODY_PASS},
    {"application/json-seq", ECKID_BODY_PASS},
    {"application/jwt", ECKID_BODY_PASS},
    {"text/event-stream", ECKID_BODY_PASS},
};

START_TEST(json_that_is_whole_can_have_a_login_for_a_script)
{
    const eckid_response_head_t head = {
        .status = 200, .content_type = for_scripts[_i].type, .may_hold_login = true};
    const eckid_err_t *why;
    bool gzip;

    ck_assert_int_eq(eckid_body_kind(&gzip, &why, &head, pool), for_scripts[_i].kind);
}
END_TEST

START_TEST(elsewhere_only_what_can_hold_a_login_is_read)
{
    const eckid_response_head_t head = {.status = elsewhere[_i].status,
                                        .content_type = elsewhere[_i].type,
                                        .is_elsewhere = true,
                                        .may_hold_tokens = elsewhere[_i].may_hold_tokens};
    const eckid_err_t *why;
    bool gzip;

    ck_assert_int_eq(eckid_body_kind(&gzip, &why, &head, pool), elsewhere[_i].kind);
}
END_TEST

UNIT_SUITE(body_kind)
{
    Suite *suite = suite_create("body_kind");
    TCase *tcase = unit_case(suite, "treat");

    tcase_add_loop_test(tcase, by_the_head_alone, 0, COUNT(rows));
    tcase_add_loop_test(tcase, json_that_is_whole_can_have_a_login_for_a_script, 0,
                        COUNT(for_scripts));
    tcase_add_loop_test(tcase, elsewhere_only_what_can_hold_a_login_is_read, 0, COUNT(elsewhere));
    return suite;
}
