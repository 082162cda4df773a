/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_key_descriptor.h"
#include "crypto/eckid_key_numbers.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "support/metadata.h"

/* A KeyDescriptor with that KeyInfo, of which the prefixes d and e are known. */
static const xmlNode *descriptor(const char *use, const char *info)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(
        &doc,
        str(apr_pstrcat(pool, "<m:KeyDescriptor xmlns:m='" ECKID_NS_METADATA "'", use,
                        "><d:KeyInfo xmlns:d='" ECKID_NS_DSIG "' xmlns:e='" ECKID_NS_DSIG11 "'>",
                        info, "</d:KeyInfo></m:KeyDescriptor>", NULL)),
        pool));
    return xmlDocGetRootElement(doc);
}

static const char *base64_of_numbers(test_kind_t kind, bool first)
{
    eckid_key_numbers_t numbers;

    ok(eckid_key_to_numbers(&numbers, test_pair(kind, 0), pool));
    return eckid_codec_base64(first ? numbers.first : numbers.second, pool).data;
}

static const char *rsa_value(test_kind_t kind)
{
    return apr_pstrcat(pool, "<d:KeyValue><d:RSAKeyValue><d:Modulus>\n",
                       base64_of_numbers(kind, true), "\n</d:Modulus><d:Exponent>",
                       base64_of_numbers(kind, false), "</d:Exponent></d:RSAKeyValue></d:KeyValue>",
                       NULL);
}

static const char *ec_value(test_kind_t kind)
{
    eckid_key_numbers_t numbers;

    ok(eckid_key_to_numbers(&numbers, test_pair(kind, 0), pool));
    const char *oid = kind == P_256 ? "1.2.840.10045.3.1.7" : "1.3.132.0.34";
    apr_size_t len = 1 + numbers.first.len + numbers.second.len;
    char *point = apr_palloc(pool, len);

    point[0] = 4;
    memcpy(point + 1, numbers.first.data, numbers.first.len);
    memcpy(point + 1 + numbers.first.len, numbers.second.data, numbers.second.len);
    return apr_pstrcat(pool, "<d:KeyValue><e:ECKeyValue><e:NamedCurve URI='urn:oid:", oid,
                       "'/><e:PublicKey>", eckid_codec_base64(eckid_bytes(point, len), pool).data,
                       "</e:PublicKey></e:ECKeyValue></d:KeyValue>", NULL);
}

/* The base64 of a PEM, which is DER. */
static const char *der_value(test_kind_t kind)
{
    const char *pem = test_public_pem(kind, 0).data;
    const char *start = strstr(pem, "-----\n") + 6, *end = strstr(start, "-----END");

    return apr_pstrcat(pool, "<d:KeyName>a</d:KeyName><e:DEREncodedKeyValue>",
                       apr_pstrmemdup(pool, start, (apr_size_t)(end - start)),
                       "</e:DEREncodedKeyValue>", NULL);
}

static const struct {
    const char *(*make)(test_kind_t kind);
    test_kind_t kind;
} values[] = {{rsa_value, RSA_2048}, {ec_value, P_256},  {ec_value, P_384},
              {der_value, RSA_2048}, {der_value, P_256}, {der_value, P_521}};

START_TEST(a_key_needs_no_certificate)
{
    eckid_key_t *key;

    ok(eckid_saml_key_value(&key, descriptor("", values[_i].make(values[_i].kind)), pool));
    ck_assert(eckid_key_same(key, test_pair(values[_i].kind, 0)));
}
END_TEST

static const struct {
    const char *info, *fact, *hint;
} unreadable[] = {
    {"", "neither a certificate nor a value", "add the certificate"},
    {"<d:KeyName>a</d:KeyName>", "neither a certificate nor a value", "add the certificate"},
    {"<d:KeyValue><d:DSAKeyValue/></d:KeyValue>", "nor a value of RSA or EC",
     "add the certificate"},
    {"<d:KeyValue><d:RSAKeyValue/></d:KeyValue>", "a value that is not readable", "cut or edited"},
    {"<d:KeyValue><e:ECKeyValue/></d:KeyValue>", "a value that is not readable", "cut or edited"},
    {"<e:DEREncodedKeyValue>AAAA</e:DEREncodedKeyValue>", "not one that OpenSSL can read",
     "cut or edited"},
};

START_TEST(what_is_no_key_is_told_with_what_to_do)
{
    eckid_key_t *key;
    const eckid_err_t *err = eckid_saml_key_value(&key, descriptor("", unreadable[_i].info), pool);

    tells(err, ECKID_KEY, unreadable[_i].fact);
    tells(err, ECKID_KEY, unreadable[_i].hint);
}
END_TEST

static const char *pasted(void)
{
    return test_certificate_pem(P_256, 0).data;
}

static const char *edited(void)
{
    return apr_pstrcat(pool, metadata_certificate(P_256, 0), "!", NULL);
}

static const struct {
    const char *(*text)(void);
    const char *hint;
} bad_certificates[] = {{pasted, "(a PEM was pasted"}, {edited, "(was the file cut or edited"}};

START_TEST(a_certificate_that_is_not_base64_is_told_with_what_to_do)
{
    const xmlNode *node = descriptor("", apr_pstrcat(pool, "<d:X509Data><d:X509Certificate>",
                                                     bad_certificates[_i].text(),
                                                     "</d:X509Certificate></d:X509Data>", NULL));
    eckid_key_t *key;

    tells(eckid_saml_key_certificate(&key, eckid_saml_key_next_certificate(node, NULL), pool),
          ECKID_KEY, bad_certificates[_i].hint);
}
END_TEST

START_TEST(a_weak_key_is_refused)
{
    eckid_key_t *key;

    refused(eckid_saml_key_value(&key, descriptor("", der_value(RSA_1024)), pool), ECKID_KEY);
}
END_TEST

static const struct {
    const char *use;
    bool signing, encryption;
} uses[] = {{"", true, true},
            {" use='signing'", true, false},
            {" use='encryption'", false, true},
            {" use='x'", false, false}};

START_TEST(a_key_without_use_is_for_both)
{
    const xmlNode *node = descriptor(uses[_i].use, "");

    ck_assert(eckid_saml_key_is_for(node, "signing", pool) == uses[_i].signing);
    ck_assert(eckid_saml_key_is_for(node, "encryption", pool) == uses[_i].encryption);
}
END_TEST

START_TEST(certificates_are_found_one_after_the_other)
{
    const char *const numbers[] = {metadata_certificate(RSA_2048, 0),
                                   metadata_certificate(P_256, 0)};
    const char *info = "";
    xmlNodePtr certificate = NULL;
    eckid_key_t *key;

    for (int i = 0; i < COUNT(numbers); i++) {
        info = apr_pstrcat(pool, info,
                           "<d:X509Data><d:X509SubjectName>a</d:X509SubjectName>"
                           "<d:X509Certificate>",
                           numbers[i], "</d:X509Certificate></d:X509Data>", NULL);
    }
    const xmlNode *node = descriptor("", info);

    for (int i = 0; i < COUNT(numbers); i++) {
        certificate = eckid_saml_key_next_certificate(node, certificate);
        ok(eckid_saml_key_certificate(&key, certificate, pool));
        ck_assert(eckid_key_same(key, i ? test_pair(P_256, 0) : test_pair(RSA_2048, 0)));
    }
    ck_assert_ptr_null(eckid_saml_key_next_certificate(node, certificate));
}
END_TEST

UNIT_SUITE(saml_key_descriptor)
{
    Suite *suite = suite_create("saml_key_descriptor");
    TCase *tcase = unit_case(suite, "key_descriptor");

    tcase_add_loop_test(tcase, a_key_needs_no_certificate, 0, COUNT(values));
    tcase_add_loop_test(tcase, what_is_no_key_is_told_with_what_to_do, 0, COUNT(unreadable));
    tcase_add_loop_test(tcase, a_certificate_that_is_not_base64_is_told_with_what_to_do, 0,
                        COUNT(bad_certificates));
    tcase_add_test(tcase, a_weak_key_is_refused);
    tcase_add_loop_test(tcase, a_key_without_use_is_for_both, 0, COUNT(uses));
    tcase_add_test(tcase, certificates_are_found_one_after_the_other);
    return suite;
}
