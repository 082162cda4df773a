/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "saml/eckid_saml_status.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"

static eckid_saml_message_t *open_xml(const char *xml)
{
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, str(xml), pool));
    return saml;
}

START_TEST(a_refusal_answers_the_same_request_and_verifies)
{
    maker_t maker = maker_usual();
    const eckid_saml_refusal_t refusal = {MAKER_CONSUMER, "_id", MAKER_NOW, "no <ECK iD>"};
    const eckid_saml_rules_t rules = maker_rules(P_256, 1);
    eckid_verified_t *login = maker_verified(&maker), *unused;
    eckid_bytes_t xml;
    xmlDocPtr doc;

    ok(eckid_saml_status_make(&xml, login, &refusal, test_pair(P_256, 1), pool));
    ok(eckid_xml_parse(&doc, xml, pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    ck_assert_str_eq(eckid_xml_attribute(root, "InResponseTo", pool), "_request");
    ck_assert_str_eq(eckid_xml_attribute(root, "Destination", pool), MAKER_CONSUMER);
    ck_assert_ptr_nonnull(strstr(xml.data, "status:Responder"));
    ck_assert_ptr_nonnull(strstr(xml.data, "no &lt;ECK iD&gt;"));
    ck_assert_ptr_null(strstr(xml.data, "Assertion"));
    ck_assert_ptr_null(strstr(xml.data, "pukkelen"));
    ck_assert_int_eq(open_xml(xml.data)->kind, ECKID_SAML_ERROR);
    /* inner and outer are the same element here; its one signature must hold */
    ok(eckid_xmldsig_verify(&unused, root, eckid_xml_child(root, ECKID_NS_SAMLP, "Status"),
                            &rules.trust, pool));
}
END_TEST

START_TEST(the_request_is_that_of_the_bearer_confirmation)
{
    maker_t maker = maker_usual();
    const eckid_saml_refusal_t refusal = {MAKER_CONSUMER, "_id", MAKER_NOW, "no"};
    eckid_bytes_t xml;

    maker.method = NULL;
    maker.subject_extra =
        "<saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'/>"
        "<saml:SubjectConfirmation Method='" MAKER_BEARER "'><saml:SubjectConfirmationData"
        " NotOnOrAfter='2026-08-31T08:35:00Z' Recipient='" MAKER_CONSUMER
        "' InResponseTo='_request'/></saml:SubjectConfirmation>";
    ok(eckid_saml_status_make(&xml, maker_verified(&maker), &refusal, test_pair(P_256, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data, "InResponseTo=\"_request\""));
}
END_TEST

UNIT_SUITE(saml_status)
{
    Suite *suite = suite_create("saml_status");
    TCase *tcase = unit_case(suite, "status");

    tcase_add_test(tcase, the_request_is_that_of_the_bearer_confirmation);
    tcase_add_test(tcase, a_refusal_answers_the_same_request_and_verifies);
    return suite;
}
