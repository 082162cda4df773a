/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_message_head.h"
#include "support/bridge.h"

static eckid_err_t *read_it(eckid_message_head_t *head, const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return eckid_message_head_read(head, xmlDocGetRootElement(doc), pool);
}

#define ISSUER "<a:Issuer>" MAKER_SUPPLIER "</a:Issuer>"

/* What is replaced in a good one. */
static const struct {
    const char *what, *by;
} bad[] = {
    {" ID='_request'", ""},
    {"_request", ""},
    {"_request", "with a space"},
    {" Version='2.0'", ""},
    {" IssueInstant='2026-08-31T08:30:00Z'", ""},
    {"2026-08-31T08:30:00Z", "yesterday"},
    {ISSUER, ISSUER ISSUER},
    {ISSUER, ""},
};

START_TEST(what_its_types_do_not_allow_is_refused)
{
    eckid_message_head_t head;

    refused(read_it(&head, replaced(bridge_request("", ""), bad[_i].what, bad[_i].by)),
            ECKID_REQUEST);
}
END_TEST

static const struct {
    const char *what, *by;
    bool is_signed;
    int seconds; /* later than it was made */
    eckid_code_t code;
} checks[] = {
    {"", "", true, 0, ECKID_OK},
    {"https://login.", "HTTPS://LOGIN.", true, 0, ECKID_OK},
    {"/sso'", "/SSO'", true, 0, ECKID_REQUEST_DESTINATION},
    {"https://login", "https://other", false, 0, ECKID_REQUEST_DESTINATION},
    {" Destination='" BRIDGE_SSO "'", "", false, 0, ECKID_OK},
    {" Destination='" BRIDGE_SSO "'", "", true, 0, ECKID_REQUEST_DESTINATION},
    {"", "", true, -60, ECKID_OK},
    {"", "", true, -61, ECKID_REQUEST_TIME},
    {"", "", true, 660, ECKID_OK},
    {"", "", true, 661, ECKID_REQUEST_TIME},
};

START_TEST(it_must_be_for_us_and_for_now)
{
    const char *xml = bridge_request("", "");
    eckid_message_head_t head;

    ok(read_it(&head, *checks[_i].what ? replaced(xml, checks[_i].what, checks[_i].by) : xml));
    eckid_err_t *err = eckid_message_head_check(&head, checks[_i].is_signed, BRIDGE_SSO,
                                                MAKER_NOW + apr_time_from_sec(checks[_i].seconds),
                                                apr_time_from_sec(60), pool);

    ck_assert_int_eq(err ? err->code : ECKID_OK, checks[_i].code);
}
END_TEST

UNIT_SUITE(message_head)
{
    Suite *suite = suite_create("message_head");
    TCase *tcase = unit_case(suite, "head");

    tcase_add_loop_test(tcase, what_its_types_do_not_allow_is_refused, 0, COUNT(bad));
    tcase_add_loop_test(tcase, it_must_be_for_us_and_for_now, 0, COUNT(checks));
    return suite;
}
