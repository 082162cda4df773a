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

/* Transforms that are accepted in other places, or nowhere. */
static const struct {
    const char *transforms, *words;
} misplaced[] = {
    {EXCLUSIVE, "the first Transform is http://www.w3.org/2001/10/xml-exc-c14n# (let "},
    {EXCLUSIVE TRANSFORM(ECKID_NS_DSIG "enveloped-signature"), "the first Transform is http://"},
    {TRANSFORM(ECKID_NS_DSIG "enveloped-signature") TRANSFORM("urn:x"),
     "the second Transform is urn:x (let the identity provider use exclusive"},
};

START_TEST(a_transform_out_of_its_place_is_told)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    const char *xml = maker_xml(&maker);
    const char *from = strstr(xml, "<ds:Transforms>"), *to = strstr(xml, "</ds:Transforms>");
    const char *usual = apr_pstrmemdup(pool, from, (apr_size_t)(to - from));

    xml =
        replaced(xml, usual, apr_pstrcat(pool, "<ds:Transforms>", misplaced[_i].transforms, NULL));
    tells(maker_verify(&verified, xml, &rules.trust), ECKID_ALGORITHM, misplaced[_i].words);
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

/* An element with that attribute, whose signature refers to that URI. */
static const struct {
    const char *id, *uri;
    bool good;
} references[] = {
    {" ID='_a'", "#_a", true}, {" ID='_a'", "", true},    {"", "", true},         {"", "#", false},
    {"", "#_a", false},        {" ID='_a'", "_a", false}, {" ID=''", "#", false},
};

#define ALGORITHM(name, uri) "<ds:" name " Algorithm='" uri "'/>"

static const char *with_reference(const char *id, const char *uri)
{
    return apr_pstrcat(
        pool, "<a", id, "><ds:Signature xmlns:ds='" ECKID_NS_DSIG "'><ds:SignedInfo>",
        ALGORITHM("CanonicalizationMethod", ECKID_C14N_URI_EXCLUSIVE)
            ALGORITHM("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        "<ds:Reference URI='", uri, "'><ds:Transforms>",
        ALGORITHM("Transform", ECKID_NS_DSIG "enveloped-signature") "</ds:Transforms>",
        ALGORITHM("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256"),
        "<ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        "<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature></a>",
        NULL);
}

START_TEST(a_reference_is_to_the_element_or_to_the_document_of_which_it_is_the_root)
{
    const char *text = with_reference(references[_i].id, references[_i].uri);
    eckid_signature_t signature;
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(text), pool));
    eckid_err_t *err = eckid_signature_read(&signature, xmlDocGetRootElement(doc), false, pool);

    ck_assert_int_eq(err ? err->code : 0, references[_i].good ? 0 : ECKID_STRUCTURE);
}
END_TEST

START_TEST(an_empty_reference_is_not_to_an_element_within_the_document)
{
    const char *text = apr_pstrcat(pool, "<r>", with_reference(" ID='_a'", ""), "</r>", NULL);
    eckid_signature_t signature;
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(text), pool));
    refused(eckid_signature_read(&signature, xmlDocGetRootElement(doc)->children, false, pool),
            ECKID_STRUCTURE);
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
    tcase_add_loop_test(tcase,
                        a_reference_is_to_the_element_or_to_the_document_of_which_it_is_the_root, 0,
                        COUNT(references));
    tcase_add_test(tcase, an_empty_reference_is_not_to_an_element_within_the_document);
    tcase_add_loop_test(tcase, a_transform_out_of_its_place_is_told, 0, COUNT(misplaced));
    return suite;
}
