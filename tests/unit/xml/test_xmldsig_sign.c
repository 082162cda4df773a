/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

START_TEST(what_is_signed_again_is_verified_with_the_new_key)
{
    maker_t maker = maker_signed(_i);
    test_kind_t other = maker.kind == P_256 ? RSA_2048 : P_256;
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0), new_rules = maker_rules(other, 1);
    eckid_verified_t *verified;
    eckid_bytes_t text;

    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
    ok(eckid_xmldsig_sign(verified, test_pair(other, 1), pool));
    ok(eckid_xml_print(&text, eckid_xmldsig_document(verified), pool));
    ok(maker_verify(&verified, text.data, &new_rules.trust));
    refused(maker_verify(&verified, text.data, &rules.trust), ECKID_UNKNOWN_KEY);
}
END_TEST

START_TEST(only_what_is_no_assertion_is_signed_without_being_verified)
{
    xmlDocPtr doc;
    maker_t maker = maker_usual();

    maker.sign_assertion = false;
    ok(eckid_xml_parse(&doc, str(maker_xml(&maker)), pool));
    refused(eckid_xmldsig_sign_own(xmlDocGetRootElement(doc), test_pair(P_256, 0), pool),
            ECKID_STRUCTURE);
    refused(eckid_xmldsig_sign_own(
                eckid_xml_child(xmlDocGetRootElement(doc), ECKID_NS_SAML, "Assertion"),
                test_pair(P_256, 0), pool),
            ECKID_STRUCTURE);
    ok(eckid_xml_parse(&doc, str("<a ID='_a'><Assertion xmlns='" ECKID_NS_SAML1 "'/></a>"), pool));
    refused(eckid_xmldsig_sign_own(xmlDocGetRootElement(doc), test_pair(P_256, 0), pool),
            ECKID_STRUCTURE);
}
END_TEST

UNIT_SUITE(xmldsig_sign)
{
    Suite *suite = suite_create("xmldsig_sign");
    TCase *tcase = unit_case(suite, "xmldsig_sign");

    tcase_add_loop_test(tcase, what_is_signed_again_is_verified_with_the_new_key, 0, MAKER_HOWS);
    tcase_add_test(tcase, only_what_is_no_assertion_is_signed_without_being_verified);
    return suite;
}
