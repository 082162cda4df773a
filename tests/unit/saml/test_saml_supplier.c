/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_metadata.h"
#include "saml/eckid_saml_supplier.h"
#include "support/metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"

#define BINDING "urn:oasis:names:tc:SAML:2.0:bindings:"
#define CONSUMER(number, binding)                                                                  \
    "<m:AssertionConsumerService Location='https://a/" number "' Binding='" BINDING binding "'/>"

static const char *rewritten(const char *content, const eckid_key_t *signer)
{
    eckid_bytes_t text;

    ok(eckid_saml_supplier_metadata(&text, str(metadata_entity("urn:a", metadata_sp_role(content))),
                                    test_pair(RSA_2048, 2), signer, pool));
    return text.data;
}

/* What others read in it. */
static eckid_saml_metadata_sp_t *read_by_others(const char *metadata)
{
    eckid_saml_metadata_sp_t *sp;

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata), "urn:a", pool));
    return sp;
}

static int count(const char *text, const char *what)
{
    int found = 0;

    while ((text = strstr(text, what)) != NULL) {
        found++;
        text++;
    }
    return found;
}

/* The uses of its own keys, and how many descriptors there are with ours. */
static const struct {
    const char *use, *other_use;
    int descriptors;
} rows[] = {
    {" use='signing'", " use='encryption'", 2},
    {"", NULL, 2},
    {" use='encryption'", NULL, 1},
    {NULL, NULL, 1},
    {" use='signing'", "", 3},
};

START_TEST(ours_is_the_only_key_for_encryption)
{
    const char *one =
        rows[_i].use ? metadata_descriptor(rows[_i].use, metadata_certificate(RSA_2048, 0)) : "";
    const char *other = rows[_i].other_use ? metadata_descriptor(rows[_i].other_use,
                                                                 metadata_certificate(RSA_2048, 1))
                                           : "";
    const char *text = rewritten(apr_pstrcat(pool, one, other, NULL), NULL);
    const eckid_saml_metadata_sp_t *sp = read_by_others(text);

    ck_assert_int_eq(count(text, "<m:KeyDescriptor"), rows[_i].descriptors);
    ck_assert_int_eq(count(text, "use=\"encryption\""), 1);
    ck_assert(eckid_key_same(sp->encryption->key, test_pair(RSA_2048, 2)));
    ck_assert_int_eq(sp->encryption->cipher, ECKID_AES256_GCM);
}
END_TEST

START_TEST(methods_of_its_own_key_are_not_ours)
{
    const char *own = metadata_descriptor("", metadata_certificate(RSA_2048, 0));
    const char *with =
        apr_pstrcat(pool, apr_pstrmemdup(pool, own, strstr(own, "</m:KeyDescriptor>") - own),
                    "<m:EncryptionMethod Algorithm='urn:method:1'/><m:EncryptionMethod "
                    "Algorithm='urn:method:2'/>"
                    "</m:KeyDescriptor>",
                    NULL);

    ck_assert_ptr_null(strstr(rewritten(with, NULL), "urn:method:1"));
    ck_assert_ptr_null(strstr(rewritten(with, NULL), "urn:method:2"));
}
END_TEST

START_TEST(consumers_of_refused_bindings_are_left_out_unless_there_are_no_others)
{
    const char *text = rewritten(
        CONSUMER("1", "HTTP-Artifact") CONSUMER("2", "HTTP-POST") CONSUMER("3", "PAOS"), NULL);

    ck_assert_int_eq(count(text, "https://a/"), 1);
    ck_assert_ptr_nonnull(strstr(text, "https://a/2"));
    text = rewritten(CONSUMER("1", "HTTP-Artifact"), NULL);
    ck_assert_ptr_nonnull(strstr(text, "https://a/1"));
}
END_TEST

START_TEST(it_can_be_signed)
{
    const eckid_key_t *signer = test_pair(RSA_2048, 1);
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    const eckid_trust_t trust = {keys, false};
    eckid_verified_t *verified;
    xmlDocPtr doc;

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = signer;
    ok(eckid_xml_parse(&doc, str(rewritten("", signer)), pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    ok(eckid_xmldsig_verify(&verified, root,
                            eckid_xml_child(root, ECKID_NS_METADATA, "SPSSODescriptor"), &trust,
                            pool));
}
END_TEST

UNIT_SUITE(saml_supplier)
{
    Suite *suite = suite_create("saml_supplier");
    TCase *tcase = unit_case(suite, "saml_supplier");

    tcase_add_loop_test(tcase, ours_is_the_only_key_for_encryption, 0, COUNT(rows));
    tcase_add_test(tcase, methods_of_its_own_key_are_not_ours);
    tcase_add_test(tcase, consumers_of_refused_bindings_are_left_out_unless_there_are_no_others);
    tcase_add_test(tcase, it_can_be_signed);
    return suite;
}
