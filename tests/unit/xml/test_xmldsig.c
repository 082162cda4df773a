/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "crypto/eckid_key_sign.h"
#include "xml/eckid_c14n.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"
#include "xml/eckid_xml_print.h"

#define XPATH                                                                                      \
    "<ds:Transform Algorithm='http://www.w3.org/TR/1999/REC-xpath-19991116'><ds:XPath>"            \
    "not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"

/* Response and Assertion of a document, signed or not. */
static eckid_err_t *verify(eckid_verified_t **verified, const char *xml, const eckid_trust_t *trust)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    return eckid_xmldsig_verify(verified, root, eckid_xml_child(root, ECKID_NS_SAML, "Assertion"),
                                trust, pool);
}

typedef struct how_t {
    test_kind_t kind;
    bool response, assertion;
} how_t;

static const how_t hows[] = {
    {RSA_2048, false, true}, {RSA_2048, true, false}, {RSA_2048, true, true},
    {P_256, false, true},    {P_256, true, false},    {P_256, true, true},
};

static maker_t make(const how_t *how)
{
    maker_t maker = maker_usual();

    maker.kind = how->kind;
    maker.sign_response = how->response;
    maker.sign_assertion = how->assertion;
    return maker;
}

START_TEST(what_was_signed_is_verified)
{
    maker_t maker = make(&hows[_i]);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;

    ok(verify(&verified, maker_xml(&maker), &rules.trust));
    ck_assert(eckid_xml_is(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "Assertion"));
    ck_assert_int_eq(eckid_xmldsig_outer(verified) != NULL, hows[_i].response);
}
END_TEST

START_TEST(what_is_signed_again_is_verified_with_the_new_key)
{
    maker_t maker = make(&hows[_i]);
    test_kind_t other = maker.kind == P_256 ? RSA_2048 : P_256;
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0), new_rules = maker_rules(other, 1);
    eckid_verified_t *verified;
    eckid_bytes_t text;

    ok(verify(&verified, maker_xml(&maker), &rules.trust));
    ok(eckid_xmldsig_sign(verified, test_pair(other, 1), pool));
    ok(eckid_xml_print(&text, eckid_xmldsig_document(verified), pool));
    ok(verify(&verified, text.data, &new_rules.trust));
    refused(verify(&verified, text.data, &rules.trust), ECKID_UNKNOWN_KEY);
}
END_TEST

START_TEST(a_changed_byte_is_noticed)
{
    maker_t maker = make(&hows[_i]);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;

    refused(verify(&verified, replaced(maker_xml(&maker), ">95312<", ">95313<"), &rules.trust),
            ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_bad_signature_is_not_made_good_by_another)
{
    maker_t maker = make(&hows[2]);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    /* the Response's signature breaks, the Assertion's holds */
    refused(verify(&verified, replaced(maker_xml(&maker), ":status:Success", ":status:Succes"),
                   &rules.trust),
            ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_good_signature_around_it_does_not_make_a_bad_one_good)
{
    maker_t maker = make(&hows[2]);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    /* the other way around: the Response's signature is over the Assertion as it is now */
    maker.spoil_assertion = true;
    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_SIGNATURE);
    maker.sign_assertion = false;
    ok(verify(&verified, maker_xml(&maker), &rules.trust));
}
END_TEST

START_TEST(unsigned_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.sign_assertion = false;
    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_UNSIGNED);
}
END_TEST

START_TEST(an_unknown_key_is_named_by_its_fingerprint)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 1);
    eckid_verified_t *verified;
    eckid_err_t *err = verify(&verified, maker_xml(&maker), &rules.trust);

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

    ok(verify(&verified, xml, &one.trust));
    tells(verify(&verified, xml, &other.trust), ECKID_UNKNOWN_KEY,
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

    ok(verify(&verified, maker_xml(&maker), &trust));
    /* also when the message names none of them, as a KeyInfo is not needed */
    ok(verify(&verified, without_key_info(maker_xml(&maker)), &trust));
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
    refused(verify(&verified, xml, &rules.trust), ECKID_SIGNATURE);
}
END_TEST

static maker_t with_method(const char *signature, const char *digest, const char *transforms)
{
    maker_t maker = maker_usual();

    maker.signature_method = signature;
    maker.digest_method = digest;
    maker.transforms = transforms;
    return maker;
}

#define MORE "http://www.w3.org/2001/04/xmldsig-more#"

static const struct {
    const char *signature, *digest, *transforms;
} unlisted[] = {
    {ECKID_NS_DSIG "rsa-sha1", NULL, NULL},
    {NULL, ECKID_NS_DSIG "sha1", NULL},
    {MORE "rsa-sha224", NULL, NULL},
    {NULL, NULL, XPATH},
};

START_TEST(algorithms_outside_the_list_are_refused)
{
    const maker_t maker =
        with_method(unlisted[_i].signature, unlisted[_i].digest, unlisted[_i].transforms);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_ALGORITHM);
}
END_TEST

static const struct {
    const char *signature, *digest, *transforms, *words;
} advice[] = {
    {"http://www.w3.org/2000/09/xmldsig#rsa-sha1", NULL, NULL,
     "SignatureMethod is http://www.w3.org/2000/09/xmldsig#rsa-sha1 (SHA-1 is broken; "
     "EckidAllowSha1"},
    {NULL, "http://www.w3.org/2000/09/xmldsig#sha1", NULL, "(SHA-1 is broken"},
    {NULL, NULL, XPATH, "(let the identity provider use exclusive canonicalization"},
};

START_TEST(the_hint_fits_the_algorithm)
{
    const maker_t maker =
        with_method(advice[_i].signature, advice[_i].digest, advice[_i].transforms);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    tells(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_ALGORITHM, advice[_i].words);
}
END_TEST

static const struct {
    const char *uri, *words;
} unknown_methods[] = {
    {"#hmac-sha256", "SignatureMethod is http://www.w3.org/2001/04/xmldsig-more#hmac-sha256 "
                     "(configure the identity provider to sign with RSA or ECDSA"},
    {"#x y", "SignatureMethod is one that is no URI"},
};

START_TEST(an_algorithm_that_is_not_known_is_named)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    tells(verify(&verified, replaced(maker_xml(&maker), "#rsa-sha256", unknown_methods[_i].uri),
                 &rules.trust),
          ECKID_ALGORITHM, unknown_methods[_i].words);
}
END_TEST

START_TEST(hmac_is_refused_before_any_key_is_tried)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(
        verify(&verified, replaced(maker_xml(&maker), "#rsa-sha256", "#hmac-sha256"), &rules.trust),
        ECKID_ALGORITHM);
}
END_TEST

static const struct {
    test_kind_t kind;
    const char *signature, *digest;
} longer[] = {
    {RSA_2048, MORE "rsa-sha384", MORE "sha384"},
    {RSA_2048, MORE "rsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512"},
    {P_256, MORE "ecdsa-sha384", MORE "sha384"},
    {P_256, MORE "ecdsa-sha512", "http://www.w3.org/2001/04/xmlenc#sha512"},
};

START_TEST(longer_digests_are_accepted)
{
    maker_t maker = with_method(longer[_i].signature, longer[_i].digest, NULL);
    const eckid_saml_rules_t rules = maker_rules(longer[_i].kind, 0);
    eckid_verified_t *verified;

    maker.kind = longer[_i].kind;
    ok(verify(&verified, maker_xml(&maker), &rules.trust));
}
END_TEST

#define MORE_2007 "http://www.w3.org/2007/05/xmldsig-more#"
#define PARAMS(content)                                                                            \
    "<p:RSAPSSParams xmlns:p='" MORE_2007 "'>" content "</p:RSAPSSParams></ds:SignatureMethod>"
#define SHA512 "<ds:DigestMethod Algorithm='http://www.w3.org/2001/04/xmlenc#sha512'/>"

static const struct {
    const char *uri, *params; /* of SignatureMethod, with its end tag; or NULL */
    eckid_key_alg_t alg;
    eckid_code_t code;
} by_pss[] = {
    {MORE_2007 "sha256-rsa-MGF1", NULL, ECKID_PS256, 0},
    {MORE_2007 "sha384-rsa-MGF1", NULL, ECKID_PS384, 0},
    {MORE_2007 "sha512-rsa-MGF1", NULL, ECKID_PS512, 0},
    {MORE_2007 "rsa-pss", NULL, ECKID_PS256, 0},
    {MORE_2007 "rsa-pss", PARAMS(""), ECKID_PS256, 0},
    {MORE_2007 "rsa-pss", PARAMS(SHA512), ECKID_PS512, 0},
    {MORE_2007 "rsa-pss",
     PARAMS(SHA512 "<p:MaskGenerationFunction Algorithm='" MORE_2007 "MGF1'>" SHA512
                   "</p:MaskGenerationFunction><p:SaltLength>64</p:SaltLength>"
                   "<p:TrailerField>1</p:TrailerField>"),
     ECKID_PS512, 0},
    {MORE_2007 "rsa-pss", PARAMS("<p:SaltLength>20</p:SaltLength>"), ECKID_PS256, ECKID_SIGNATURE},
    {MORE_2007 "rsa-pss", PARAMS("<p:SaltLength>x</p:SaltLength>"), ECKID_PS256, ECKID_ALGORITHM},
    {MORE_2007 "rsa-pss", PARAMS("<p:TrailerField>2</p:TrailerField>"), ECKID_PS256,
     ECKID_ALGORITHM},
    {MORE_2007 "rsa-pss", PARAMS("<p:MaskGenerationFunction Algorithm='urn:x'/>"), ECKID_PS256,
     ECKID_ALGORITHM},
    {MORE_2007 "sha1-rsa-MGF1", NULL, ECKID_PS256, ECKID_ALGORITHM},
    {MORE_2007 "sha224-rsa-MGF1", NULL, ECKID_PS256, ECKID_ALGORITHM},
};

/* xmlsec has no RSASSA-PSS, so the SignatureValue is replaced once the digest is right. */
static const char *sign_by_pss(const char *uri, const char *params, eckid_key_alg_t alg)
{
    static const eckid_c14n_t exclusive = {.method = ECKID_C14N_EXCLUSIVE};
    const maker_t maker = maker_usual();
    const char *xml = replaced(maker_xml(&maker), MORE "rsa-sha256", uri);
    eckid_bytes_t text, signature;
    xmlDocPtr doc;

    if (params) {
        xml = replaced(xml, apr_pstrcat(pool, uri, "\"/>", NULL),
                       apr_pstrcat(pool, uri, "\">", params, NULL));
    }
    ok(eckid_xml_parse(&doc, str(xml), pool));
    xmlNodePtr assertion = eckid_xml_child(xmlDocGetRootElement(doc), ECKID_NS_SAML, "Assertion");
    xmlNodePtr node = eckid_xml_child(assertion, ECKID_NS_DSIG, "Signature");
    xmlNodePtr value = eckid_xml_child(node, ECKID_NS_DSIG, "SignatureValue");

    ok(eckid_c14n(&text, eckid_xml_child(node, ECKID_NS_DSIG, "SignedInfo"), NULL, &exclusive,
                  pool));
    ok(eckid_key_sign(&signature, test_pair(RSA_2048, 0), alg, text, pool));
    xmlNodeSetContent(value, BAD_CAST eckid_codec_base64(signature, pool).data);
    ok(eckid_xml_print(&text, doc, pool));
    return text.data;
}

START_TEST(rsa_pss_is_verified_by_its_parameters)
{
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    eckid_err_t *err = verify(
        &verified, sign_by_pss(by_pss[_i].uri, by_pss[_i].params, by_pss[_i].alg), &rules.trust);

    ck_assert_int_eq(err ? err->code : 0, by_pss[_i].code);
}
END_TEST

#define TRANSFORM(uri, content) "<ds:Transform Algorithm='" uri "'>" content "</ds:Transform>"
#define ENVELOPED TRANSFORM(ECKID_NS_DSIG "enveloped-signature", "")
#define INCLUSIVE "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"

#define C14N_1_1 "http://www.w3.org/2006/12/xml-c14n11"

static const char *const transforms[] = {
    ENVELOPED,
    ENVELOPED TRANSFORM(INCLUSIVE, ""),
    ENVELOPED TRANSFORM(INCLUSIVE "#WithComments", ""),
    ENVELOPED TRANSFORM(C14N_1_1, ""),
    ENVELOPED TRANSFORM(C14N_1_1 "#WithComments", ""),
    ENVELOPED TRANSFORM(EXCLUSIVE "WithComments", ""),
    ENVELOPED TRANSFORM(EXCLUSIVE, "<e:InclusiveNamespaces xmlns:e='" EXCLUSIVE
                                   "' PrefixList='xs  xsi samlp'/>"),
    NULL,
};

static const char *const canonicalizations[] = {
    NULL,
    INCLUSIVE,
    INCLUSIVE "#WithComments",
    C14N_1_1,
    C14N_1_1 "#WithComments",
    EXCLUSIVE "WithComments",
};

/* xmlsec signs: it has the last word on what a reference by "#ID" leaves out. */
START_TEST(every_canonical_form_is_understood)
{
    maker_t maker = with_method(NULL, NULL, transforms[_i / COUNT(canonicalizations)]);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.canonicalization = canonicalizations[_i % COUNT(canonicalizations)];
    maker.name_id = "<!-- not signed -->a";
    ok(verify(&verified, maker_xml(&maker), &rules.trust));
    refused(verify(&verified, replaced(maker_xml(&maker), ">95312<", "> 95312<"), &rules.trust),
            ECKID_SIGNATURE);
}
END_TEST

START_TEST(a_third_transform_is_refused)
{
    const maker_t maker = with_method(NULL, NULL, ENVELOPED TRANSFORM(EXCLUSIVE, "") XPATH);
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

START_TEST(sha1_is_accepted_on_explicit_wish)
{
    const maker_t maker = with_method(ECKID_NS_DSIG "rsa-sha1", ECKID_NS_DSIG "sha1", NULL);
    eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    rules.trust.sha1 = true;
    ok(verify(&verified, maker_xml(&maker), &rules.trust));
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
    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

START_TEST(an_object_in_the_signature_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(verify(&verified,
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

    refused(verify(&verified,
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

    refused(verify(&verified, replaced(maker_xml(&maker), "</ds:Reference>", other_children[_i]),
                   &rules.trust),
            ECKID_STRUCTURE);
}
END_TEST

START_TEST(two_signatures_in_one_element_are_refused)
{
    maker_t maker = make(&hows[_i]);
    const eckid_saml_rules_t rules = maker_rules(maker.kind, 0);
    eckid_verified_t *verified;
    const char *xml = maker_xml(&maker), *from = strstr(xml, "<ds:Signature");
    const char *to = strstr(xml, "</ds:Signature>") + strlen("</ds:Signature>");
    const char *signature = apr_pstrmemdup(pool, from, to - from);

    refused(verify(&verified,
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
    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
}
END_TEST

static const char *const plain_ids[] = {"_a1", "28a1c0de-1111-4222-8333-444455556666", "-x",
                                        "id:a+b/c=", "7"};

START_TEST(an_id_with_one_meaning_is_accepted)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.assertion_id = plain_ids[_i];
    ok(verify(&verified, maker_xml(&maker), &rules.trust));
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

    refused(verify(&verified, xml, &rules.trust), ECKID_STRUCTURE);
}
END_TEST

START_TEST(a_signature_elsewhere_is_refused)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    maker.response_extra = "<x><ds:Signature xmlns:ds='" ECKID_NS_DSIG "'><ds:Object/>"
                           "</ds:Signature></x>";
    refused(verify(&verified, maker_xml(&maker), &rules.trust), ECKID_STRUCTURE);
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

UNIT_SUITE(xmldsig)
{
    Suite *suite = suite_create("xmldsig");
    TCase *tcase = unit_case(suite, "xmldsig");

    tcase_add_loop_test(tcase, what_was_signed_is_verified, 0, COUNT(hows));
    tcase_add_loop_test(tcase, what_is_signed_again_is_verified_with_the_new_key, 0, COUNT(hows));
    tcase_add_loop_test(tcase, a_changed_byte_is_noticed, 0, COUNT(hows));
    tcase_add_test(tcase, a_bad_signature_is_not_made_good_by_another);
    tcase_add_test(tcase, a_good_signature_around_it_does_not_make_a_bad_one_good);
    tcase_add_test(tcase, unsigned_is_refused);
    tcase_add_test(tcase, an_unknown_key_is_named_by_its_fingerprint);
    tcase_add_test(tcase, an_unknown_key_that_nothing_names_is_told_so);
    tcase_add_test(tcase, one_of_several_keys_is_enough);
    tcase_add_test(tcase, a_certificate_in_the_message_is_no_reason_to_trust);
    tcase_add_loop_test(tcase, algorithms_outside_the_list_are_refused, 0, COUNT(unlisted));
    tcase_add_loop_test(tcase, the_hint_fits_the_algorithm, 0, COUNT(advice));
    tcase_add_loop_test(tcase, an_algorithm_that_is_not_known_is_named, 0, COUNT(unknown_methods));
    tcase_add_test(tcase, hmac_is_refused_before_any_key_is_tried);
    tcase_add_loop_test(tcase, longer_digests_are_accepted, 0, COUNT(longer));
    tcase_add_loop_test(tcase, rsa_pss_is_verified_by_its_parameters, 0, COUNT(by_pss));
    tcase_add_loop_test(tcase, every_canonical_form_is_understood, 0,
                        COUNT(transforms) * COUNT(canonicalizations));
    tcase_add_test(tcase, a_third_transform_is_refused);
    tcase_add_test(tcase, sha1_is_accepted_on_explicit_wish);
    tcase_add_loop_test(tcase, references_to_anything_else_are_refused, 0, COUNT(other_references));
    tcase_add_test(tcase, an_object_in_the_signature_is_refused);
    tcase_add_test(tcase, a_second_reference_is_refused);
    tcase_add_loop_test(tcase, another_child_of_the_reference_is_refused, 0, COUNT(other_children));
    tcase_add_loop_test(tcase, two_signatures_in_one_element_are_refused, 0, COUNT(hows));
    tcase_add_loop_test(tcase, ids_that_are_not_unique_are_refused, 0, COUNT(same_ids));
    tcase_add_loop_test(tcase, an_id_with_one_meaning_is_accepted, 0, COUNT(plain_ids));
    tcase_add_loop_test(tcase, an_id_that_readers_could_take_for_another_is_refused, 0,
                        COUNT(other_ids));
    tcase_add_test(tcase, a_signature_elsewhere_is_refused);
    tcase_add_test(tcase, only_what_is_no_assertion_is_signed_without_being_verified);
    return suite;
}
