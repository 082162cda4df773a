/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "saml/eckid_saml_decrypt.h"
#include "support/maker.h"
#include "xml/eckid_xml_namespaces.h"

#define GCM "2009/xmlenc11#aes256-gcm"
#define CBC "2001/04/xmlenc#aes128-cbc"

static const sealing_t assertion = {"EncryptedAssertion", CBC, 128, 2, false, NULL};
static const sealing_t attribute = {"EncryptedAttribute", GCM, 256, 2, false, NULL};
static const sealing_t name_id = {"EncryptedID", GCM, 256, 2, false, NULL};
static const sealing_t to_others = {"EncryptedID", GCM, 256, 0, false, NULL};

/* Our key is the third. */
static const eckid_decryption_t *decryption(void)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    eckid_decryption_t *made = apr_pcalloc(pool, sizeof(*made));

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(RSA_2048, 2);
    made->keys = keys;
    return made;
}

static eckid_saml_message_t *opened(const char *xml)
{
    eckid_saml_message_t *message;

    ok(eckid_saml_message_open(&message, str(xml), pool));
    return message;
}

/* A response, decrypted and verified. */
static eckid_err_t *verify(eckid_verified_t **verified, const char *xml,
                           const eckid_decryption_t *by)
{
    eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_saml_message_t *message = opened(xml);

    rules.decryption = by;
    if (message->kind == ECKID_SAML_ENCRYPTED) {
        ECKID_ERR(eckid_saml_decrypt(message, &rules.trust, by, pool));
        ck_assert_int_eq(message->kind, ECKID_SAML_LOGIN);
    }
    return eckid_saml_verify(verified, message, &rules, pool);
}

/* The one value of an attribute. */
static const char *value_of(eckid_verified_t *verified, const char *name)
{
    eckid_attributes_t attributes = eckid_saml_attributes(verified, pool);
    apr_array_header_t *values = attributes.kind->values(attributes.self, name, pool);

    ck_assert_int_eq(values->nelts, 1);
    return APR_ARRAY_IDX(values, 0, eckid_bytes_t).data;
}

static maker_t sealed(void)
{
    maker_t maker = maker_usual();

    maker.sealing = &assertion;
    maker.sign_response = true;
    return maker;
}

START_TEST(an_encrypted_assertion_is_read)
{
    maker_t maker = sealed();
    eckid_saml_message_t *message = opened(maker_xml(&maker));
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    ck_assert_int_eq(message->audiences->nelts, 0);
    ok(eckid_saml_decrypt(message, &rules.trust, decryption(), pool));
    ck_assert_int_eq(message->audiences->nelts, 1);
    ok(eckid_saml_verify(&verified, message, &rules, pool));
    ck_assert_str_eq(value_of(verified, "employeeNumber"), "95312");
}
END_TEST

START_TEST(without_a_key_it_is_encrypted)
{
    maker_t maker = sealed();
    eckid_verified_t *verified;

    refused(verify(&verified, maker_xml(&maker), NULL), ECKID_ENCRYPTED);
    maker = maker_usual();
    maker.attributes = sealer_seal(&attribute, "<a/>");
    refused(verify(&verified, maker_xml(&maker), NULL), ECKID_ENCRYPTED);
}
END_TEST

/* What stands beside the one EncryptedAssertion. */
START_TEST(two_assertions_are_refused)
{
    static const char *const others[] = {
        "<saml:EncryptedAssertion/>",
        "<saml:Assertion ID='_other'/>",
        "<samlp:Extensions><saml:EncryptedAssertion/></samlp:Extensions>",
        "<samlp:Extensions><saml:Assertion/></samlp:Extensions>",
    };

    for (int i = 0; i < COUNT(others); i++) {
        maker_t maker = sealed();
        eckid_verified_t *verified;

        maker.response_extra = others[i];
        refused(verify(&verified, maker_xml(&maker), decryption()), ECKID_STRUCTURE);
    }
}
END_TEST

START_TEST(one_that_is_no_child_of_the_response)
{
    maker_t maker = sealed();
    eckid_verified_t *verified;
    const char *xml;

    maker.sign_response = false;
    xml = replaced(maker_xml(&maker), "<s:EncryptedAssertion",
                   "<samlp:Extensions><s:EncryptedAssertion");
    xml = replaced(xml, "</s:EncryptedAssertion>", "</s:EncryptedAssertion></samlp:Extensions>");
    refused(verify(&verified, xml, decryption()), ECKID_STRUCTURE);
}
END_TEST

static const char secret[] =
    "<saml:Attribute xmlns:saml='" ECKID_NS_SAML "' Name='secret'><saml:AttributeValue>value"
    "</saml:AttributeValue></saml:Attribute>";

/* Alone, and within an encrypted Assertion. */
static const sealing_t *const around[] = {NULL, &assertion};

START_TEST(encrypted_attributes_are_read)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified;

    maker.sealing = around[_i];
    maker.attributes = apr_pstrcat(pool, maker.attributes, sealer_seal(&attribute, secret), NULL);
    ok(verify(&verified, maker_xml(&maker), decryption()));
    ck_assert_str_eq(value_of(verified, "secret"), "value");
    ck_assert_str_eq(value_of(verified, "employeeNumber"), "95312");
    ck_assert(eckid_xmldsig_was_encrypted(verified));
}
END_TEST

START_TEST(an_encrypted_name_id_is_read_or_stays)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified;

    maker.name_id = NULL;
    maker.sealing = around[_i];
    maker.subject_start =
        sealer_seal(&name_id, "<s:NameID xmlns:s='" ECKID_NS_SAML "'>pukkelen</s:NameID>");
    ok(verify(&verified, maker_xml(&maker), decryption()));
    eckid_attributes_t attributes = eckid_saml_attributes(verified, pool);

    ck_assert_str_eq(attributes.kind->subject(attributes.self, pool), "pukkelen");
    maker.subject_start =
        sealer_seal(&to_others, "<s:NameID xmlns:s='" ECKID_NS_SAML "'>pukkelen</s:NameID>");
    ok(verify(&verified, maker_xml(&maker), decryption()));
    attributes = eckid_saml_attributes(verified, pool);
    ck_assert_ptr_null(attributes.kind->subject(attributes.self, pool));
    ck_assert_int_eq(eckid_xmldsig_was_encrypted(verified), around[_i] != NULL);
}
END_TEST

typedef struct row_t {
    const char *plain;
    eckid_code_t code;
} row_t;

static const row_t hidden[] = {
    {"<saml:Attribute xmlns:saml='" ECKID_NS_SAML "' Name='a'><saml:AttributeValue>"
     "<saml:Assertion/></saml:AttributeValue></saml:Attribute>",
     ECKID_STRUCTURE},
    {"<saml:Attribute xmlns:saml='" ECKID_NS_SAML "' Name='a'><saml:AttributeValue>"
     "<saml:EncryptedAttribute/></saml:AttributeValue></saml:Attribute>",
     ECKID_STRUCTURE},
    {"<saml:Attribute xmlns:saml='" ECKID_NS_SAML "' Name='a' ID='_response'/>", ECKID_STRUCTURE},
    {"<saml:Attribute xmlns:saml='" ECKID_NS_SAML "' Name='a'><d:Signature xmlns:d='" ECKID_NS_DSIG
     "'/></saml:Attribute>",
     ECKID_STRUCTURE},
    {"<saml:Assertion xmlns:saml='" ECKID_NS_SAML "'/>", ECKID_DECRYPTION},
};

START_TEST(nothing_hides_in_an_encrypted_attribute)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified;

    maker.attributes = sealer_seal(&attribute, hidden[_i].plain);
    refused(verify(&verified, maker_xml(&maker), decryption()), hidden[_i].code);
}
END_TEST

START_TEST(an_encrypted_attribute_elsewhere_is_refused)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified;

    maker.response_extra = sealer_seal(&attribute, secret);
    refused(verify(&verified, maker_xml(&maker), decryption()), ECKID_STRUCTURE);
}
END_TEST

START_TEST(too_many_encrypted_attributes)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified;

    maker.attributes = "";
    for (int i = 0; i <= ECKID_SAML_PARTS_MAX; i++) {
        maker.attributes =
            apr_pstrcat(pool, maker.attributes, sealer_seal(&attribute, secret), NULL);
    }
    refused(verify(&verified, maker_xml(&maker), decryption()), ECKID_LIMIT);
}
END_TEST

UNIT_SUITE(saml_decrypt)
{
    Suite *suite = suite_create("saml_decrypt");
    TCase *tcase = unit_case(suite, "saml_decrypt");

    tcase_add_test(tcase, an_encrypted_assertion_is_read);
    tcase_add_test(tcase, without_a_key_it_is_encrypted);
    tcase_add_test(tcase, two_assertions_are_refused);
    tcase_add_test(tcase, one_that_is_no_child_of_the_response);
    tcase_add_loop_test(tcase, encrypted_attributes_are_read, 0, COUNT(around));
    tcase_add_loop_test(tcase, an_encrypted_name_id_is_read_or_stays, 0, COUNT(around));
    tcase_add_loop_test(tcase, nothing_hides_in_an_encrypted_attribute, 0, COUNT(hidden));
    tcase_add_test(tcase, an_encrypted_attribute_elsewhere_is_refused);
    tcase_add_test(tcase, too_many_encrypted_attributes);
    return suite;
}
