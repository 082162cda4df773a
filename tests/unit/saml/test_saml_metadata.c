/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include "saml/eckid_saml_metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "support/keys.h"

#define IDP "https://idp.example/saml"
#define BINDING "urn:oasis:names:tc:SAML:2.0:bindings:"

static const char *certificate(test_kind_t kind, int number)
{
    return eckid_key_certificate_base64(test_pair(kind, number));
}

static const char *descriptor(const char *use, const char *base64)
{
    return apr_pstrcat(pool, "<m:KeyDescriptor", use,
                       "><d:KeyInfo xmlns:d='" ECKID_NS_DSIG "'><d:X509Data><d:X509Certificate>\n",
                       base64, "\n</d:X509Certificate></d:X509Data></d:KeyInfo></m:KeyDescriptor>",
                       NULL);
}

static const char *entity(const char *id, const char *content)
{
    return apr_pstrcat(pool, "<m:EntityDescriptor xmlns:m='" ECKID_NS_METADATA "' entityID='", id,
                       "'>", content, "</m:EntityDescriptor>", NULL);
}

static const char *idp_role(const char *content)
{
    return apr_pstrcat(pool, "<m:IDPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
                       content, "</m:IDPSSODescriptor>", NULL);
}

static const char *sp_role(const char *content)
{
    return apr_pstrcat(pool, "<m:SPSSODescriptor protocolSupportEnumeration='" ECKID_NS_SAMLP "'>",
                       content, "</m:SPSSODescriptor>", NULL);
}

static const char *all(const char *content)
{
    return apr_pstrcat(pool, "<m:EntitiesDescriptor xmlns:m='" ECKID_NS_METADATA "'>", content,
                       "</m:EntitiesDescriptor>", NULL);
}

/* A file with that content, gone with the pool. */
static const char *file_of(const char *content)
{
    char *path = apr_pstrdup(pool, "/tmp/eckid-unit-XXXXXX");
    apr_file_t *file;

    ck_assert_int_eq(apr_file_mktemp(&file, path,
                                     APR_CREATE | APR_READ | APR_WRITE | APR_EXCL | APR_DELONCLOSE,
                                     pool),
                     APR_SUCCESS);
    apr_file_write_full(file, content, strlen(content), NULL);
    apr_file_flush(file);
    return path;
}

START_TEST(signing_keys_are_those_for_signing_or_for_anything)
{
    eckid_idp_t *idp;
    const char *content = apr_pstrcat(pool, descriptor(" use='signing'", certificate(RSA_2048, 0)),
                                      descriptor(" use='encryption'", certificate(RSA_2048, 1)),
                                      descriptor("", certificate(P_256, 0)), NULL);

    ok(eckid_saml_metadata_idp(&idp, file_of(entity(IDP, idp_role(content))), NULL, pool));
    ck_assert_str_eq(idp->entity_id, IDP);
    ck_assert_int_eq(idp->keys->nelts, 2);
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 0, const eckid_key_t *), test_pair(RSA_2048, 0)));
    ck_assert(
        eckid_key_same(APR_ARRAY_IDX(idp->keys, 1, const eckid_key_t *), test_pair(P_256, 0)));
}
END_TEST

static const char *aggregate(void)
{
    const char *keys = descriptor("", certificate(P_256, 0));

    return all(apr_pstrcat(pool, entity("https://other.example", idp_role(keys)),
                           all(entity(IDP, idp_role(keys))),
                           entity("https://sp.example", sp_role("")), NULL));
}

START_TEST(an_aggregate_needs_the_name)
{
    eckid_idp_t *idp;
    const char *file = file_of(aggregate());

    ok(eckid_saml_metadata_idp(&idp, file, IDP, pool));
    refused(eckid_saml_metadata_idp(&idp, file, NULL, pool), ECKID_METADATA);
    refused(eckid_saml_metadata_idp(&idp, file, "https://absent.example", pool), ECKID_METADATA);
    refused(eckid_saml_metadata_idp(&idp, file, "https://sp.example", pool), ECKID_METADATA);
}
END_TEST

START_TEST(valid_until_is_told)
{
    eckid_idp_t *idp;
    const char *good = entity(IDP "' validUntil='2026-08-31T08:30:00Z",
                              idp_role(descriptor("", certificate(P_256, 0))));

    ok(eckid_saml_metadata_idp(&idp, file_of(good), NULL, pool));
    ck_assert_int_eq(apr_time_sec(idp->valid_until), 1788165000);
    refused(eckid_saml_metadata_idp(
                &idp, file_of(entity(IDP "' validUntil='tomorrow", idp_role(descriptor("", "x")))),
                NULL, pool),
            ECKID_METADATA);
}
END_TEST

START_TEST(files_that_cannot_be_used_are_refused)
{
    const struct {
        const char *content;
        eckid_code_t code;
    } rows[] = {
        {"", ECKID_METADATA},
        {"<html>", ECKID_METADATA},
        {"<!DOCTYPE x><x/>", ECKID_METADATA},
        {entity(IDP, ""), ECKID_METADATA},
        {entity(IDP, sp_role("")), ECKID_METADATA},
        {entity(IDP, idp_role("")), ECKID_METADATA},
        {entity(IDP, idp_role(descriptor("", "no base64!"))), ECKID_METADATA},
        {entity(IDP, idp_role(descriptor("", "AAAA"))), ECKID_METADATA},
        {entity(IDP, idp_role(descriptor("", certificate(P_256, 0)))), 0},
    };
    eckid_idp_t *idp;
    eckid_err_t *err = eckid_saml_metadata_idp(&idp, file_of(rows[_i].content), NULL, pool);

    ck_assert_int_eq(err ? err->code : 0, rows[_i].code);
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
        apr_pstrcat(pool, descriptor("", "AAAA"), descriptor("", certificate(P_256, 0)), NULL);

    ok(eckid_saml_metadata_idp(&idp, file_of(entity(IDP, idp_role(content))), NULL, pool));
    ck_assert_int_eq(idp->keys->nelts, 1);
}
END_TEST

START_TEST(consumers_are_all_locations_of_any_binding)
{
    apr_array_header_t *urls = apr_array_make(pool, 2, sizeof(const char *));
    const char *content = sp_role("<m:AssertionConsumerService Location='https://a/1' "
                                  "Binding='" BINDING "HTTP-POST' ResponseLocation='https://a/2'/>"
                                  "<m:AssertionConsumerService Location='https://a/3' "
                                  "Binding='" BINDING "HTTP-Artifact'/>"
                                  "<m:SingleLogoutService Location='https://a/4'/>");

    ok(eckid_saml_metadata_consumers(urls, file_of(entity("urn:a", content)), "urn:a", pool));
    ck_assert_str_eq(apr_array_pstrcat(pool, urls, ' '), "https://a/1 https://a/2 https://a/3");
    refused(eckid_saml_metadata_consumers(urls, file_of(entity("urn:a", content)), "urn:b", pool),
            ECKID_METADATA);
}
END_TEST

/* Rewriting */

static eckid_saml_metadata_edit_t edit_with(const eckid_key_t *first, const eckid_key_t *second)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(const eckid_key_t *));

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = first;
    if (second) {
        APR_ARRAY_PUSH(keys, const eckid_key_t *) = second;
    }
    return (eckid_saml_metadata_edit_t){IDP, keys, NULL};
}

static const char *rewrite(const eckid_saml_metadata_edit_t *edit, const char *text)
{
    eckid_bytes_t rewritten;
    bool found;

    ok(eckid_saml_metadata_rewrite(&rewritten, &found, edit, str(text), pool));
    ck_assert(found);
    return rewritten.data;
}

static int occurrences(const char *text, const char *what)
{
    int count = 0;

    for (text = strstr(text, what); text; text = strstr(text + 1, what)) {
        count++;
    }
    return count;
}

START_TEST(our_certificates_stand_beside_the_others)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(RSA_2048, 1), test_pair(P_256, 1));
    const char *text =
        rewrite(&edit, entity(IDP, idp_role(apr_pstrcat(
                                       pool, descriptor(" use='signing'", certificate(RSA_2048, 0)),
                                       "<m:NameIDFormat>f</m:NameIDFormat>", NULL))));

    ck_assert_ptr_nonnull(strstr(text, certificate(RSA_2048, 0)));
    const char *first = strstr(text, certificate(RSA_2048, 1));
    const char *second = strstr(text, certificate(P_256, 1));

    ck_assert(first && second && first < second && second < strstr(text, "NameIDFormat"));
    ck_assert_int_eq(occurrences(text, "use=\"signing\""), 3);
}
END_TEST

START_TEST(a_certificate_is_not_listed_twice)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 0), test_pair(P_256, 0));
    const char *text = rewrite(&edit, entity(IDP, idp_role(descriptor("", certificate(P_256, 0)))));

    ck_assert_int_eq(occurrences(text, certificate(P_256, 0)), 1);
    text = rewrite(&edit, entity(IDP, idp_role("")));
    ck_assert_int_eq(occurrences(text, certificate(P_256, 0)), 1);
}
END_TEST

START_TEST(endpoints_that_would_be_denied_are_left_out)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *endpoints = "<m:ArtifactResolutionService Binding='" BINDING "SOAP' Location='1'/>"
                            "<m:SingleLogoutService Binding='" BINDING "SOAP' Location='2'/>"
                            "<m:SingleSignOnService Binding='" BINDING "HTTP-POST' Location='3'/>"
                            "<m:SingleSignOnService Binding='" BINDING "HTTP-POST-SimpleSign' "
                            "Location='4'/>"
                            "<m:SingleSignOnService Binding='" BINDING "SOAP' Location='5'/>"
                            "<m:SingleSignOnService Binding='" BINDING "HTTP-Redirect' "
                            "Location='6'/>"
                            "<m:SingleSignOnService Binding='urn:mace:shibboleth:1.0:profiles:"
                            "AuthnRequest' Location='7'/>"
                            "<m:AssertionIDRequestService Binding='" BINDING "URI' Location='8'/>";
    const char *text = rewrite(&edit, entity(IDP, idp_role(endpoints))), *seen = "";

    for (const char *at = strstr(text, "Location=\""); at; at = strstr(at + 1, "Location=\"")) {
        seen = apr_pstrcat(pool, seen, apr_pstrmemdup(pool, at + 10, 1), NULL);
    }
    ck_assert_str_eq(seen, "236");
}
END_TEST

START_TEST(roles_of_older_protocols_are_left_out)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *old = "<m:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:"
                      "1.1:protocol'><m:SingleSignOnService Binding='x' Location='old'/>"
                      "</m:IDPSSODescriptor>";
    const char *both = "<m:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:"
                       "1.1:protocol " ECKID_NS_SAMLP "'/>";
    const char *others = "<m:AttributeAuthorityDescriptor><m:AttributeService Location='old'/>"
                         "</m:AttributeAuthorityDescriptor><m:AuthnAuthorityDescriptor>"
                         "<m:AuthnQueryService Location='old'/></m:AuthnAuthorityDescriptor>";
    const char *text = rewrite(
        &edit, entity(IDP, apr_pstrcat(pool, old, both, others, sp_role("<m:stays/>"), NULL)));

    ck_assert_ptr_null(strstr(text, "old"));
    ck_assert_ptr_nonnull(strstr(text, "m:stays"));
    ck_assert_ptr_nonnull(strstr(text, "protocolSupportEnumeration=\"" ECKID_NS_SAMLP "\""));
}
END_TEST

#define SIGNATURE "<d:Signature xmlns:d='" ECKID_NS_DSIG "'/>"

START_TEST(signatures_over_what_changes_are_removed)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *text = all(apr_pstrcat(
        pool, SIGNATURE, entity(IDP, apr_pstrcat(pool, SIGNATURE, idp_role(""), NULL)),
        entity("https://other.example", apr_pstrcat(pool, SIGNATURE, idp_role(""), NULL)), NULL));

    text = rewrite(&edit, text);
    ck_assert_int_eq(occurrences(text, "Signature"), 1);
    ck_assert_ptr_nonnull(strstr(strstr(text, "other.example"), "Signature"));
}
END_TEST

START_TEST(only_the_entity_changes)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 1), NULL);

    ck_assert_int_eq(occurrences(rewrite(&edit, aggregate()), certificate(P_256, 1)), 1);
}
END_TEST

START_TEST(metadata_of_others_is_left_alone)
{
    const eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    eckid_bytes_t rewritten;
    bool found = true;

    ok(eckid_saml_metadata_rewrite(&rewritten, &found, &edit,
                                   str(entity("https://other.example", idp_role(""))), pool));
    ck_assert(!found);
    refused(eckid_saml_metadata_rewrite(&rewritten, &found, &edit, str("<html>"), pool), ECKID_XML);
}
END_TEST

START_TEST(only_metadata_is_signed)
{
    eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    const char *inner = entity(IDP, idp_role(""));
    eckid_bytes_t rewritten = str("");
    bool found;

    edit.signer = test_pair(P_256, 1);
    ok(eckid_saml_metadata_rewrite(&rewritten, &found, &edit, str(all(inner)), pool));
    rewritten = str("");
    refused(eckid_saml_metadata_rewrite(
                &rewritten, &found, &edit,
                str(apr_pstrcat(pool, "<p:LogoutRequest xmlns:p='" ECKID_NS_SAMLP "'>", inner,
                                "</p:LogoutRequest>", NULL)),
                pool),
            ECKID_METADATA);
    refused(eckid_saml_metadata_rewrite(&rewritten, &found, &edit,
                                        str("<EntityDescriptor xmlns='urn:other'/>"), pool),
            ECKID_METADATA);
    ck_assert_int_eq((int)rewritten.len, 0);
}
END_TEST

START_TEST(it_can_be_signed_anew)
{
    eckid_saml_metadata_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    const apr_array_header_t *keys = edit.keys;
    const eckid_trust_t trust = {keys, false};
    eckid_verified_t *verified;
    xmlDocPtr doc;

    edit.signer = test_pair(P_256, 1);
    ok(eckid_xml_parse(&doc, str(rewrite(&edit, entity(IDP, idp_role("")))), pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    ck_assert(eckid_xml_is(root->children, ECKID_NS_DSIG, "Signature"));
    ok(eckid_xmldsig_verify(&verified, root,
                            eckid_xml_child(root, ECKID_NS_METADATA, "IDPSSODescriptor"), &trust,
                            pool));
}
END_TEST

UNIT_SUITE(saml_metadata)
{
    Suite *suite = suite_create("saml_metadata");
    TCase *tcase = unit_case(suite, "metadata");

    tcase_add_test(tcase, signing_keys_are_those_for_signing_or_for_anything);
    tcase_add_test(tcase, an_aggregate_needs_the_name);
    tcase_add_test(tcase, valid_until_is_told);
    tcase_add_loop_test(tcase, files_that_cannot_be_used_are_refused, 0, 9);
    tcase_add_test(tcase, a_file_that_is_not_there_is_named);
    tcase_add_test(tcase, one_usable_key_is_enough);
    tcase_add_test(tcase, consumers_are_all_locations_of_any_binding);
    tcase_add_test(tcase, our_certificates_stand_beside_the_others);
    tcase_add_test(tcase, a_certificate_is_not_listed_twice);
    tcase_add_test(tcase, endpoints_that_would_be_denied_are_left_out);
    tcase_add_test(tcase, roles_of_older_protocols_are_left_out);
    tcase_add_test(tcase, signatures_over_what_changes_are_removed);
    tcase_add_test(tcase, only_the_entity_changes);
    tcase_add_test(tcase, metadata_of_others_is_left_alone);
    tcase_add_test(tcase, only_metadata_is_signed);
    tcase_add_test(tcase, it_can_be_signed_anew);
    return suite;
}
