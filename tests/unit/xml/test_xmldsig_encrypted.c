/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig_encrypted.h"
#include "xml/eckid_xml_print.h"

#define CBC "2001/04/xmlenc#aes128-cbc"
#define GCM "2009/xmlenc11#aes256-gcm"

static const sealing_t by_cbc = {"EncryptedAssertion", CBC, 128, 2, false, NULL};
static const sealing_t by_gcm = {"EncryptedAssertion", GCM, 256, 2, true, NULL};

/* Every combination of signatures and ciphers that can be believed. */
static const struct {
    bool response, assertion;
    const sealing_t *sealing;
} hows[] = {
    {true, false, &by_cbc}, {false, true, &by_cbc}, {true, true, &by_cbc},
    {true, false, &by_gcm}, {false, true, &by_gcm}, {true, true, &by_gcm},
};

static maker_t make(int how)
{
    maker_t maker = maker_usual();

    maker.sign_response = hows[how].response;
    maker.sign_assertion = hows[how].assertion;
    maker.sealing = hows[how].sealing;
    return maker;
}

/* Our keys of those numbers; the second may be negative. */
static const eckid_decryption_t *decryption(int first)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    eckid_decryption_t *made = apr_pcalloc(pool, sizeof(*made));

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(RSA_2048, first);
    made->keys = keys;
    return made;
}

static xmlNodePtr root_of(const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return xmlDocGetRootElement(doc);
}

static eckid_err_t *verify_by(eckid_verified_t **verified, const char *xml, int signer, int reader)
{
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, signer);
    xmlNodePtr root = root_of(xml);

    return eckid_xmldsig_verify_encrypted(
        verified, root, eckid_xml_child(root, ECKID_NS_SAML, "EncryptedAssertion"), ECKID_NS_SAML,
        "Assertion", &rules.trust, decryption(reader), pool);
}

static eckid_err_t *verify(eckid_verified_t **verified, const char *xml)
{
    return verify_by(verified, xml, 0, 2);
}

START_TEST(what_was_signed_and_encrypted_is_verified)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified;

    ok(verify(&verified, maker_xml(&maker)));
    ck_assert(eckid_xml_is(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "Assertion"));
    ck_assert(eckid_xmldsig_inner(verified)->parent ==
              xmlDocGetRootElement(eckid_xmldsig_document(verified)));
    ck_assert_int_eq(eckid_xmldsig_outer(verified) != NULL, hows[_i].response);
    ck_assert(eckid_xmldsig_was_encrypted(verified));
}
END_TEST

/* Values may speak of a namespace that is declared there alone. */
START_TEST(namespaces_of_the_ciphertext_s_element_stay)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified;
    const char *xml = replaced(maker_xml(&maker), "<s:EncryptedAssertion",
                               "<s:EncryptedAssertion xmlns:q=\"urn:q\"");

    ok(verify(&verified, xml));
    const xmlNodePtr inner = eckid_xmldsig_inner(verified);
    const xmlNsPtr found = xmlSearchNs(inner->doc, inner, BAD_CAST "q");

    ck_assert_ptr_nonnull(found);
    ck_assert_str_eq((const char *)found->href, "urn:q");
}
END_TEST

/* What another key signed is not told from what cannot be decrypted, where it may not be. */
START_TEST(another_signer_is_not_believed)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified;
    bool blind = !hows[_i].response && hows[_i].sealing == &by_cbc;

    refused(verify_by(&verified, maker_xml(&maker), 1, 2),
            blind ? ECKID_DECRYPTION : ECKID_UNKNOWN_KEY);
    refused(verify_by(&verified, maker_xml(&maker), 0, 1), ECKID_DECRYPTION);
}
END_TEST

START_TEST(other_keys_can_be_tried_on_the_same_message)
{
    maker_t maker = make(_i);
    const eckid_saml_rules_t wrong = maker_rules(RSA_2048, 1), right = maker_rules(RSA_2048, 0);
    xmlNodePtr root = root_of(maker_xml(&maker)), holder;
    eckid_verified_t *verified;

    holder = eckid_xml_child(root, ECKID_NS_SAML, "EncryptedAssertion");
    ck_assert(eckid_xmldsig_verify_encrypted(&verified, root, holder, ECKID_NS_SAML, "Assertion",
                                             &wrong.trust, decryption(2), pool));
    ok(eckid_xmldsig_verify_encrypted(&verified, root, holder, ECKID_NS_SAML, "Assertion",
                                      &right.trust, decryption(2), pool));
}
END_TEST

START_TEST(unsigned_is_refused)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified;

    maker.sign_response = maker.sign_assertion = false;
    refused(verify(&verified, maker_xml(&maker)),
            hows[_i].sealing == &by_cbc ? ECKID_DECRYPTION : ECKID_UNSIGNED);
}
END_TEST

START_TEST(a_bad_signature_within_a_good_one_is_refused)
{
    maker_t maker = make(2);
    eckid_verified_t *verified;

    maker.spoil_assertion = true;
    refused(verify(&verified, maker_xml(&maker)), ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_bad_signature_around_a_good_one_is_refused_before_anything_is_decrypted)
{
    maker_t maker = make(2);
    eckid_verified_t *verified;
    const char *xml = replaced(maker_xml(&maker), "</e:CipherValue>", "AAAA</e:CipherValue>");

    refused(verify(&verified, xml), ECKID_SIGNATURE);
    refused(verify_by(&verified, xml, 0, 1), ECKID_SIGNATURE);
}
END_TEST

static const char *ciphertext_of(const char *xml)
{
    const char *from = strstr(xml, "<s:EncryptedAssertion"), *end = "</s:EncryptedAssertion>";

    return apr_pstrmemdup(pool, from, strstr(from, end) + strlen(end) - from);
}

START_TEST(a_ciphertext_of_another_response_does_not_fit)
{
    maker_t one = make(0), other = make(0);
    eckid_verified_t *verified;
    const char *xml = maker_xml(&one);

    other.name_id = "another@school.example";
    const char *theirs = ciphertext_of(maker_xml(&other));

    refused(verify(&verified, replaced(xml, ciphertext_of(xml), theirs)), ECKID_SIGNATURE);
}
END_TEST

/* An ID that stands in the Response too, and a signature within the plaintext that is not the
 * Assertion's own. */
START_TEST(the_rules_of_a_document_hold_for_the_plaintext)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified;
    bool blind = !hows[_i].response && hows[_i].sealing == &by_cbc;

    maker.assertion_id = "_response";
    refused(verify(&verified, maker_xml(&maker)), blind ? ECKID_DECRYPTION : ECKID_STRUCTURE);
    maker = make(_i);
    maker.attributes = "<saml:Attribute Name='x'><saml:AttributeValue ID='_assertion'/>"
                       "</saml:Attribute>";
    refused(verify(&verified, maker_xml(&maker)), blind ? ECKID_DECRYPTION : ECKID_STRUCTURE);
}
END_TEST

START_TEST(nested_twice_is_refused)
{
    maker_t maker = make(3);
    eckid_verified_t *verified;
    sealing_t outer = by_gcm;
    const char *xml, *once;

    maker.sign_response = false;
    xml = maker_xml(&maker);
    once = ciphertext_of(xml);
    xml = replaced(xml, once, sealer_seal(&outer, once));
    refused(verify(&verified, xml), ECKID_DECRYPTION);
}
END_TEST

/* Out */

static const eckid_encryption_t *to_supplier(void)
{
    eckid_encryption_t *encryption = apr_pcalloc(pool, sizeof(*encryption));

    *encryption = (eckid_encryption_t){
        .key = test_pair(RSA_2048, 0), .cipher = ECKID_AES256_GCM, .is_11 = false};
    return encryption;
}

static const char *sealed_again(eckid_verified_t *verified)
{
    const eckid_seal_t seal = {.encryption = to_supplier(),
                               .namespace = ECKID_NS_SAML,
                               .name = "EncryptedAssertion",
                               .recipient = MAKER_SUPPLIER,
                               .moment = maker_moment()};
    eckid_bytes_t xml;

    ok(eckid_xmldsig_sign_encrypted(verified, test_pair(RSA_2048, 1), &seal, pool));
    ok(eckid_xml_print(&xml, eckid_xmldsig_document(verified), pool));
    return xml.data;
}

START_TEST(what_is_encrypted_again_is_verified_with_the_new_keys)
{
    maker_t maker = make(_i);
    eckid_verified_t *verified, *again;

    ok(verify(&verified, maker_xml(&maker)));
    const char *xml = sealed_again(verified);

    ck_assert_ptr_null(strstr(xml, "pukkelen"));
    ok(verify_by(&again, xml, 1, 0));
    ck_assert_int_eq(eckid_xmldsig_outer(again) != NULL, hows[_i].response);
    refused(verify_by(&again, xml, 0, 0), ECKID_UNKNOWN_KEY);
    ck_assert_ptr_nonnull(strstr(sealer_open(xml, 0), "pukkelen"));
}
END_TEST

/* Read alone, the Assertion still has the meaning of each prefix, in values too. */
START_TEST(the_plaintext_stands_by_itself)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    const char *xml;

    maker.sign_response = true;
    maker.sign_assertion = false;
    maker.root_extra = " xmlns:far='urn:far'";
    maker.attributes = maker_attribute("x", "far:name", NULL);
    xmlNodePtr root = root_of(maker_xml(&maker));

    ok(eckid_xmldsig_verify(&verified, root, eckid_xml_child(root, ECKID_NS_SAML, "Assertion"),
                            &rules.trust, pool));
    xml = sealer_open(sealed_again(verified), 0);
    ck_assert_ptr_nonnull(strstr(strstr(xml, "<saml:Assertion "), "xmlns:far=\"urn:far\""));
}
END_TEST

UNIT_SUITE(xmldsig_encrypted)
{
    Suite *suite = suite_create("xmldsig_encrypted");
    TCase *tcase = unit_case(suite, "xmldsig_encrypted");

    tcase_add_loop_test(tcase, what_was_signed_and_encrypted_is_verified, 0, COUNT(hows));
    tcase_add_loop_test(tcase, namespaces_of_the_ciphertext_s_element_stay, 0, COUNT(hows));
    tcase_add_loop_test(tcase, another_signer_is_not_believed, 0, COUNT(hows));
    tcase_add_loop_test(tcase, other_keys_can_be_tried_on_the_same_message, 0, COUNT(hows));
    tcase_add_loop_test(tcase, unsigned_is_refused, 0, COUNT(hows));
    tcase_add_test(tcase, a_bad_signature_within_a_good_one_is_refused);
    tcase_add_test(tcase,
                   a_bad_signature_around_a_good_one_is_refused_before_anything_is_decrypted);
    tcase_add_test(tcase, a_ciphertext_of_another_response_does_not_fit);
    tcase_add_loop_test(tcase, the_rules_of_a_document_hold_for_the_plaintext, 0, COUNT(hows));
    tcase_add_test(tcase, nested_twice_is_refused);
    tcase_add_loop_test(tcase, what_is_encrypted_again_is_verified_with_the_new_keys, 0,
                        COUNT(hows));
    tcase_add_test(tcase, the_plaintext_stands_by_itself);
    return suite;
}
