/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"

static eckid_saml_t *open_xml(const char *xml)
{
    eckid_saml_t *saml;

    ok(eckid_saml_open(&saml, str(xml), pool));
    return saml;
}

static eckid_err_t *verify_xml(const char *xml)
{
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    return eckid_saml_verify(&verified, open_xml(xml), &rules, pool);
}

static eckid_err_t *verify(const maker_t *maker)
{
    return verify_xml(maker_xml(maker));
}

/* Whose it is */

#define RESPONSE(status, content)                                                                  \
    "<p:Response xmlns:p='" ECKID_NS_SAMLP "' xmlns:s='" ECKID_NS_SAML "'><p:Status>"              \
    "<p:StatusCode Value='urn:oasis:names:tc:SAML:2.0:status:" status "'/></p:Status>" content     \
    "</p:Response>"
#define DATA "<e:EncryptedData xmlns:e='" ECKID_NS_XMLENC "'/>"

typedef struct kind_t {
    const char *xml;
    eckid_saml_kind_t kind;
} kind_t;

static const kind_t kinds[] = {
    {RESPONSE("Success", "<s:Assertion/>"), ECKID_SAML_LOGIN},
    {RESPONSE("Success", ""), ECKID_SAML_LOGIN},
    {RESPONSE("Responder", "<s:Assertion/>"), ECKID_SAML_LOGIN},
    {RESPONSE("Responder", "<p:Extensions><s:Assertion/></p:Extensions>"), ECKID_SAML_LOGIN},
    {RESPONSE("Responder", ""), ECKID_SAML_ERROR},
    {"<p:Response xmlns:p='" ECKID_NS_SAMLP "'/>", ECKID_SAML_LOGIN},
    {RESPONSE("Success", "<s:EncryptedAssertion>" DATA "</s:EncryptedAssertion>"),
     ECKID_SAML_ENCRYPTED},
    {RESPONSE("Responder", "<s:EncryptedAssertion/>"), ECKID_SAML_ENCRYPTED},
    {RESPONSE("Success", "<s:Assertion><s:EncryptedAttribute/></s:Assertion>"),
     ECKID_SAML_ENCRYPTED},
    {RESPONSE("Success", "<s:Assertion><s:EncryptedID>" DATA "</s:EncryptedID></s:Assertion>"),
     ECKID_SAML_LOGIN},
    {"<p:LogoutResponse xmlns:p='" ECKID_NS_SAMLP "'/>", ECKID_SAML_OTHER},
    {"<p:LogoutRequest xmlns:p='" ECKID_NS_SAMLP "'>" DATA "</p:LogoutRequest>", ECKID_SAML_OTHER},
    {"<p:ArtifactResponse xmlns:p='" ECKID_NS_SAMLP
     "'>" RESPONSE("Success", "<s:Assertion/>") "</p:ArtifactResponse>",
     ECKID_SAML_OLD},
    {"<p:Response xmlns:p='" ECKID_NS_SAML1P "'><s:Assertion xmlns:s='" ECKID_NS_SAML1
     "'/></p:Response>",
     ECKID_SAML_OLD},
    {"<t:RequestSecurityTokenResponse xmlns:t='t'>" DATA "</t:RequestSecurityTokenResponse>",
     ECKID_SAML_OLD},
    {"<a/>", ECKID_SAML_OTHER},
};

START_TEST(kinds_are_told_apart)
{
    ck_assert_int_eq(open_xml(kinds[_i].xml)->kind, kinds[_i].kind);
}
END_TEST

START_TEST(every_name_in_the_document_is_known)
{
    eckid_saml_t *saml = open_xml(
        "<p:Response xmlns:p='" ECKID_NS_SAMLP "' Destination='a'><x Recipient='b'><Audience> c "
        "</Audience></x><y AssertionConsumerServiceURL='d'/><z responseConsumerURL='e'>"
        "<w:Address xmlns:w='u'>f</w:Address></z></p:Response>");
    const char *places = "", *audiences = apr_array_pstrcat(pool, saml->audiences, ' ');

    for (int i = 0; i < saml->places->nelts; i++) {
        places = apr_pstrcat(pool, places, APR_ARRAY_IDX(saml->places, i, eckid_saml_target_t).url,
                             NULL);
    }
    ck_assert_str_eq(places, "abde");
    ck_assert_str_eq(audiences, "c f");
}
END_TEST

/* Whether it can be believed */

START_TEST(a_good_login_is_believed)
{
    maker_t maker = maker_usual();

    maker.sign_response = _i & 1;
    maker.sign_assertion = _i & 2;
    ok(verify(&maker));
}
END_TEST

static eckid_err_t *verify_with(void (*change)(maker_t *maker))
{
    maker_t maker = maker_usual();

    change(&maker);
    return verify(&maker);
}

static void other_issuer(maker_t *maker)
{
    maker->issuer = "https://other.example/saml";
}

static void no_issuer(maker_t *maker)
{
    maker->issuer = NULL;
}

static void other_issuer_of_response(maker_t *maker)
{
    maker->response_issuer = "https://other.example/saml";
}

static void old_version(maker_t *maker)
{
    maker->version = "1.1";
}

static void old_version_of_response(maker_t *maker)
{
    maker->response_version = "1.1";
}

static void no_version(maker_t *maker)
{
    maker->version = NULL;
}

static void error_status(maker_t *maker)
{
    maker->status = "Responder";
}

static void begins_later(maker_t *maker)
{
    maker->not_before = "2026-08-31T08:31:01Z";
}

static void has_ended(maker_t *maker)
{
    maker->not_on_or_after = "2026-08-31T08:29:00Z";
}

static void confirmation_has_ended(maker_t *maker)
{
    maker->confirmation_until = "2026-08-31T08:29:00Z";
}

static void local_time(maker_t *maker)
{
    maker->not_on_or_after = "2026-08-31T10:35:00+02:00";
}

static void no_end_of_confirmation(maker_t *maker)
{
    maker->confirmation_until = NULL;
}

static void no_confirmation(maker_t *maker)
{
    maker->method = NULL;
}

static void other_confirmation(maker_t *maker)
{
    maker->method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
}

static void second_confirmation_has_ended(maker_t *maker)
{
    maker->subject_extra =
        "<saml:SubjectConfirmation Method='" MAKER_BEARER "'><saml:SubjectConfirmationData"
        " NotOnOrAfter='2026-08-31T08:29:00Z' Recipient='" MAKER_CONSUMER "'/>"
        "</saml:SubjectConfirmation>";
}

static void no_recipient(maker_t *maker)
{
    maker->recipient = NULL;
}

static void no_audience(maker_t *maker)
{
    maker->audience = NULL;
}

static void second_conditions(maker_t *maker)
{
    maker->assertion_extra = "<saml:Conditions/>";
}

static void second_assertion_within(maker_t *maker)
{
    maker->assertion_extra =
        "<saml:Advice><saml:Assertion ID='_evil' Version='2.0'/></saml:Advice>";
}

static void second_assertion_beside(maker_t *maker)
{
    maker->response_extra = "<saml:Assertion ID='_evil' Version='2.0'/>";
}

typedef struct refusal_t {
    void (*change)(maker_t *maker);
    eckid_code_t code;
} refusal_t;

static const refusal_t refusals[] = {
    {other_issuer, ECKID_ISSUER},
    {no_issuer, ECKID_ISSUER},
    {other_issuer_of_response, ECKID_ISSUER},
    {old_version, ECKID_STRUCTURE},
    {old_version_of_response, ECKID_STRUCTURE},
    {no_version, ECKID_STRUCTURE},
    {error_status, ECKID_STATUS},
    {begins_later, ECKID_TIME},
    {has_ended, ECKID_TIME},
    {confirmation_has_ended, ECKID_TIME},
    {second_confirmation_has_ended, ECKID_TIME},
    {local_time, ECKID_STRUCTURE},
    {no_end_of_confirmation, ECKID_STRUCTURE},
    {no_confirmation, ECKID_STRUCTURE},
    {other_confirmation, ECKID_STRUCTURE},
    {no_recipient, ECKID_STRUCTURE},
    {no_audience, ECKID_STRUCTURE},
    {second_conditions, ECKID_STRUCTURE},
    {second_assertion_within, ECKID_STRUCTURE},
    {second_assertion_beside, ECKID_STRUCTURE},
};

START_TEST(each_check_refuses_by_itself)
{
    refused(verify_with(refusals[_i].change), refusals[_i].code);
}
END_TEST

START_TEST(what_is_refused_is_not_handed_out)
{
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified = NULL;
    maker_t maker = maker_usual();

    refusals[_i].change(&maker);
    refused(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool),
            refusals[_i].code);
    ck_assert_ptr_null(verified);
}
END_TEST

static void within_skew(maker_t *maker)
{
    maker->not_before = "2026-08-31T08:31:00Z";
}

static void just_ended(maker_t *maker)
{
    maker->not_on_or_after = maker->confirmation_until = "2026-08-31T08:29:01Z";
}

static void no_end(maker_t *maker)
{
    maker->not_on_or_after = NULL;
}

static void no_start(maker_t *maker)
{
    maker->not_before = NULL;
}

static void no_issuer_of_response(maker_t *maker)
{
    maker->response_issuer = NULL;
}

static void second_confirmation_of_other_method(maker_t *maker)
{
    maker->subject_extra =
        "<saml:SubjectConfirmation Method='urn:oasis:names:tc:SAML:2.0:cm:holder-of-key'/>";
}

static void unsolicited(maker_t *maker)
{
    maker->in_response_to = NULL;
}

static void (*const fine[])(maker_t *maker) = {
    within_skew,
    just_ended,
    no_start,
    no_end,
    unsolicited,
    second_confirmation_of_other_method,
    no_issuer_of_response,
};

START_TEST(what_is_optional_or_within_the_skew_is_accepted)
{
    ok(verify_with(fine[_i]));
}
END_TEST

START_TEST(the_envelope_must_answer_the_same_request)
{
    maker_t maker = maker_usual();

    refused(verify_xml(replaced(maker_xml(&maker), "InResponseTo=\"_request\"",
                                "InResponseTo=\"_other\"")),
            ECKID_STRUCTURE);
}
END_TEST

/* Wrapping: the signed Assertion is moved somewhere, an evil one takes its place. */
static const char *wrap(const char *before, const char *after, bool evil_first)
{
    maker_t maker = maker_usual();
    const char *xml = maker_xml(&maker), *from = strstr(xml, "<saml:Assertion");
    const char *to = strstr(xml, "</samlp:Response>");
    const char *good = apr_pstrmemdup(pool, from, to - from);
    const char *evil =
        "<saml:Assertion xmlns:saml='" ECKID_NS_SAML
        "' ID='_evil' Version='2.0'><saml:Issuer>" MAKER_ISSUER "</saml:Issuer></saml:Assertion>";
    const char *moved = apr_pstrcat(pool, before, good, after, NULL);

    return apr_pstrcat(pool, apr_pstrmemdup(pool, xml, from - xml), evil_first ? evil : moved,
                       evil_first ? moved : evil, to, NULL);
}

START_TEST(wrapped_assertions_are_refused)
{
    static const char *const shells[][2] = {
        {"", ""},
        {"<samlp:Extensions>", "</samlp:Extensions>"},
        {"<x:o xmlns:x='u'>", "</x:o>"},
        {"<ds:Object xmlns:ds='" ECKID_NS_DSIG "'>", "</ds:Object>"},
    };
    const char *const *shell = shells[_i / 2];

    refused(verify_xml(wrap(shell[0], shell[1], _i % 2)), ECKID_STRUCTURE);
}
END_TEST

START_TEST(a_comment_does_not_cut_a_value)
{
    maker_t maker = maker_usual();

    maker.name_id = "admin<!-- x -->@school.example";
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ck_assert_str_eq(eckid_saml_name_id(verified, pool), "admin@school.example");
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_null(strstr(xml.data, "<!--"));
    ck_assert_ptr_nonnull(strstr(xml.data, ">admin@school.example<"));
}
END_TEST

/* Its attributes */

static const char *values_of(const eckid_verified_t *verified, const char *name)
{
    apr_array_header_t *values = eckid_saml_values(verified, name, pool);
    const char *text = "";

    for (int i = 0; i < values->nelts; i++) {
        text = apr_pstrcat(pool, text, i ? "|" : "", APR_ARRAY_IDX(values, i, eckid_bytes_t).data,
                           NULL);
    }
    return text;
}

static const char *names_of(const eckid_verified_t *verified)
{
    return apr_array_pstrcat(pool, eckid_saml_names(verified, pool), ' ');
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
    ck_assert_ptr_null(eckid_saml_name_id(maker_verified(&maker), pool));
}
END_TEST

static const eckid_attribute_t eckid = {"eckId", "urn:format", "friend"};

START_TEST(set_makes_it_the_only_one_of_its_name)
{
    maker_t maker = maker_usual();

    maker.attributes = apr_pstrcat(pool, maker_attribute("eckId", "old", "older", NULL),
                                   maker_attribute("uid", "u", NULL),
                                   maker_attribute("eckId", "oldest", NULL), NULL);
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ok(eckid_saml_set(verified, &eckid, "new&<", pool));
    ck_assert_str_eq(values_of(verified, "eckId"), "new&<");
    ck_assert_str_eq(names_of(verified), "uid eckId");
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data,
                                 "<saml:Attribute Name=\"eckId\" NameFormat=\"urn:format\""
                                 " FriendlyName=\"friend\"><saml:AttributeValue>"
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

    ok(eckid_saml_set(verified, &eckid, "new", pool));
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

    eckid_saml_remove(verified, "uid", pool);
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

    ok(eckid_saml_set(verified, &eckid, "new", pool));
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

    eckid_saml_rename(verified, "eduPersonAffiliation", &to, pool);
    ck_assert_str_eq(values_of(verified, "role"), "student|member");
    ck_assert_str_eq(names_of(verified), "uid employeeNumber role");
}
END_TEST

START_TEST(rename_leaves_nothing_of_the_old_names)
{
    static const struct {
        const char *friendly, *tag;
    } rows[] = {
        {NULL, "<saml:Attribute Name=\"role\" NameFormat=\"urn:format\"><saml:AttributeValue"},
        {"new", "<saml:Attribute Name=\"role\" NameFormat=\"urn:format\" FriendlyName=\"new\">"
                "<saml:AttributeValue"},
    };
    const eckid_attribute_t to = {"role", "urn:format", rows[_i].friendly};
    maker_t maker = maker_usual();
    eckid_bytes_t xml;

    maker.attributes = "<saml:Attribute Name='urn:oid:1' NameFormat='urn:old' FriendlyName='old'>"
                       "<saml:AttributeValue>student</saml:AttributeValue></saml:Attribute>";
    eckid_verified_t *verified = maker_verified(&maker);

    eckid_saml_rename(verified, "urn:oid:1", &to, pool);
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_nonnull(strstr(xml.data, rows[_i].tag));
}
END_TEST

START_TEST(a_refusal_answers_the_same_request_and_verifies)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(P_256, 1);
    eckid_verified_t *login = maker_verified(&maker), *unused;
    eckid_bytes_t xml;
    xmlDocPtr doc;

    ok(eckid_saml_refuse(&xml, login, MAKER_CONSUMER, "_id", MAKER_NOW, "no <ECK iD>",
                         test_pair(P_256, 1), pool));
    ok(eckid_xml_parse(&doc, xml, pool));
    xmlNodePtr root = xmlDocGetRootElement(doc);

    ck_assert_str_eq(eckid_xml_attribute(root, "InResponseTo", pool), "_request");
    ck_assert_str_eq(eckid_xml_attribute(root, "Destination", pool), MAKER_CONSUMER);
    ck_assert_ptr_nonnull(strstr(xml.data, "status:Responder"));
    ck_assert_ptr_nonnull(strstr(xml.data, "no &lt;ECK iD&gt;"));
    ck_assert_ptr_null(strstr(xml.data, "Assertion"));
    ck_assert_ptr_null(strstr(xml.data, "pukkelen"));
    ck_assert_int_eq(open_xml(xml.data)->kind, ECKID_SAML_ERROR);
    /* inner and outer are the same element here; its one signature must hold */
    ok(eckid_xmldsig_verify(&unused, root, eckid_xml_child(root, ECKID_NS_SAMLP, "Status"),
                            &rules.trust, pool));
}
END_TEST

START_TEST(a_name_that_is_too_long_is_refused)
{
    char *name = apr_pcalloc(pool, 4098);
    eckid_saml_t *saml;
    const char *const around[] = {"<s:Assertion xmlns:s='" ECKID_NS_SAML "'><s:Audience>",
                                  "</s:Audience></s:Assertion>"};

    memset(name, 'x', 4096);
    ok(eckid_saml_open(&saml, str(apr_pstrcat(pool, around[0], name, around[1], NULL)), pool));
    name[4096] = 'x';
    refused(eckid_saml_open(&saml, str(apr_pstrcat(pool, around[0], name, around[1], NULL)), pool),
            ECKID_LIMIT);
}
END_TEST

UNIT_SUITE(saml)
{
    Suite *suite = suite_create("saml");
    TCase *tcase = unit_case(suite, "saml");

    tcase_add_loop_test(tcase, kinds_are_told_apart, 0, COUNT(kinds));
    tcase_add_test(tcase, every_name_in_the_document_is_known);
    tcase_add_loop_test(tcase, a_good_login_is_believed, 1, 4);
    tcase_add_loop_test(tcase, each_check_refuses_by_itself, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, what_is_refused_is_not_handed_out, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, what_is_optional_or_within_the_skew_is_accepted, 0, COUNT(fine));
    tcase_add_test(tcase, the_envelope_must_answer_the_same_request);
    tcase_add_loop_test(tcase, wrapped_assertions_are_refused, 0, 8);
    tcase_add_test(tcase, a_comment_does_not_cut_a_value);
    tcase_add_test(tcase, values_are_those_of_every_element_of_the_name);
    tcase_add_test(tcase, a_name_id_may_be_absent);
    tcase_add_test(tcase, set_makes_it_the_only_one_of_its_name);
    tcase_add_test(tcase, set_makes_a_statement_where_there_is_none);
    tcase_add_test(tcase, removing_the_last_attribute_removes_the_statement);
    tcase_add_test(tcase, what_is_not_touched_stays_as_it_was);
    tcase_add_test(tcase, rename_changes_names_and_no_values);
    tcase_add_loop_test(tcase, rename_leaves_nothing_of_the_old_names, 0, 2);
    tcase_add_test(tcase, a_refusal_answers_the_same_request_and_verifies);
    tcase_add_test(tcase, a_name_that_is_too_long_is_refused);
    return suite;
}
