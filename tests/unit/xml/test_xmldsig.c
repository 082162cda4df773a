/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"

START_TEST(what_was_signed_is_verified)
{
    maker_t maker = maker_signed(_i);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;

    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
    ck_assert(eckid_xml_is(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "Assertion"));
    ck_assert_int_eq(eckid_xmldsig_outer(verified) != NULL, maker.sign_response);
}
END_TEST

START_TEST(a_changed_byte_is_noticed)
{
    maker_t maker = maker_signed(_i);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;

    refused(
        maker_verify(&verified, replaced(maker_xml(&maker), ">95312<", ">95313<"), &rules.trust),
        ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_bad_signature_is_not_made_good_by_another)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.sign_response = true;
    /* the Response's signature breaks, the Assertion's holds */
    refused(maker_verify(&verified,
                         replaced(maker_xml(&maker), ":status:Success", ":status:Succes"),
                         &rules.trust),
            ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_good_signature_around_it_does_not_make_a_bad_one_good)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.sign_response = true;
    /* the other way around: the Response's signature is over the Assertion as it is now */
    maker.spoil_assertion = true;
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_SIGNATURE);
    maker.sign_assertion = false;
    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
}
END_TEST

START_TEST(unsigned_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.sign_assertion = false;
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_UNSIGNED);
}
END_TEST

START_TEST(an_unknown_key_is_named_by_its_fingerprint)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 1);
    eckid_verified_t *verified;
    eckid_err_t *err = maker_verify(&verified, maker_xml(&maker), &rules.trust);

    refused(err, ECKID_UNKNOWN_KEY);
    ck_assert_ptr_nonnull(strstr(err->detail, eckid_key_fingerprint(test_pair(RSA_2048, 0))));
}
END_TEST

/* The signature does not cover its own KeyInfo. */
static const char *without_key_info(const char *xml)
{
    const char *end = "</ds:KeyInfo>", *from;

    while ((from = strstr(xml, "<ds:KeyInfo"))) {
        xml = apr_pstrcat(pool, apr_pstrmemdup(pool, xml, (apr_size_t)(from - xml)),
                          strstr(from, end) + strlen(end), NULL);
    }
    return xml;
}

START_TEST(an_unknown_key_that_nothing_names_is_told_so)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t one = maker_rules(RSA_2048, 0), other = maker_rules(P_256, 1);
    const char *xml = without_key_info(maker_xml(&maker));
    eckid_verified_t *verified;

    ok(maker_verify(&verified, xml, &one.trust));
    tells(maker_verify(&verified, xml, &other.trust), ECKID_UNKNOWN_KEY,
          "it names no certificate, and none of the 1 keys in the metadata fits (does the identity "
          "provider have a new key?");
}
END_TEST

START_TEST(one_of_several_keys_is_enough)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t one = maker_rules(P_256, 0), other = maker_rules(RSA_2048, 0);
    const eckid_trust_t trust = {apr_array_append(pool, one.trust.keys, other.trust.keys), false};
    eckid_verified_t *verified;

    ok(maker_verify(&verified, maker_xml(&maker), &trust));
    /* also when the message names none of them, as a KeyInfo is not needed */
    ok(maker_verify(&verified, without_key_info(maker_xml(&maker)), &trust));
}
END_TEST

START_TEST(a_certificate_in_the_message_is_no_reason_to_trust)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    const char *xml, *trusted;

    /* signed by key 1, but with the certificate of key 0, which is trusted */
    trusted = eckid_key_certificate_base64(test_pair(RSA_2048, 0));
    maker.key = 1;
    xml = maker_xml(&maker);
    const char *from = strstr(xml, "<ds:X509Certificate>") + strlen("<ds:X509Certificate>");

    xml = apr_pstrcat(pool, apr_pstrmemdup(pool, xml, from - xml), trusted,
                      strstr(from, "</ds:X509Certificate>"), NULL);
    refused(maker_verify(&verified, xml, &rules.trust), ECKID_SIGNATURE);
}
END_TEST

START_TEST(two_signatures_in_one_element_are_refused)
{
    maker_t maker = maker_signed(_i);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;
    const char *xml = maker_xml(&maker), *from = strstr(xml, "<ds:Signature");
    const char *to = strstr(xml, "</ds:Signature>") + strlen("</ds:Signature>");
    const char *signature = apr_pstrmemdup(pool, from, to - from);

    refused(maker_verify(&verified,
                         replaced(xml, signature, apr_pstrcat(pool, signature, signature, NULL)),
                         &rules.trust),
            ECKID_STRUCTURE);
}
END_TEST

static const char *const same_ids[] = {
    "<x ID='_assertion'/>",
    "<x Id='_assertion'/>",
    "<x id='_assertion'/>",
    "<x xmlns:p='urn:u' p:ID='_assertion'/>",
};

START_TEST(ids_that_are_not_unique_are_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.response_extra = same_ids[_i];
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

START_TEST(a_signature_elsewhere_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.response_extra = "<x><ds:Signature xmlns:ds='" ECKID_NS_DSIG "'><ds:Object/>"
                           "</ds:Signature></x>";
    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

UNIT_SUITE(xmldsig)
{
    Suite *suite = suite_create("xmldsig");
    TCase *tcase = unit_case(suite, "xmldsig");

    tcase_add_loop_test(tcase, what_was_signed_is_verified, 0, MAKER_HOWS);
    tcase_add_loop_test(tcase, a_changed_byte_is_noticed, 0, MAKER_HOWS);
    tcase_add_test(tcase, a_bad_signature_is_not_made_good_by_another);
    tcase_add_test(tcase, a_good_signature_around_it_does_not_make_a_bad_one_good);
    tcase_add_test(tcase, unsigned_is_refused);
    tcase_add_test(tcase, an_unknown_key_is_named_by_its_fingerprint);
    tcase_add_test(tcase, an_unknown_key_that_nothing_names_is_told_so);
    tcase_add_test(tcase, one_of_several_keys_is_enough);
    tcase_add_test(tcase, a_certificate_in_the_message_is_no_reason_to_trust);
    tcase_add_loop_test(tcase, two_signatures_in_one_element_are_refused, 0, MAKER_HOWS);
    tcase_add_loop_test(tcase, ids_that_are_not_unique_are_refused, 0, COUNT(same_ids));
    tcase_add_test(tcase, a_signature_elsewhere_is_refused);
    return suite;
}
