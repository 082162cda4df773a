/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_issue.h"
#include "xml/eckid_xmldsig_sign.h"

static const struct {
    bool outer, inner;
} rows[] = {{true, true}, {true, false}, {false, true}};

START_TEST(what_we_issue_is_signed_where_it_should_be)
{
    xmlDocPtr doc;
    eckid_bytes_t text;
    eckid_verified_t *verified;
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);

    ok(eckid_xml_parse(&doc,
                       str("<p:Response xmlns:p='" ECKID_NS_SAMLP "' xmlns:a='" ECKID_NS_SAML
                           "' ID='_r'><a:Issuer>x</a:Issuer><a:Assertion ID='_a'><a:Issuer>x"
                           "</a:Issuer><a:Subject/></a:Assertion></p:Response>"),
                       pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);
    eckid_verified_t *issued =
        eckid_xmldsig_issue(root, eckid_xml_child(root, ECKID_NS_SAML, "Assertion"), rows[_i].outer,
                            rows[_i].inner, pool);

    ok(eckid_xmldsig_sign(issued, test_pair(RSA_2048, 0), pool));
    ok(eckid_xml_print(&text, doc, pool));
    ok(eckid_xml_parse(&doc, text, pool));
    root = xmlDocGetRootElement(doc);
    xmlNodePtr assertion = eckid_xml_child(root, ECKID_NS_SAML, "Assertion");

    ok(eckid_xmldsig_verify(&verified, root, assertion, &rules.trust, pool));
    ck_assert_int_eq(eckid_xml_child(root, ECKID_NS_DSIG, "Signature") != NULL, rows[_i].outer);
    ck_assert_int_eq(eckid_xml_child(assertion, ECKID_NS_DSIG, "Signature") != NULL,
                     rows[_i].inner);
}
END_TEST

UNIT_SUITE(xmldsig_issue)
{
    Suite *suite = suite_create("xmldsig_issue");
    TCase *tcase = unit_case(suite, "issue");

    tcase_add_loop_test(tcase, what_we_issue_is_signed_where_it_should_be, 0, COUNT(rows));
    return suite;
}
