/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_metadata.h"
#include "support/metadata.h"

#define CONSUMER(index, more, location)                                                            \
    "<m:AssertionConsumerService index='" index "' Binding='" ECKID_BINDING_POST "'" more          \
    " Location='" location "'/>"

static const eckid_saml_sp_role_t *role_of(const char *content)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(metadata_entity("https://sp.example", content)), pool));
    return eckid_saml_sp_role_read(xmlDocGetRootElement(doc), pool);
}

/* Consumers, what is asked for, and what is found. */
static const struct {
    const char *consumers, *url;
    int index;
    const char *found;
} rows[] = {
    {CONSUMER("1", "", "https://a") CONSUMER("0", "", "https://b"), NULL, -1, "https://b"},
    {CONSUMER("1", " isDefault='true'", "https://a") CONSUMER("0", "", "https://b"), NULL, -1,
     "https://a"},
    {CONSUMER("1", " isDefault='1'", "https://a") CONSUMER("0", "", "https://b"), NULL, 0,
     "https://b"},
    {CONSUMER("1", "", "https://a"), NULL, 2, NULL},
    {CONSUMER("1", "", "https://a"), "https://a", -1, "https://a"},
    {CONSUMER("1", "", "https://a"), "https://A", -1, NULL},
    {CONSUMER("1", " ResponseLocation='https://c'", "https://a"), "https://a", -1, "https://a"},
    {CONSUMER("1", "", "javascript:x"), NULL, -1, NULL},
    {"<m:AssertionConsumerService index='0' Binding='urn:other' Location='https://a'/>", NULL, -1,
     NULL},
    {"", NULL, -1, NULL},
};

START_TEST(a_consumer_is_found_by_url_by_index_or_by_default)
{
    const eckid_saml_endpoint_t *found = eckid_saml_sp_role_consumer(
        role_of(metadata_sp_role(rows[_i].consumers)), rows[_i].url, rows[_i].index);

    ck_assert_pstr_eq(found ? found->location : NULL, rows[_i].found);
}
END_TEST

START_TEST(wishes_and_keys_are_those_of_roles_for_saml_2)
{
    const char *keys = metadata_descriptor(" use='signing'", metadata_certificate(RSA_2048, 0));
    const char *unused = metadata_descriptor(" use='encryption'", metadata_certificate(P_256, 0));
    const char *broken = metadata_descriptor("", "!");
    const eckid_saml_sp_role_t *role = role_of(
        apr_pstrcat(pool,
                    "<m:SPSSODescriptor protocolSupportEnumeration='urn:other' "
                    "AuthnRequestsSigned='true'/><m:SPSSODescriptor WantAssertionsSigned='1' "
                    "protocolSupportEnumeration='urn:oasis:names:tc:SAML:2.0:protocol'>",
                    broken, keys, unused,
                    "<m:SingleLogoutService Binding='b' Location='https://l'/>"
                    "</m:SPSSODescriptor>",
                    NULL));

    ck_assert(!role->signs_requests && role->wants_signed);
    ck_assert_int_eq(role->keys->nelts, 1);
    ck_assert_int_eq(role->logouts->nelts, 1);
}
END_TEST

UNIT_SUITE(saml_sp_role)
{
    Suite *suite = suite_create("saml_sp_role");
    TCase *tcase = unit_case(suite, "role");

    tcase_add_loop_test(tcase, a_consumer_is_found_by_url_by_index_or_by_default, 0, COUNT(rows));
    tcase_add_test(tcase, wishes_and_keys_are_those_of_roles_for_saml_2);
    return suite;
}
