/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/bridge.h"

#define URL " AssertionConsumerServiceURL='" MAKER_CONSUMER "'"

static eckid_err_t *read_it(eckid_authn_request_t **request, const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return eckid_authn_request_read(request, xmlDocGetRootElement(doc), pool);
}

START_TEST(all_it_says_is_read)
{
    eckid_authn_request_t *request;

    ok(read_it(&request,
               bridge_request(URL " ProtocolBinding='" ECKID_BINDING_POST
                                  "' ForceAuthn='true' IsPassive='0'",
                              "<p:NameIDPolicy Format='f' SPNameQualifier='q' AllowCreate='true'/>"
                              "<p:RequestedAuthnContext Comparison='minimum'>"
                              "<a:AuthnContextClassRef> x </a:AuthnContextClassRef>"
                              "<a:AuthnContextClassRef>y</a:AuthnContextClassRef>"
                              "</p:RequestedAuthnContext><p:Scoping ProxyCount='1'>"
                              "<p:RequesterID>one</p:RequesterID><p:RequesterID>two</p:RequesterID>"
                              "</p:Scoping>")));
    ck_assert_str_eq(request->head.id, "_request");
    ck_assert_str_eq(request->head.issuer, MAKER_SUPPLIER);
    ck_assert_int_eq(request->head.issued, MAKER_NOW);
    ck_assert_str_eq(request->consumer, MAKER_CONSUMER);
    ck_assert_int_eq(request->consumer_index, -1);
    ck_assert(request->force && !request->passive);
    ck_assert_str_eq(request->name_format, "f");
    ck_assert_str_eq(request->sp_qualifier, "q");
    ck_assert_int_eq(request->comparison, ECKID_CONTEXT_MINIMUM);
    ck_assert_int_eq(request->classes->nelts, 2);
    ck_assert_str_eq(APR_ARRAY_IDX(request->classes, 0, const char *), "x");
    ck_assert(!request->has_subject && !request->has_declarations);
}
END_TEST

/* Attributes and children, or what is replaced in a good one. */
static const struct {
    const char *attributes, *children, *what, *by;
} bad[] = {
    {"", "", "p:AuthnRequest ", "p:LogoutRequest "},
    {"", "", " ID='_request'", ""},
    {" ForceAuthn='yes'", "", "", ""},
    {" IsPassive=''", "", "", ""},
    {" AssertionConsumerServiceIndex='abc'", "", "", ""},
    {" AssertionConsumerServiceIndex=''", "", "", ""},
    {" AssertionConsumerServiceIndex='-1'", "", "", ""},
    {" AssertionConsumerServiceIndex='65536'", "", "", ""},
    {" AssertionConsumerServiceIndex='0'" URL, "", "", ""},
    {" AssertionConsumerServiceIndex='0' ProtocolBinding='x'", "", "", ""},
    {"", "<p:RequestedAuthnContext Comparison='best'/>", "", ""},
};

START_TEST(what_its_types_do_not_allow_is_refused)
{
    const char *xml = bridge_request(bad[_i].attributes, bad[_i].children);
    eckid_authn_request_t *request;

    if (strstr(bad[_i].what, "p:AuthnRequest")) {
        xml = replaced(xml, "</p:AuthnRequest", "</p:LogoutRequest");
    }
    refused(read_it(&request, *bad[_i].what ? replaced(xml, bad[_i].what, bad[_i].by) : xml),
            ECKID_REQUEST);
}
END_TEST

UNIT_SUITE(authn_request)
{
    Suite *suite = suite_create("authn_request");
    TCase *tcase = unit_case(suite, "request");

    tcase_add_test(tcase, all_it_says_is_read);
    tcase_add_loop_test(tcase, what_its_types_do_not_allow_is_refused, 0, COUNT(bad));
    return suite;
}
