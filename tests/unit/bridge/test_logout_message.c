/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "bridge/eckid_logout_message.h"
#include "saml/eckid_saml_answer.h"
#include "support/bridge.h"

static const xmlNode *root_of(const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return xmlDocGetRootElement(doc);
}

#define NAME_ID "<a:NameID Format='f' NameQualifier='q' SPNameQualifier='s'> x<!---->y </a:NameID>"

START_TEST(all_a_request_says_is_read)
{
    const char *xml = bridge_logout_request(" NotOnOrAfter='2026-08-31T08:30:00Z' Reason='r'",
                                            NAME_ID "<p:SessionIndex> 1 </p:SessionIndex>"
                                                    "<p:SessionIndex>2</p:SessionIndex>");
    eckid_logout_request_t *request;

    ok(eckid_logout_request_read(&request, root_of(xml), pool));
    ck_assert_str_eq(request->head.id, "_request");
    ck_assert_str_eq(request->head.issuer, MAKER_SUPPLIER);
    ck_assert_int_eq(request->until, MAKER_NOW);
    ck_assert_str_eq(request->name_id.value, "xy");
    ck_assert_str_eq(request->name_id.format, "f");
    ck_assert_str_eq(request->name_id.qualifier, "q");
    ck_assert_str_eq(request->name_id.sp_qualifier, "s");
    ck_assert_int_eq(request->indexes->nelts, 2);
    ck_assert_str_eq(APR_ARRAY_IDX(request->indexes, 0, const char *), "1");
}
END_TEST

START_TEST(an_encrypted_user_has_no_name)
{
    eckid_logout_request_t *request;

    ok(eckid_logout_request_read(
        &request, root_of(bridge_logout_request("", "<a:EncryptedID>x</a:EncryptedID>")), pool));
    ck_assert_ptr_null(request->name_id.value);
}
END_TEST

static const char *many(int count)
{
    const char *xml = NAME_ID;

    for (int i = 0; i < count; i++) {
        xml = apr_pstrcat(pool, xml, "<p:SessionIndex>i</p:SessionIndex>", NULL);
    }
    return xml;
}

static const struct {
    const char *attributes, *children, *what, *by;
} bad_requests[] = {
    {"", "", "", ""},
    {"", NAME_ID NAME_ID, "", ""},
    {"", NAME_ID "<a:EncryptedID/>", "", ""},
    {" NotOnOrAfter='tomorrow'", NAME_ID, "", ""},
    {"", NAME_ID, " ID='_request'", ""},
    {"", NAME_ID, "p:Logout", "p:Authn"},
    {"", NAME_ID, "protocol'", "protocol2'"},
};

START_TEST(what_the_types_of_a_request_do_not_allow_is_refused)
{
    const char *xml = bridge_logout_request(bad_requests[_i].attributes, bad_requests[_i].children);
    eckid_logout_request_t *request;

    while (*bad_requests[_i].what && strstr(xml, bad_requests[_i].what)) {
        xml = replaced(xml, bad_requests[_i].what, bad_requests[_i].by);
    }
    refused(eckid_logout_request_read(&request, root_of(xml), pool), ECKID_REQUEST);
}
END_TEST

START_TEST(indexes_are_bounded)
{
    eckid_logout_request_t *request;

    ok(eckid_logout_request_read(
        &request, root_of(bridge_logout_request("", many(ECKID_LOGOUT_INDEXES_MAX))), pool));
    refused(
        eckid_logout_request_read(
            &request, root_of(bridge_logout_request("", many(ECKID_LOGOUT_INDEXES_MAX + 1))), pool),
        ECKID_REQUEST);
}
END_TEST

#define CODE(value) "<p:StatusCode Value='" ECKID_SAML_STATUS value "'/>"
#define STATUS(code) "<p:Status>" code "</p:Status>"
#define BENEATH(value, below)                                                                      \
    "<p:StatusCode Value='" ECKID_SAML_STATUS value "'>" CODE(below) "</p:StatusCode>"

/* What stands in place of the status of a good one. */
static const struct {
    const char *status;
    bool is_good, succeeded;
} responses[] = {
    {STATUS(CODE("Success")), true, true},
    {STATUS(BENEATH("Success", "PartialLogout")), true, false},
    {STATUS(BENEATH("Responder", "UnknownPrincipal")), true, false},
    {STATUS(CODE("Responder") "<p:StatusMessage>x</p:StatusMessage>"), true, false},
    {STATUS(CODE("Success") CODE("Success")), false, false},
    {STATUS(CODE("Success")) STATUS(CODE("Success")), false, false},
    {STATUS(""), false, false},
    {STATUS("<p:StatusCode/>"), false, false},
    {"", false, false},
};

START_TEST(a_response_says_whether_it_succeeded)
{
    eckid_logout_response_t *response;
    eckid_err_t *err = eckid_logout_response_read(
        &response, root_of(bridge_logout_response("_it", responses[_i].status)), pool);

    if (!responses[_i].is_good) {
        refused(err, ECKID_REQUEST);
        return;
    }
    ok(err);
    ck_assert_str_eq(response->request, "_it");
    ck_assert(response->succeeded == responses[_i].succeeded);
}
END_TEST

static const char *const bad_ids[] = {"", "a b"};

START_TEST(a_response_names_its_request)
{
    const char *xml = bridge_logout_response(bad_ids[_i], STATUS(CODE("Success")));
    eckid_logout_response_t *response;

    refused(eckid_logout_response_read(&response, root_of(xml), pool), ECKID_REQUEST);
}
END_TEST

UNIT_SUITE(logout_message)
{
    Suite *suite = suite_create("logout_message");
    TCase *tcase = unit_case(suite, "message");

    tcase_add_test(tcase, all_a_request_says_is_read);
    tcase_add_test(tcase, an_encrypted_user_has_no_name);
    tcase_add_loop_test(tcase, what_the_types_of_a_request_do_not_allow_is_refused, 0,
                        COUNT(bad_requests));
    tcase_add_test(tcase, indexes_are_bounded);
    tcase_add_loop_test(tcase, a_response_says_whether_it_succeeded, 0, COUNT(responses));
    tcase_add_loop_test(tcase, a_response_names_its_request, 0, COUNT(bad_ids));
    return suite;
}
