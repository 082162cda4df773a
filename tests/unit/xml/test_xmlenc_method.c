/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "xml/eckid_xmlenc_method.h"

static xmlNodePtr root_of(const char *xml)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(xml), pool));
    return xmlDocGetRootElement(doc);
}

static const eckid_cipher_t ciphers[] = {ECKID_AES256_GCM, ECKID_AES192_GCM, ECKID_AES128_GCM,
                                         ECKID_AES256_CBC, ECKID_AES192_CBC, ECKID_AES128_CBC};

START_TEST(a_cipher_has_one_uri)
{
    const char *uri = eckid_xmlenc_method_cipher_uri(ciphers[_i]);
    eckid_cipher_t found;

    ck_assert(eckid_xmlenc_method_cipher(
        &found, root_of(apr_pstrcat(pool, "<m Algorithm='", uri, "'/>", NULL)), pool));
    ck_assert_int_eq(found, ciphers[_i]);
    ck_assert(!eckid_xmlenc_method_cipher(
        &found, root_of(apr_pstrcat(pool, "<m Algorithm='", uri, "x'/>", NULL)), pool));
    ck_assert(!eckid_xmlenc_method_cipher(&found, NULL, pool));
}
END_TEST

#define METHOD(uri) "<EncryptionMethod Algorithm='" uri "'/>"
#define MGF1P(digest)                                                                              \
    "<EncryptionMethod Algorithm='" ECKID_NS_XMLENC "rsa-oaep-mgf1p'>"                             \
    "<d:DigestMethod xmlns:d='" ECKID_NS_DSIG "' Algorithm='" digest "'/></EncryptionMethod>"

static const struct {
    const char *methods;
    bool good;
    eckid_cipher_t cipher;
    bool is_11;
    eckid_digest_alg_t digest;
} choices[] = {
    {"", true, ECKID_AES256_GCM, false, ECKID_SHA1},
    {METHOD(ECKID_NS_XMLENC "aes128-cbc"), true, ECKID_AES128_CBC, false, ECKID_SHA1},
    {METHOD(ECKID_NS_XMLENC "aes128-cbc") METHOD(ECKID_NS_XMLENC11 "aes128-gcm"), true,
     ECKID_AES128_GCM, false, ECKID_SHA1},
    {METHOD(ECKID_NS_XMLENC "tripledes-cbc"), false, 0, false, 0},
    {METHOD(ECKID_NS_XMLENC "rsa-1_5"), false, 0, false, 0},
    {METHOD(ECKID_NS_XMLENC "rsa-1_5") METHOD(ECKID_NS_XMLENC "rsa-oaep-mgf1p"), true,
     ECKID_AES256_GCM, false, ECKID_SHA1},
    {METHOD(ECKID_NS_XMLENC11 "rsa-oaep"), true, ECKID_AES256_GCM, true, ECKID_SHA1},
    {METHOD(ECKID_NS_XMLENC11 "rsa-oaep") METHOD(ECKID_NS_XMLENC "rsa-oaep-mgf1p"), true,
     ECKID_AES256_GCM, false, ECKID_SHA1},
    {MGF1P("http://www.w3.org/2001/04/xmlenc#sha256"), true, ECKID_AES256_GCM, false, ECKID_SHA256},
    {MGF1P("urn:other"), false, 0, false, 0},
};

START_TEST(the_best_of_what_somebody_decrypts)
{
    eckid_encryption_t encryption;
    xmlNodePtr descriptor =
        root_of(apr_pstrcat(pool, "<KeyDescriptor xmlns='" ECKID_NS_METADATA "'>",
                            choices[_i].methods, "</KeyDescriptor>", NULL));

    ck_assert_int_eq(eckid_xmlenc_method_choose(&encryption, descriptor, pool), choices[_i].good);
    if (choices[_i].good) {
        ck_assert_int_eq(encryption.cipher, choices[_i].cipher);
        ck_assert_int_eq(encryption.is_11, choices[_i].is_11);
        ck_assert_int_eq(encryption.oaep.digest, choices[_i].digest);
    }
}
END_TEST

START_TEST(what_we_say_is_what_we_do)
{
    eckid_encryption_t encryption;
    xmlNodePtr descriptor = root_of("<KeyDescriptor xmlns='" ECKID_NS_METADATA "'/>");

    eckid_xmlenc_method_add_all(descriptor);
    ck_assert(eckid_xmlenc_method_choose(&encryption, descriptor, pool));
    ck_assert_int_eq(encryption.cipher, ECKID_AES256_GCM);
}
END_TEST

UNIT_SUITE(xmlenc_method)
{
    Suite *suite = suite_create("xmlenc_method");
    TCase *tcase = unit_case(suite, "xmlenc_method");

    tcase_add_loop_test(tcase, a_cipher_has_one_uri, 0, COUNT(ciphers));
    tcase_add_loop_test(tcase, the_best_of_what_somebody_decrypts, 0, COUNT(choices));
    tcase_add_test(tcase, what_we_say_is_what_we_do);
    return suite;
}
