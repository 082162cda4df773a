/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "support/metadata.h"

#define BINDING "urn:oasis:names:tc:SAML:2.0:bindings:"

START_TEST(signing_keys_are_those_for_signing_or_for_anything)
{
    eckid_idp_t *idp;
    const char *content =
        apr_pstrcat(pool, metadata_descriptor(" use='signing'", metadata_certificate(RSA_2048, 0)),
                    metadata_descriptor(" use='encryption'", metadata_certificate(RSA_2048, 1)),
                    metadata_descriptor("", metadata_certificate(P_256, 0)), NULL);

    ok(eckid_saml_metadata_idp(
        &idp, metadata_file(metadata_entity(METADATA_IDP, metadata_idp_role(content))), NULL,
        pool));
    ck_assert_str_eq(idp->entity_id, METADATA_IDP);
    ck_assert_int_eq(idp->keys->nelts, 2);
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(RSA_2048, 0)));
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 1, const eckid_key_t *), test_pair(P_256, 0)));
}
END_TEST

START_TEST(the_keys_are_those_of_all_roles_for_saml2)
{
    const char *old = apr_pstrcat(
        pool,
        "<m:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:1.1:protocol'>",
        metadata_descriptor("", metadata_certificate(RSA_2048, 1)), "</m:IDPSSODescriptor>", NULL);
    const char *roles = apr_pstrcat(
        pool, old, metadata_idp_role(metadata_descriptor("", metadata_certificate(RSA_2048, 0))),
        metadata_idp_role(metadata_descriptor("", metadata_certificate(P_256, 0))), NULL);
    eckid_idp_t *idp;

    ok(eckid_saml_metadata_idp(&idp, metadata_file(metadata_entity(METADATA_IDP, roles)), NULL,
                               pool));
    ck_assert_int_eq(idp->keys->nelts, 2);
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(RSA_2048, 0)));
}
END_TEST

START_TEST(an_aggregate_needs_the_name)
{
    eckid_idp_t *idp;
    const char *file = metadata_file(metadata_aggregate());

    ok(eckid_saml_metadata_idp(&idp, file, METADATA_IDP, pool));
    tells(eckid_saml_metadata_idp(&idp, file, NULL, pool), ECKID_METADATA,
          "(write the entity ID of the one that is meant");
    refused(eckid_saml_metadata_idp(&idp, file, "https://absent.example", pool), ECKID_METADATA);
    refused(eckid_saml_metadata_idp(&idp, file, "https://sp.example", pool), ECKID_METADATA);
}
END_TEST

START_TEST(valid_until_is_told)
{
    eckid_idp_t *idp;
    const char *good =
        metadata_entity(METADATA_IDP "' validUntil='2026-08-31T08:30:00Z",
                        metadata_idp_role(metadata_descriptor("", metadata_certificate(P_256, 0))));

    ok(eckid_saml_metadata_idp(&idp, metadata_file(good), NULL, pool));
    const eckid_expiry_t *own = &APR_ARRAY_IDX(idp->expiries, 0, eckid_expiry_t);

    ck_assert_int_eq(apr_time_sec(own->until), 1788165000);
    ck_assert_ptr_nonnull(strstr(own->what, METADATA_IDP));
    refused(eckid_saml_metadata_idp(
                &idp,
                metadata_file(metadata_entity(METADATA_IDP "' validUntil='tomorrow",
                                              metadata_idp_role(metadata_descriptor("", "x")))),
                NULL, pool),
            ECKID_METADATA);
}
END_TEST

static const char *idp_with(const char *base64)
{
    return metadata_idp_role(metadata_descriptor("", base64));
}

/* A file as it is, or an entity with that role around that text. */
static const struct {
    const char *file;
    const char *(*role)(const char *content);
    const char *content;
} unusable[] = {
    {.file = ""},
    {.file = "<html>"},
    {.file = "<!DOCTYPE x><x/>"},
    {.role = NULL},
    {.role = metadata_sp_role, .content = ""},
    {.role = metadata_idp_role, .content = ""},
    {.role = idp_with, .content = "no base64!"},
    {.role = idp_with, .content = "AAAA"},
};

START_TEST(files_that_cannot_be_used_are_refused)
{
    const char *role = unusable[_i].role ? unusable[_i].role(unusable[_i].content) : "";
    const char *file = unusable[_i].file ? unusable[_i].file : metadata_entity(METADATA_IDP, role);
    eckid_idp_t *idp;

    refused(eckid_saml_metadata_idp(&idp, metadata_file(file), NULL, pool), ECKID_METADATA);
}
END_TEST

START_TEST(an_entity_id_has_no_white_space_around_it)
{
    const char *role = idp_with(metadata_certificate(P_256, 0));
    const char *file = metadata_file(metadata_entity(" " METADATA_IDP "\n", role));
    const char *const names[] = {NULL, METADATA_IDP};
    eckid_saml_metadata_sp_t *sp;
    eckid_idp_t *idp;

    for (int i = 0; i < COUNT(names); i++) {
        ok(eckid_saml_metadata_idp(&idp, file, names[i], pool));
        ck_assert_str_eq(idp->entity_id, METADATA_IDP);
    }
    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entity("urn:a ", metadata_sp_role(""))),
                              "urn:a", pool));
}
END_TEST

/* What is wrong with an entity, and what is to be done. */
static const struct {
    const char *content, *hint;
} advised[] = {
    {"", "a KeyDescriptor for signing"},
    {"<m:KeyDescriptor use='encryption'/>", "a KeyDescriptor for signing"},
    {"<m:KeyDescriptor><d:KeyInfo xmlns:d='" ECKID_NS_DSIG "'><d:KeyName>a</d:KeyName></d:KeyInfo>"
     "</m:KeyDescriptor>",
     "(KeyName) tells no key"},
};

START_TEST(advice_fits_what_is_missing)
{
    const char *role = metadata_idp_role(advised[_i].content);
    eckid_idp_t *idp;

    tells(eckid_saml_metadata_idp(&idp, metadata_file(metadata_entity(METADATA_IDP, role)), NULL,
                                  pool),
          ECKID_METADATA, advised[_i].hint);
}
END_TEST

START_TEST(one_role_with_a_certificate_is_enough)
{
    const char *role = idp_with(metadata_certificate(P_256, 0));
    eckid_idp_t *idp;

    ok(eckid_saml_metadata_idp(&idp, metadata_file(metadata_entity(METADATA_IDP, role)), NULL,
                               pool));
}
END_TEST

START_TEST(a_file_that_is_not_there_is_named)
{
    eckid_idp_t *idp;
    eckid_err_t *err = eckid_saml_metadata_idp(&idp, "/nonexistent/idp.xml", NULL, pool);

    refused(err, ECKID_FILE);
    ck_assert_ptr_nonnull(strstr(err->detail, "/nonexistent/idp.xml"));
}
END_TEST

START_TEST(one_usable_key_is_enough)
{
    eckid_idp_t *idp;
    const char *content =
        apr_pstrcat(pool, metadata_descriptor("", "AAAA"),
                    metadata_descriptor("", metadata_certificate(P_256, 0)), NULL);

    ok(eckid_saml_metadata_idp(
        &idp, metadata_file(metadata_entity(METADATA_IDP, metadata_idp_role(content))), NULL,
        pool));
    ck_assert_int_eq(idp->keys->nelts, 1);
}
END_TEST

START_TEST(consumers_are_all_locations_of_any_binding)
{
    eckid_saml_metadata_sp_t *sp;
    const char *content =
        metadata_sp_role("<m:AssertionConsumerService Location='https://a/1' "
                         "Binding='" BINDING "HTTP-POST' ResponseLocation='https://a/2'/>"
                         "<m:AssertionConsumerService Location='https://a/3' "
                         "Binding='" BINDING "HTTP-Artifact'/>"
                         "<m:SingleLogoutService Location='https://a/4'/>");

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entity("urn:a", content)), "urn:a",
                              pool));
    ck_assert_str_eq(apr_array_pstrcat(pool, sp->consumers, ' '),
                     "https://a/1 https://a/2 https://a/3");
    ck_assert_int_eq(APR_ARRAY_IDX(sp->expiries, 0, eckid_expiry_t).until, 0);
    refused(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entity("urn:a", content)), "urn:b",
                                   pool),
            ECKID_METADATA);
}
END_TEST

START_TEST(the_validity_of_a_set_holds_for_a_supplier_in_it)
{
    eckid_saml_metadata_sp_t *sp;
    const char *entity =
        metadata_entity("urn:a' validUntil='2026-08-31T08:30:00Z", metadata_sp_role(""));

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entities(entity)), "urn:a", pool));
    ck_assert_int_eq(apr_time_sec(sp->life.until), 1788165000);
    refused(eckid_saml_metadata_sp(
                &sp,
                metadata_file(metadata_entity("urn:a' validUntil='tomorrow", metadata_sp_role(""))),
                "urn:a", pool),
            ECKID_METADATA);
}
END_TEST

/* The keys of a supplier, and which of them is encrypted to. */
static const struct {
    struct {
        const char *use;
        test_kind_t kind;
        int number;
    } keys[3];
    int chosen;           /* the number of an RSA key; -1 for none */
    eckid_code_t why_not; /* if none can be used, but there are some */
} readers[] = {
    {{{NULL, 0, 0}}, -1, ECKID_OK},
    {{{" use='signing'", RSA_2048, 0}}, -1, ECKID_OK},
    {{{" use='encryption'", RSA_2048, 1}}, 1, ECKID_OK},
    {{{"", RSA_2048, 1}}, 1, ECKID_OK},
    {{{" use='signing'", RSA_2048, 0}, {" use='encryption'", RSA_2048, 2}}, 2, ECKID_OK},
    {{{" use='encryption'", P_256, 0}, {" use='encryption'", RSA_2048, 2}}, 2, ECKID_OK},
    {{{" use='encryption'", P_256, 0}}, -1, ECKID_KEY},
};

START_TEST(the_first_usable_key_for_encryption_is_the_supplier_s)
{
    const char *content = "";
    eckid_saml_metadata_sp_t *sp;

    for (int i = 0; i < COUNT(readers[_i].keys) && readers[_i].keys[i].use; i++) {
        content = apr_pstrcat(pool, content,
                              metadata_descriptor(readers[_i].keys[i].use,
                                                  metadata_certificate(readers[_i].keys[i].kind,
                                                                       readers[_i].keys[i].number)),
                              NULL);
    }
    ok(eckid_saml_metadata_sp(
        &sp, metadata_file(metadata_entity("urn:a", metadata_sp_role(content))), "urn:a", pool));
    ck_assert_int_eq(sp->encryption != NULL, readers[_i].chosen >= 0);
    ck_assert_int_eq(sp->why_not ? (int)sp->why_not->code : 0, readers[_i].why_not);
    if (sp->encryption) {
        ck_assert(eckid_key_same(sp->encryption->key, test_pair(RSA_2048, readers[_i].chosen)));
    }
}
END_TEST

START_TEST(methods_that_are_not_taken_are_the_supplier_s_to_change)
{
    const char *descriptor = metadata_descriptor("", metadata_certificate(RSA_2048, 0));
    const char *end = strstr(descriptor, "</m:KeyDescriptor>");
    const char *role = metadata_sp_role(apr_pstrcat(
        pool, apr_pstrmemdup(pool, descriptor, (apr_size_t)(end - descriptor)),
        "<m:EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#tripledes-cbc'/>", end,
        NULL));
    eckid_saml_metadata_sp_t *sp;

    ok(eckid_saml_metadata_sp(&sp, metadata_file(metadata_entity("urn:a", role)), "urn:a", pool));
    ck_assert_ptr_null(sp->encryption);
    tells(sp->why_not, ECKID_KEY, "no EncryptionMethod that is taken");
    tells(sp->why_not, ECKID_KEY, "(the supplier must name");
}
END_TEST

START_TEST(an_entity_of_a_set_is_told_as_it_stands_there)
{
    eckid_saml_metadata_sp_t *sp;
    xmlDocPtr doc;

    ok(eckid_saml_metadata_sp(
        &sp, metadata_file(metadata_entities(metadata_entity("urn:a", metadata_sp_role("")))),
        "urn:a", pool));
    ok(eckid_xml_parse(&doc, sp->text, pool));
    ck_assert(eckid_xml_is(xmlDocGetRootElement(doc), ECKID_NS_METADATA, "EntityDescriptor"));
}
END_TEST

UNIT_SUITE(saml_metadata)
{
    Suite *suite = suite_create("saml_metadata");
    TCase *tcase = unit_case(suite, "metadata");

    tcase_add_test(tcase, signing_keys_are_those_for_signing_or_for_anything);
    tcase_add_test(tcase, the_keys_are_those_of_all_roles_for_saml2);
    tcase_add_test(tcase, an_aggregate_needs_the_name);
    tcase_add_test(tcase, valid_until_is_told);
    tcase_add_loop_test(tcase, files_that_cannot_be_used_are_refused, 0, COUNT(unusable));
    tcase_add_test(tcase, an_entity_id_has_no_white_space_around_it);
    tcase_add_loop_test(tcase, advice_fits_what_is_missing, 0, COUNT(advised));
    tcase_add_test(tcase, one_role_with_a_certificate_is_enough);
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, one_usable_key_is_enough);
    tcase_add_test(tcase, the_validity_of_a_set_holds_for_a_supplier_in_it);
    tcase_add_test(tcase, consumers_are_all_locations_of_any_binding);
    tcase_add_loop_test(tcase, the_first_usable_key_for_encryption_is_the_supplier_s, 0,
                        COUNT(readers));
    tcase_add_test(tcase, methods_that_are_not_taken_are_the_supplier_s_to_change);
    tcase_add_test(tcase, an_entity_of_a_set_is_told_as_it_stands_there);
    return suite;
}
