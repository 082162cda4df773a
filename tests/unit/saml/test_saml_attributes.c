/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"

static const char *values_of(eckid_verified_t *verified, const char *name)
{
    apr_array_header_t *values =
        eckid_attributes_values(eckid_saml_attributes(verified, pool), name, pool);
    const char *text = "";

    for (int i = 0; i < values->nelts; i++) {
        text = apr_pstrcat(pool, text, i ? "|" : "", APR_ARRAY_IDX(values, i, eckid_bytes_t).data,
                           NULL);
    }
    return text;
}

static const char *names_of(eckid_verified_t *verified)
{
    return apr_array_pstrcat(
        pool, eckid_attributes_names(eckid_saml_attributes(verified, pool), pool), ' ');
}

START_TEST(values_are_those_of_every_element_of_the_name)
{
    maker_t maker = maker_usual();

    maker.attributes =
        apr_pstrcat(pool, maker_attribute("a", "1", "2", NULL), maker_attribute("b", "3", NULL),
                    "</saml:AttributeStatement><saml:AttributeStatement>",
                    maker_attribute("a", "4&amp;5", "", NULL), NULL);
    eckid_verified_t *verified = maker_verified(&maker);

    ck_assert_str_eq(values_of(verified, "a"), "1|2|4&5|");
    ck_assert_str_eq(values_of(verified, "b"), "3");
    ck_assert_str_eq(values_of(verified, "c"), "");
    ck_assert_str_eq(names_of(verified), "a b");
}
END_TEST

START_TEST(a_name_id_may_be_absent)
{
    maker_t maker = maker_usual();

    maker.name_id = NULL;
    ck_assert_ptr_null(
        eckid_attributes_subject(eckid_saml_attributes(maker_verified(&maker), pool), pool));
}
END_TEST

/* As the values of maker_attribute are. */
#define TYPED                                                                                      \
    "<saml:AttributeValue xmlns:xs=\"" ECKID_NS_XS "\" xmlns:xsi=\"" ECKID_NS_XSI                  \
    "\" xsi:type=\"xs:string\">"

static const eckid_attribute_t eckid = {"eckId", "urn:format", "friend"};

START_TEST(set_makes_it_the_only_one_of_its_name)
{
    maker_t maker = maker_usual();

    maker.attributes = apr_pstrcat(pool, maker_attribute("eckId", "old", "older", NULL),
                                   maker_attribute("uid", "u", NULL),
                                   maker_attribute("eckId", "oldest", NULL), NULL);
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ok(eckid_saml_attributes_set(eckid_saml_attributes(verified, pool), &eckid, "new&<", pool));
    ck_assert_str_eq(values_of(verified, "eckId"), "new&<");
    ck_assert_str_eq(names_of(verified), "uid eckId");
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data,
                                 "<saml:Attribute Name=\"eckId\" NameFormat=\"urn:format\""
                                 " FriendlyName=\"friend\">" TYPED
                                 "new&amp;&lt;</saml:AttributeValue></saml:Attribute>"
                                 "</saml:AttributeStatement>"));
}
END_TEST

START_TEST(set_makes_a_statement_where_there_is_none)
{
    maker_t maker = maker_usual();

    maker.attributes = NULL;
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ok(eckid_saml_attributes_set(eckid_saml_attributes(verified, pool), &eckid, "new", pool));
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data, "</saml:AuthnStatement><saml:AttributeStatement>"
                                           "<saml:Attribute Name=\"eckId\""));
}
END_TEST

START_TEST(removing_the_last_attribute_removes_the_statement)
{
    maker_t maker = maker_usual();

    maker.attributes = maker_attribute("uid", "u", NULL);
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    eckid_attributes_remove(eckid_saml_attributes(verified, pool), "uid", pool);
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_null(strstr(xml.data, "AttributeStatement"));
}
END_TEST

START_TEST(what_is_not_touched_stays_as_it_was)
{
    const char *rich =
        "<saml:Attribute Name='rich' x:extra='1' xmlns:x='urn:x'><saml:AttributeValue>"
        "<saml:NameID Format='f'>n</saml:NameID></saml:AttributeValue><saml:AttributeValue "
        "xsi:nil='true'/><saml:AttributeValue xsi:type='xs:integer'> 1 </saml:AttributeValue>"
        "<saml:AttributeValue><x:deep><x:er a='b'/></x:deep></saml:AttributeValue>"
        "</saml:Attribute>";
    maker_t maker = maker_usual();

    maker.attributes = rich;
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ok(eckid_saml_attributes_set(eckid_saml_attributes(verified, pool), &eckid, "new", pool));
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(
        xml.data,
        "<saml:Attribute xmlns:x=\"urn:x\" Name=\"rich\" x:extra=\"1\"><saml:AttributeValue>"
        "<saml:NameID Format=\"f\">n</saml:NameID></saml:AttributeValue><saml:AttributeValue "
        "xsi:nil=\"true\"/><saml:AttributeValue xsi:type=\"xs:integer\"> 1 </saml:AttributeValue>"
        "<saml:AttributeValue><x:deep><x:er a=\"b\"/></x:deep></saml:AttributeValue>"
        "</saml:Attribute>"));
}
END_TEST

START_TEST(rename_changes_names_and_no_values)
{
    maker_t maker = maker_usual();
    eckid_verified_t *verified = maker_verified(&maker);
    const eckid_attribute_t to = {"role", "urn:format", NULL};

    eckid_attributes_rename(eckid_saml_attributes(verified, pool), "eduPersonAffiliation", &to,
                            pool);
    ck_assert_str_eq(values_of(verified, "role"), "student|member");
    ck_assert_str_eq(names_of(verified), "uid employeeNumber role");
}
END_TEST

static const struct {
    const char *friendly, *tag;
} friendly_names[] = {
    {NULL, "<saml:Attribute Name=\"role\" NameFormat=\"urn:format\"><saml:AttributeValue"},
    {"new", "<saml:Attribute Name=\"role\" NameFormat=\"urn:format\" FriendlyName=\"new\">"
            "<saml:AttributeValue"},
};

START_TEST(rename_leaves_nothing_of_the_old_names)
{
    const eckid_attribute_t to = {"role", "urn:format", friendly_names[_i].friendly};
    maker_t maker = maker_usual();
    eckid_bytes_t xml;

    maker.attributes = "<saml:Attribute Name='urn:oid:1' NameFormat='urn:old' FriendlyName='old'>"
                       "<saml:AttributeValue>student</saml:AttributeValue></saml:Attribute>";
    eckid_verified_t *verified = maker_verified(&maker);

    eckid_attributes_rename(eckid_saml_attributes(verified, pool), "urn:oid:1", &to, pool);
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data, friendly_names[_i].tag));
}
END_TEST

/* Statements in which the prefix of the Assertion means something else, or nothing. */
static const char *const statements[] = {
    "<a:AttributeStatement xmlns:a='" ECKID_NS_SAML
    "' xmlns:saml='urn:other'><a:Attribute Name='x'>"
    "<a:AttributeValue>1</a:AttributeValue></a:Attribute></a:AttributeStatement>",
    "<AttributeStatement xmlns='" ECKID_NS_SAML "' xmlns:saml='urn:other'><Attribute Name='x'>"
    "<AttributeValue>1</AttributeValue></Attribute></AttributeStatement>",
};

START_TEST(what_is_set_is_in_the_namespace_of_saml)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t ours = maker_rules(RSA_2048, 1);
    eckid_saml_message_t *message;
    eckid_verified_t *again;
    eckid_bytes_t xml;

    maker.attributes = NULL;
    maker.assertion_extra = statements[_i];
    eckid_verified_t *verified = maker_verified(&maker);

    ok(eckid_saml_attributes_set(eckid_saml_attributes(verified, pool), &eckid, "value", pool));
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ok(eckid_saml_message_open(&message, xml, pool));
    ok(eckid_saml_verify(&again, message, &ours, pool));
    ck_assert_str_eq(values_of(again, "eckId"), "value");
    ck_assert_str_eq(values_of(again, "x"), "1");
}
END_TEST

static const struct {
    const char *type;
    bool typed;
} types[] = {
    {" xsi:type='xs:string'", true},
    {" xsi:type='xs:anyURI'", true},
    {"", false},
};

START_TEST(a_value_is_typed_as_its_neighbours_are)
{
    maker_t maker = maker_usual();
    eckid_bytes_t xml;

    maker.attributes =
        apr_pstrcat(pool, "<saml:Attribute Name='x'><saml:AttributeValue", types[_i].type,
                    ">1</saml:AttributeValue></saml:Attribute>", NULL);
    eckid_verified_t *verified = maker_verified(&maker);

    ok(eckid_saml_attributes_set(eckid_saml_attributes(verified, pool), &eckid, "value", pool));
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert((strstr(xml.data, "xsi:type=\"xs:string\">value<") != NULL) == types[_i].typed);
}
END_TEST

UNIT_SUITE(saml_attributes)
{
    Suite *suite = suite_create("saml_attributes");
    TCase *tcase = unit_case(suite, "attributes");

    tcase_add_test(tcase, values_are_those_of_every_element_of_the_name);
    tcase_add_test(tcase, a_name_id_may_be_absent);
    tcase_add_test(tcase, set_makes_it_the_only_one_of_its_name);
    tcase_add_test(tcase, set_makes_a_statement_where_there_is_none);
    tcase_add_test(tcase, removing_the_last_attribute_removes_the_statement);
    tcase_add_test(tcase, what_is_not_touched_stays_as_it_was);
    tcase_add_test(tcase, rename_changes_names_and_no_values);
    tcase_add_loop_test(tcase, rename_leaves_nothing_of_the_old_names, 0, COUNT(friendly_names));
    tcase_add_loop_test(tcase, what_is_set_is_in_the_namespace_of_saml, 0, COUNT(statements));
    tcase_add_loop_test(tcase, a_value_is_typed_as_its_neighbours_are, 0, COUNT(types));
    return suite;
}
