/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include "saml/eckid_saml_publish.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "support/metadata.h"

#define BINDING "urn:oasis:names:tc:SAML:2.0:bindings:"

static eckid_saml_publish_edit_t edit_with(const eckid_key_t *first, const eckid_key_t *second)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(const eckid_key_t *));

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = first;
    if (second) {
        APR_ARRAY_PUSH(keys, const eckid_key_t *) = second;
    }
    return (eckid_saml_publish_edit_t){METADATA_IDP, keys, NULL};
}

static const char *rewrite(const eckid_saml_publish_edit_t *edit, const char *text)
{
    eckid_bytes_t rewritten;
    const char *other;
    bool found;

    ok(eckid_saml_publish_rewrite(&rewritten, &found, &other, edit, str(text), pool));
    ck_assert(found && !other);
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
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(RSA_2048, 1), test_pair(P_256, 1));
    const char *text = rewrite(
        &edit,
        metadata_entity(
            METADATA_IDP,
            metadata_idp_role(apr_pstrcat(
                pool, metadata_descriptor(" use='signing'", metadata_certificate(RSA_2048, 0)),
                "<m:NameIDFormat>f</m:NameIDFormat>", NULL))));

    ck_assert_ptr_nonnull(strstr(text, metadata_certificate(RSA_2048, 0)));
    const char *first = strstr(text, metadata_certificate(RSA_2048, 1));
    const char *second = strstr(text, metadata_certificate(P_256, 1));

    ck_assert(first && second && first < second && second < strstr(text, "NameIDFormat"));
    ck_assert_int_eq(occurrences(text, "use=\"signing\""), 3);
}
END_TEST

START_TEST(a_certificate_is_not_listed_twice)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 0), test_pair(P_256, 0));
    const char *text =
        rewrite(&edit, metadata_entity(METADATA_IDP, metadata_idp_role(metadata_descriptor(
                                                         "", metadata_certificate(P_256, 0)))));

    ck_assert_int_eq(occurrences(text, metadata_certificate(P_256, 0)), 1);
    text = rewrite(&edit, metadata_entity(METADATA_IDP, metadata_idp_role("")));
    ck_assert_int_eq(occurrences(text, metadata_certificate(P_256, 0)), 1);
}
END_TEST

START_TEST(endpoints_that_would_be_denied_are_left_out)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
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
    const char *text = rewrite(&edit, metadata_entity(METADATA_IDP, metadata_idp_role(endpoints))),
               *seen = "";

    for (const char *at = strstr(text, "Location=\""); at; at = strstr(at + 1, "Location=\"")) {
        seen = apr_pstrcat(pool, seen, apr_pstrmemdup(pool, at + 10, 1), NULL);
    }
    ck_assert_str_eq(seen, "236");
}
END_TEST

START_TEST(the_last_way_to_log_in_stays)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *soap = "<m:SingleSignOnService Binding='" BINDING "SOAP' Location='https://x/'/>";
    const char *post =
        "<m:SingleSignOnService Binding='" BINDING "HTTP-POST' Location='https://y/'/>";

    ck_assert_ptr_nonnull(strstr(
        rewrite(&edit, metadata_entity(METADATA_IDP, metadata_idp_role(soap))), "https://x/"));
    ck_assert_ptr_null(strstr(
        rewrite(&edit, metadata_entity(METADATA_IDP,
                                       metadata_idp_role(apr_pstrcat(pool, soap, post, NULL)))),
        "https://x/"));
}
END_TEST

START_TEST(roles_of_older_protocols_are_left_out)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *old = "<m:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:"
                      "1.1:protocol'><m:SingleSignOnService Binding='x' Location='old'/>"
                      "</m:IDPSSODescriptor>";
    const char *both = "<m:IDPSSODescriptor protocolSupportEnumeration='urn:oasis:names:tc:SAML:"
                       "1.1:protocol " ECKID_NS_SAMLP "'/>";
    const char *others = "<m:AttributeAuthorityDescriptor><m:AttributeService Location='old'/>"
                         "</m:AttributeAuthorityDescriptor><m:AuthnAuthorityDescriptor>"
                         "<m:AuthnQueryService Location='old'/></m:AuthnAuthorityDescriptor>";
    const char *text = rewrite(
        &edit, metadata_entity(METADATA_IDP, apr_pstrcat(pool, old, both, others,
                                                         metadata_sp_role("<m:stays/>"), NULL)));

    ck_assert_ptr_null(strstr(text, "old"));
    ck_assert_ptr_nonnull(strstr(text, "m:stays"));
    ck_assert_ptr_nonnull(strstr(text, "protocolSupportEnumeration=\"" ECKID_NS_SAMLP "\""));
}
END_TEST

#define SIGNATURE "<d:Signature xmlns:d='" ECKID_NS_DSIG "'/>"

START_TEST(signatures_over_what_changes_are_removed)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 0), NULL);
    const char *text = metadata_entities(apr_pstrcat(
        pool, SIGNATURE,
        metadata_entity(METADATA_IDP, apr_pstrcat(pool, SIGNATURE, metadata_idp_role(""), NULL)),
        metadata_entity("https://other.example",
                        apr_pstrcat(pool, SIGNATURE, metadata_idp_role(""), NULL)),
        NULL));

    text = rewrite(&edit, text);
    ck_assert_int_eq(occurrences(text, "Signature"), 1);
    ck_assert_ptr_nonnull(strstr(strstr(text, "other.example"), "Signature"));
}
END_TEST

START_TEST(only_the_entity_changes)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 1), NULL);

    ck_assert_int_eq(
        occurrences(rewrite(&edit, metadata_aggregate()), metadata_certificate(P_256, 1)), 1);
}
END_TEST

START_TEST(white_space_around_the_entity_id_is_no_part_of_it)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 1), NULL);

    ck_assert_ptr_nonnull(
        strstr(rewrite(&edit, metadata_entity(" " METADATA_IDP "\n", metadata_idp_role(""))),
               metadata_certificate(P_256, 1)));
}
END_TEST

START_TEST(metadata_of_others_is_left_alone)
{
    const eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    eckid_bytes_t rewritten;
    const char *other;
    bool found = true;

    ok(eckid_saml_publish_rewrite(
        &rewritten, &found, &other, &edit,
        str(metadata_entity("https://other.example", metadata_idp_role(""))), pool));
    ck_assert(!found);
    ck_assert_pstr_eq(other, "https://other.example");
    ok(eckid_saml_publish_rewrite(&rewritten, &found, &other, &edit,
                                  str(metadata_entity("https://sp.example", "")), pool));
    ck_assert(!found && !other);
    refused(eckid_saml_publish_rewrite(&rewritten, &found, &other, &edit, str("<html>"), pool),
            ECKID_XML);
}
END_TEST

START_TEST(only_metadata_is_signed)
{
    eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    const char *inner = metadata_entity(METADATA_IDP, metadata_idp_role(""));
    eckid_bytes_t rewritten = str("");
    const char *other;
    bool found;

    edit.signer = test_pair(P_256, 1);
    ok(eckid_saml_publish_rewrite(&rewritten, &found, &other, &edit, str(metadata_entities(inner)),
                                  pool));
    rewritten = str("");
    refused(eckid_saml_publish_rewrite(
                &rewritten, &found, &other, &edit,
                str(apr_pstrcat(pool, "<p:LogoutRequest xmlns:p='" ECKID_NS_SAMLP "'>", inner,
                                "</p:LogoutRequest>", NULL)),
                pool),
            ECKID_METADATA);
    refused(eckid_saml_publish_rewrite(&rewritten, &found, &other, &edit,
                                       str("<EntityDescriptor xmlns='urn:other'/>"), pool),
            ECKID_METADATA);
    ck_assert_int_eq((int)rewritten.len, 0);
}
END_TEST

START_TEST(it_can_be_signed_anew)
{
    eckid_saml_publish_edit_t edit = edit_with(test_pair(P_256, 1), NULL);
    const apr_array_header_t *keys = edit.keys;
    const eckid_trust_t trust = {keys, false};
    eckid_verified_t *verified;
    xmlDocPtr doc;

    edit.signer = test_pair(P_256, 1);
    ok(eckid_xml_parse(
        &doc, str(rewrite(&edit, metadata_entity(METADATA_IDP, metadata_idp_role("")))), pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    ck_assert(eckid_xml_is(root->children, ECKID_NS_DSIG, "Signature"));
    ok(eckid_xmldsig_verify(&verified, root,
                            eckid_xml_child(root, ECKID_NS_METADATA, "IDPSSODescriptor"), &trust,
                            pool));
}
END_TEST

UNIT_SUITE(saml_publish)
{
    Suite *suite = suite_create("saml_publish");
    TCase *tcase = unit_case(suite, "publish");

    tcase_add_test(tcase, our_certificates_stand_beside_the_others);
    tcase_add_test(tcase, a_certificate_is_not_listed_twice);
    tcase_add_test(tcase, endpoints_that_would_be_denied_are_left_out);
    tcase_add_test(tcase, the_last_way_to_log_in_stays);
    tcase_add_test(tcase, roles_of_older_protocols_are_left_out);
    tcase_add_test(tcase, signatures_over_what_changes_are_removed);
    tcase_add_test(tcase, only_the_entity_changes);
    tcase_add_test(tcase, white_space_around_the_entity_id_is_no_part_of_it);
    tcase_add_test(tcase, metadata_of_others_is_left_alone);
    tcase_add_test(tcase, only_metadata_is_signed);
    tcase_add_test(tcase, it_can_be_signed_anew);
    return suite;
}
