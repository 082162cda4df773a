/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmlenc.h"
#include "xml/eckid_xml_print.h"

#define GCM256 "2009/xmlenc11#aes256-gcm"
#define CBC128 "2001/04/xmlenc#aes128-cbc"
#define ELEMENT "<t:a xmlns:t='urn:t' x='1'>text<t:b/></t:a>"

static const sealing_t usual = {"Holder", GCM256, 256, 0, false, NULL};

static apr_array_header_t *keys(int first, int second)
{
    apr_array_header_t *list = apr_array_make(pool, 2, sizeof(const eckid_key_t *));

    APR_ARRAY_PUSH(list, const eckid_key_t *) = test_pair(RSA_2048, first);
    if (second >= 0) {
        APR_ARRAY_PUSH(list, const eckid_key_t *) = test_pair(RSA_2048, second);
    }
    return list;
}

static xmlNodePtr root_of(const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return xmlDocGetRootElement(doc);
}

/* Decrypts the "a" in a holder by the keys of those numbers. */
static eckid_err_t *decrypt(xmlNodePtr *element, const char *xml, int first, int second)
{
    const eckid_decryption_t decryption = {keys(first, second), NULL};

    return eckid_xmlenc_decrypt(element, root_of(xml), "urn:t", "a", &decryption, pool);
}

static const char *text_of(xmlNodePtr element)
{
    return eckid_xml_text(element, pool).data;
}

/* Both directions with xmlsec */

static const sealing_t sealings[] = {
    {"Holder", GCM256, 256, 0, false, NULL},
    {"Holder", "2009/xmlenc11#aes192-gcm", 192, 0, false, NULL},
    {"Holder", "2009/xmlenc11#aes128-gcm", 128, 0, false, NULL},
    {"Holder", "2001/04/xmlenc#aes256-cbc", 256, 0, false, NULL},
    {"Holder", "2001/04/xmlenc#aes192-cbc", 192, 0, false, NULL},
    {"Holder", CBC128, 128, 0, false, NULL},
    {"Holder", GCM256, 256, 0, true, NULL},
    {"Holder", CBC128, 128, 0, true, NULL},
};

START_TEST(what_xmlsec_encrypts_is_decrypted)
{
    const char *xml = sealer_seal(&sealings[_i], ELEMENT);
    xmlNodePtr element;

    ok(decrypt(&element, xml, 0, -1));
    ck_assert_str_eq(text_of(element), "text");
    ok(decrypt(&element, xml, 1, 0));
    refused(decrypt(&element, xml, 1, 2), ECKID_DECRYPTION);
    ck_assert_int_eq(eckid_xmlenc_authenticates(root_of(xml), pool),
                     strstr(sealings[_i].cipher, "gcm") != NULL);
}
END_TEST

typedef struct way_t {
    eckid_cipher_t cipher;
    eckid_oaep_t oaep;
    bool is_11;
    bool not_by_xmlsec; /* 1.2.37 has SHA-1 alone, and nothing of XML Encryption 1.1 */
} way_t;

static const way_t ways[] = {
    {ECKID_AES256_GCM, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES192_GCM, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES128_GCM, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES256_CBC, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES192_CBC, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES128_CBC, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, false, false},
    {ECKID_AES128_GCM, {ECKID_SHA256, ECKID_SHA1, {"", 0}}, false, true},
    {ECKID_AES128_GCM, {ECKID_SHA1, ECKID_SHA1, {"", 0}}, true, true},
    {ECKID_AES128_GCM, {ECKID_SHA256, ECKID_SHA1, {"", 0}}, true, true},
    {ECKID_AES128_GCM, {ECKID_SHA256, ECKID_SHA256, {"", 0}}, true, true},
    {ECKID_AES256_GCM, {ECKID_SHA512, ECKID_SHA384, {"", 0}}, true, true},
};

static eckid_encryption_t encryption_of(const way_t *way)
{
    return (eckid_encryption_t){test_pair(RSA_2048, 0), way->cipher, way->oaep, way->is_11};
}

/* A text within a holder, as we encrypt it to the first key. */
static const char *sealed(const way_t *way, const char *text)
{
    const eckid_encryption_t encryption = encryption_of(way);
    xmlNodePtr holder = root_of("<Holder xmlns='" ECKID_NS_SAML "'/>");
    eckid_bytes_t xml;

    ok(eckid_xmlenc_encrypt(holder, str(text), &encryption, "https://books.example/saml",
                            maker_moment(), pool));
    ok(eckid_xml_print(&xml, holder->doc, pool));
    return xml.data;
}

START_TEST(what_is_encrypted_is_decrypted_by_xmlsec)
{
    const char *xml = sealed(&ways[_i], ELEMENT);
    xmlNodePtr element;

    ok(decrypt(&element, xml, 0, -1));
    ck_assert_str_eq(text_of(element), "text");
    if (!ways[_i].not_by_xmlsec) {
        const char *opened = sealer_open(xml, 0);

        ck_assert_ptr_nonnull(opened);
        ck_assert_ptr_nonnull(strstr(opened, "<t:a xmlns:t=\"urn:t\" x=\"1\">text<t:b/></t:a>"));
    }
}
END_TEST

/* Hostile and odd ciphertexts */

static const char *value_of_data(const char *xml)
{
    const char *data = strstr(xml, "</ds:KeyInfo><xenc:CipherData>");

    return strstr(data ? data : strstr(xml, "</xenc:EncryptedKey></ds:KeyInfo>"),
                  "<xenc:CipherValue>") +
           strlen("<xenc:CipherValue>");
}

/* The same with other bytes in the CipherValue of the EncryptedData. */
static const char *with_value(const char *xml, eckid_bytes_t value)
{
    const char *at = value_of_data(xml);

    return apr_pstrcat(pool, apr_pstrmemdup(pool, xml, at - xml),
                       eckid_codec_base64(value, pool).data, strchr(at, '<'), NULL);
}

static eckid_bytes_t bytes_in(const char *xml)
{
    const char *at = value_of_data(xml);
    eckid_bytes_t bytes;

    ck_assert(eckid_codec_base64_decode(&bytes, eckid_bytes(at, strcspn(at, "<")), pool));
    return bytes;
}

static const way_t *const gcm = &ways[0];
static const way_t *const cbc = &ways[5];

static const way_t *const cut[] = {&ways[0], &ways[5]};

START_TEST(what_is_cut_or_changed_has_one_answer)
{
    const way_t *way = cut[_i];
    const char *xml = sealed(way, ELEMENT);
    eckid_bytes_t bytes = bytes_in(xml);
    const eckid_err_t *expected = eckid_xmlenc_failed(root_of(xml), pool);
    xmlNodePtr element;

    for (apr_size_t len = 0; len < bytes.len; len++) {
        const eckid_err_t *err =
            decrypt(&element, with_value(xml, eckid_bytes(bytes.data, len)), 0, -1);

        refused(err, ECKID_DECRYPTION);
        ck_assert_str_eq(err->detail, expected->detail);
    }
    for (apr_size_t i = 0; i < bytes.len && way == gcm; i++) {
        ((char *)bytes.data)[i] ^= 1;
        refused(decrypt(&element, with_value(xml, bytes), 0, -1), ECKID_DECRYPTION);
        ((char *)bytes.data)[i] ^= 1;
    }
    refused(decrypt(&element, xml, 1, -1), ECKID_DECRYPTION);
}
END_TEST

START_TEST(data_of_another_message_does_not_fit_the_key)
{
    way_t other = *gcm;
    const char *xml = sealed(gcm, ELEMENT);
    xmlNodePtr element;

    other.cipher = ECKID_AES128_GCM;
    refused(decrypt(&element, with_value(xml, bytes_in(sealed(&other, ELEMENT))), 0, -1),
            ECKID_DECRYPTION);
}
END_TEST

/* Plaintexts that are no "a" in "urn:t", or not that alone. */
static const char *const wrong_plaintexts[] = {
    "",
    "text",
    "<a/>",
    "<t:a/>",
    "<t:b xmlns:t='urn:t'/>",
    ELEMENT ELEMENT,
    ELEMENT "text",
    "<?xml version='1.0'?>" ELEMENT,
    "<!DOCTYPE a>" ELEMENT,
    "<!-- comment -->" ELEMENT,
    "</context>" ELEMENT "<context>",
    "</context><context>" ELEMENT,
    ELEMENT "</context><!--",
    "<t:a xmlns:t='urn:t'>",
    "<t:a xmlns:t='urn:t'>&other;</t:a>",
    "<t:a xmlns:t='urn:t' xml:id='x'/>",
    "<t:a xmlns:t='urn:t'>\xff</t:a>",
    "<x xmlns='urn:x'>" ELEMENT "</x>",
    "<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/>",
};

START_TEST(a_plaintext_that_is_something_else)
{
    xmlNodePtr element;

    refused(decrypt(&element, sealed(gcm, wrong_plaintexts[_i]), 0, -1), ECKID_DECRYPTION);
    refused(decrypt(&element, sealed(cbc, wrong_plaintexts[_i]), 0, -1), ECKID_DECRYPTION);
}
END_TEST

START_TEST(a_plaintext_that_is_too_much)
{
    char *deep = apr_pstrdup(pool, "");
    xmlNodePtr element;

    for (int i = 0; i <= ECKID_XML_DEPTH_MAX; i++) {
        deep = apr_pstrcat(pool, "<a>", deep, "</a>", NULL);
    }
    refused(decrypt(&element,
                    sealed(gcm, apr_psprintf(pool, "<t:a xmlns:t='urn:t'>%s</t:a>", deep)), 0, -1),
            ECKID_DECRYPTION);
}
END_TEST

START_TEST(white_space_around_it_is_nothing)
{
    xmlNodePtr element;

    ok(decrypt(&element, sealed(gcm, "\n " ELEMENT "\r\n"), 0, -1));
    ck_assert_str_eq(text_of(element), "text");
}
END_TEST

START_TEST(it_is_read_in_the_namespaces_of_its_place)
{
    xmlNodePtr element;
    const char *xml = replaced(sealed(gcm, "<t:a>text</t:a>"), "<Holder",
                               "<Holder xmlns:t='urn:t' xmlns:u='urn:&amp;'");

    ok(decrypt(&element, xml, 0, -1));
    ok(decrypt(&element,
               replaced(sealed(gcm, "<a>text</a>"), "xmlns=\"" ECKID_NS_SAML "\"", "xmlns='urn:t'"),
               0, -1));
}
END_TEST

/* What can be seen without a key. */
static const struct {
    const char *what, *by;
    eckid_code_t code;
} shapes[] = {
    {ECKID_NS_XMLENC11 "aes256-gcm", ECKID_NS_XMLENC "tripledes-cbc", ECKID_CIPHER},
    {"Algorithm=\"" ECKID_NS_XMLENC11 "aes256-gcm\"", "", ECKID_CIPHER},
    {ECKID_NS_XMLENC "rsa-oaep-mgf1p", ECKID_NS_XMLENC "rsa-1_5", ECKID_CIPHER},
    {"http://www.w3.org/2000/09/xmldsig#sha1", "urn:unknown", ECKID_CIPHER},
    {"<ds:DigestMethod", "<m:MGF xmlns:m='" ECKID_NS_XMLENC11 "' Algorithm='x'/><ds:DigestMethod",
     ECKID_CIPHER},
    {"xmlenc#Element", "xmlenc#Content", ECKID_STRUCTURE},
    {"<xenc:EncryptedData", "<other/><xenc:EncryptedData", ECKID_STRUCTURE},
    {"<xenc:EncryptedData", "<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/><xenc:EncryptedData",
     ECKID_STRUCTURE},
    {"<xenc:CipherValue>", "<xenc:CipherValue>!", ECKID_STRUCTURE},
    {"xenc:EncryptedKey Recipient", "xenc:EncryptedKey Other", ECKID_OK},
};

START_TEST(what_can_be_seen_without_a_key)
{
    const char *xml = replaced(sealed(gcm, ELEMENT), shapes[_i].what, shapes[_i].by);
    xmlNodePtr element;

    if (shapes[_i].code) {
        refused(decrypt(&element, xml, 0, -1), shapes[_i].code);
    }
    else {
        ok(decrypt(&element, xml, 0, -1));
    }
}
END_TEST

/* What is changed in the EncryptionMethod of a key, and the words about it. */
static const struct {
    const char *from, *to, *words;
} transports[] = {
    {"xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5", "rsa-1_5, DigestMethod"},
    {"xmlenc#rsa-oaep-mgf1p", "xmlenc#rsa-1_5", "(let the identity provider encrypt by"},
    {"xmlenc#rsa-oaep-mgf1p", "xmlenc#kw-aes256", "(let the identity provider encrypt by"},
    {"xmldsig#sha1", "xmldsig-more#sha224", "xmldsig-more#sha224 (RSA-OAEP is accepted by SHA-1"},
    {"<ds:DigestMethod",
     "<m:MGF xmlns:m=\"" ECKID_NS_XMLENC11 "\" Algorithm=\"" ECKID_NS_XMLENC11
     "mgf1sha256\"/><ds:DigestMethod",
     "mgf1sha256 (RSA-OAEP is accepted by SHA-1"},
};

START_TEST(a_transport_that_is_not_accepted_is_told_with_its_parameters)
{
    const char *xml = sealed(&ways[0], ELEMENT);
    xmlNodePtr element;

    tells(decrypt(&element, replaced(xml, transports[_i].from, transports[_i].to), 0, -1),
          ECKID_CIPHER, transports[_i].words);
}
END_TEST

/* Several recipients */

static const char *key_in(const char *xml)
{
    const char *from = strstr(xml, "<xenc:EncryptedKey"), *end = "</xenc:EncryptedKey>";

    return apr_pstrmemdup(pool, from, strstr(from, end) + strlen(end) - from);
}

/* With the EncryptedKeys of count other messages before its own. */
static const char *to_several(int count)
{
    way_t way = *gcm;
    const char *xml = sealed(&way, ELEMENT), *own = key_in(xml), *all = own;

    for (int i = 0; i < count; i++) {
        all = apr_pstrcat(pool, replaced(own, "Recipient=\"", "Recipient=\"other"), all, NULL);
        all = replaced(all, "<xenc:CipherValue>", "<xenc:CipherValue>AAAA");
    }
    return replaced(xml, own, all);
}

START_TEST(one_of_several_recipients)
{
    xmlNodePtr element;

    ok(decrypt(&element, to_several(3), 0, -1));
    ok(decrypt(&element, to_several(3), 1, 0));
    refused(decrypt(&element, to_several(3), 1, 2), ECKID_DECRYPTION);
    tells(decrypt(&element, to_several(ECKID_XMLENC_TRIES_MAX), 0, -1), ECKID_LIMIT,
          "have a single key)");
}
END_TEST

START_TEST(those_of_other_recipients_are_tried_last)
{
    apr_array_header_t *names = apr_array_make(pool, 1, sizeof(const char *));
    const eckid_decryption_t decryption = {keys(1, 0), names};
    xmlNodePtr element;

    /* the certificates are the same, so that those before it use up all tries by themselves */
    APR_ARRAY_PUSH(names, const char *) = "https://books.example/saml";
    ok(eckid_xmlenc_decrypt(&element, root_of(to_several(ECKID_XMLENC_TRIES_MAX - 1)), "urn:t", "a",
                            &decryption, pool));
}
END_TEST

START_TEST(a_failure_names_the_certificate_that_it_is_for)
{
    const char *xml = sealed(gcm, ELEMENT);
    xmlNodePtr element;
    const eckid_err_t *err = decrypt(&element, xml, 1, -1);

    refused(err, ECKID_DECRYPTION);
    ck_assert_ptr_nonnull(strstr(err->detail, eckid_key_fingerprint(test_pair(RSA_2048, 0))));
    err = decrypt(&element, sealer_seal(&usual, ELEMENT), 1, -1);
    ck_assert_ptr_nonnull(strstr(err->detail, "does not say"));
}
END_TEST

UNIT_SUITE(xmlenc)
{
    Suite *suite = suite_create("xmlenc");
    TCase *tcase = unit_case(suite, "xmlenc");

    tcase_add_loop_test(tcase, what_xmlsec_encrypts_is_decrypted, 0, COUNT(sealings));
    tcase_add_loop_test(tcase, what_is_encrypted_is_decrypted_by_xmlsec, 0, COUNT(ways));
    tcase_add_loop_test(tcase, what_is_cut_or_changed_has_one_answer, 0, COUNT(cut));
    tcase_add_test(tcase, data_of_another_message_does_not_fit_the_key);
    tcase_add_loop_test(tcase, a_plaintext_that_is_something_else, 0, COUNT(wrong_plaintexts));
    tcase_add_test(tcase, a_plaintext_that_is_too_much);
    tcase_add_test(tcase, white_space_around_it_is_nothing);
    tcase_add_test(tcase, it_is_read_in_the_namespaces_of_its_place);
    tcase_add_loop_test(tcase, what_can_be_seen_without_a_key, 0, COUNT(shapes));
    tcase_add_loop_test(tcase, a_transport_that_is_not_accepted_is_told_with_its_parameters, 0,
                        COUNT(transports));
    tcase_add_test(tcase, one_of_several_recipients);
    tcase_add_test(tcase, those_of_other_recipients_are_tried_last);
    tcase_add_test(tcase, a_failure_names_the_certificate_that_it_is_for);
    return suite;
}
