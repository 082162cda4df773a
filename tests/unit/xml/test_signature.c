/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_signature.h"

#define TRANSFORM(uri) "<ds:Transform Algorithm='" uri "'/>"
#define EXCLUSIVE TRANSFORM("http://www.w3.org/2001/10/xml-exc-c14n#")

START_TEST(a_third_transform_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.transforms = TRANSFORM(ECKID_NS_DSIG "enveloped-signature") EXCLUSIVE EXCLUSIVE;
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

static const char *const other_references[] = {"", "#_response", "#xpointer(id(\"_assertion\"))",
                                               "#xpointer(/)"};

START_TEST(references_to_anything_else_are_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.reference = other_references[_i];
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

START_TEST(an_object_in_the_signature_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(
        maker_verify(&verified,
                     replaced(maker_xml(&maker), "</ds:Signature>", "<ds:Object/></ds:Signature>"),
                     &rules.trust),
        ECKID_STRUCTURE);
}
END_TEST

START_TEST(a_second_reference_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    const char *xml = maker_xml(&maker), *from = strstr(xml, "<ds:Reference");
    const char *to = strstr(xml, "</ds:SignedInfo>");
    const char *reference = apr_pstrmemdup(pool, from, to - from);

    refused(maker_verify(&verified,
                         replaced(xml, reference, apr_pstrcat(pool, reference, reference, NULL)),
                         &rules.trust),
            ECKID_STRUCTURE);
}
END_TEST

static const char *const other_children[] = {"<ds:Object/></ds:Reference>",
                                             "<x xmlns='urn:x'/></ds:Reference>"};

START_TEST(another_child_of_the_reference_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(maker_verify(&verified,
                         replaced(maker_xml(&maker), "</ds:Reference>", other_children[_i]),
                         &rules.trust),
            ECKID_STRUCTURE);
}
END_TEST

static const char *const plain_ids[] = {
    "_a1", "28a1c0de-1111-4222-8333-444455556666",   "-x",         "id:a+b/c=",
    "7",   "{28a1c0de-1111-4222-8333-444455556666}", "$a!b*c,d;e?"};

START_TEST(an_id_with_one_meaning_is_accepted)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.assertion_id = plain_ids[_i];
    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
}
END_TEST

static const char *const other_ids[] = {"ID=\"_a' or '1\"", "ID=\"xpointer(x)\"",
                                        "ID=\"a%20b\"",     "ID=\"\xc3\xa9\"",
                                        "ID=\"\"",          "ID=\"a b\""};

START_TEST(an_id_that_readers_could_take_for_another_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    const char *xml = replaced(maker_xml(&maker), "ID=\"_assertion\"", other_ids[_i]);

    tells(maker_verify(&verified, xml, &rules.trust), ECKID_STRUCTURE,
          "see how the identity provider");
}
END_TEST

UNIT_SUITE(signature)
{
    Suite *suite = suite_create("signature");
    TCase *tcase = unit_case(suite, "signature");

    tcase_add_test(tcase, a_third_transform_is_refused);
    tcase_add_loop_test(tcase, references_to_anything_else_are_refused, 0, COUNT(other_references));
    tcase_add_test(tcase, an_object_in_the_signature_is_refused);
    tcase_add_test(tcase, a_second_reference_is_refused);
    tcase_add_loop_test(tcase, another_child_of_the_reference_is_refused, 0, COUNT(other_children));
    tcase_add_loop_test(tcase, an_id_with_one_meaning_is_accepted, 0, COUNT(plain_ids));
    tcase_add_loop_test(tcase, an_id_that_readers_could_take_for_another_is_refused, 0,
                        COUNT(other_ids));
    return suite;
}
