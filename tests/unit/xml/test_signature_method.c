/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_signature_method.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"

#define XPATH                                                                                      \
    "<ds:Transform Algorithm='http://www.w3.org/TR/1999/REC-xpath-19991116'><ds:XPath>"            \
    "not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>"

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

    refused(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_ALGORITHM);
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

    tells(maker_verify(&verified, maker_xml(&maker), &rules.trust), ECKID_ALGORITHM,
          advice[_i].words);
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

    tells(maker_verify(&verified,
                       replaced(maker_xml(&maker), "#rsa-sha256", unknown_methods[_i].uri),
                       &rules.trust),
          ECKID_ALGORITHM, unknown_methods[_i].words);
}
END_TEST

START_TEST(hmac_is_refused_before_any_key_is_tried)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    refused(maker_verify(&verified, replaced(maker_xml(&maker), "#rsa-sha256", "#hmac-sha256"),
                         &rules.trust),
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
    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
}
END_TEST

START_TEST(sha1_is_accepted_on_explicit_wish)
{
    const maker_t maker = with_method(ECKID_NS_DSIG "rsa-sha1", ECKID_NS_DSIG "sha1", NULL);
    eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    rules.trust.sha1 = true;
    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
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
    eckid_err_t *err = maker_verify(
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
    ok(maker_verify(&verified, maker_xml(&maker), &rules.trust));
    refused(
        maker_verify(&verified, replaced(maker_xml(&maker), ">95312<", "> 95312<"), &rules.trust),
        ECKID_SIGNATURE);
}
END_TEST

static const struct {
    const char *uri;
    bool sha1, found, is_pss;
} uris[] = {
    {MORE "rsa-sha256", false, true, false},
    {MORE "ecdsa-sha512", false, true, false},
    {ECKID_NS_DSIG "rsa-sha1", false, false, false},
    {ECKID_NS_DSIG "rsa-sha1", true, true, false},
    {MORE_2007 "sha256-rsa-MGF1", false, true, true},
    {MORE_2007 "sha1-rsa-MGF1", false, false, true},
    {MORE_2007 "sha1-rsa-MGF1", true, true, true},
    {MORE_2007 "rsa-pss", true, false, false}, /* its parameters are missing */
    {MORE "hmac-sha256", true, false, false},
    {"", true, false, false},
};

START_TEST(a_uri_alone_names_an_algorithm)
{
    eckid_signature_method_t method;

    ck_assert(eckid_signature_method_find(&method, uris[_i].uri, uris[_i].sha1) == uris[_i].found);
    ck_assert(method.is_pss == uris[_i].is_pss);
}
END_TEST

UNIT_SUITE(signature_method)
{
    Suite *suite = suite_create("signature_method");
    TCase *tcase = unit_case(suite, "signature_method");

    tcase_add_loop_test(tcase, algorithms_outside_the_list_are_refused, 0, COUNT(unlisted));
    tcase_add_loop_test(tcase, the_hint_fits_the_algorithm, 0, COUNT(advice));
    tcase_add_loop_test(tcase, an_algorithm_that_is_not_known_is_named, 0, COUNT(unknown_methods));
    tcase_add_test(tcase, hmac_is_refused_before_any_key_is_tried);
    tcase_add_loop_test(tcase, longer_digests_are_accepted, 0, COUNT(longer));
    tcase_add_test(tcase, sha1_is_accepted_on_explicit_wish);
    tcase_add_loop_test(tcase, rsa_pss_is_verified_by_its_parameters, 0, COUNT(by_pss));
    tcase_add_loop_test(tcase, every_canonical_form_is_understood, 0,
                        COUNT(transforms) * COUNT(canonicalizations));
    tcase_add_loop_test(tcase, a_uri_alone_names_an_algorithm, 0, COUNT(uris));
    return suite;
}
