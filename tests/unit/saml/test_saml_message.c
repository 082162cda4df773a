/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"

static eckid_saml_message_t *open_xml(const char *xml)
{
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, str(xml), pool));
    return saml;
}

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
     ECKID_SAML_UNSUPPORTED},
    {"<p:Response xmlns:p='" ECKID_NS_SAML1P "'><s:Assertion xmlns:s='" ECKID_NS_SAML1
     "'/></p:Response>",
     ECKID_SAML_UNSUPPORTED},
    {"<t:RequestSecurityTokenResponse xmlns:t='t'>" DATA "</t:RequestSecurityTokenResponse>",
     ECKID_SAML_UNSUPPORTED},
    {"<a/>", ECKID_SAML_OTHER},
};

START_TEST(kinds_are_told_apart)
{
    const eckid_saml_message_t *message = open_xml(kinds[_i].xml);

    ck_assert_int_eq(message->kind, kinds[_i].kind);
    ck_assert(eckid_saml_message_may_log_in(message) ==
              (message->kind != ECKID_SAML_ERROR && message->kind != ECKID_SAML_OTHER));
}
END_TEST

START_TEST(every_name_in_the_document_is_known)
{
    eckid_saml_message_t *saml = open_xml(
        "<p:Response xmlns:p='" ECKID_NS_SAMLP "' Destination='a'><x Recipient='b'><Audience> c "
        "</Audience></x><y AssertionConsumerServiceURL='d'/><z responseConsumerURL='e'>"
        "<w:Address xmlns:w='u'>f</w:Address></z></p:Response>");
    const char *places = "", *audiences = apr_array_pstrcat(pool, saml->audiences, ' ');

    for (int i = 0; i < saml->targets->nelts; i++) {
        places = apr_pstrcat(pool, places, APR_ARRAY_IDX(saml->targets, i, eckid_saml_target_t).url,
                             NULL);
    }
    ck_assert_str_eq(places, "abde");
    ck_assert_str_eq(audiences, "c f");
}
END_TEST

START_TEST(the_advice_of_a_login_is_not_looked_into)
{
    maker_t maker = maker_usual();

    maker.conditions_extra = NULL;
    const char *xml = replaced(
        maker_xml(&maker), "</saml:Conditions>",
        "</saml:Conditions><saml:Advice><saml:Assertion><saml:Audience>urn:broker</saml:Audience>"
        "</saml:Assertion><saml:EncryptedAssertion/></saml:Advice>");
    const eckid_saml_message_t *message = open_xml(xml);

    ck_assert_int_eq(message->kind, ECKID_SAML_LOGIN);
    ck_assert_int_eq(message->audiences->nelts, 1);
    /* elsewhere it is no Advice */
    ck_assert_int_eq(open_xml(replaced(replaced(xml, "<saml:Advice>", "<saml:Other>"),
                                       "</saml:Advice>", "</saml:Other>"))
                         ->kind,
                     ECKID_SAML_ENCRYPTED);
}
END_TEST

START_TEST(a_name_that_is_too_long_is_refused)
{
    char *name = apr_pcalloc(pool, 4098);
    eckid_saml_message_t *saml;
    const char *const around[] = {"<s:Assertion xmlns:s='" ECKID_NS_SAML "'><s:Audience>",
                                  "</s:Audience></s:Assertion>"};

    memset(name, 'x', 4096);
    ok(eckid_saml_message_open(&saml, str(apr_pstrcat(pool, around[0], name, around[1], NULL)),
                               pool));
    name[4096] = 'x';
    refused(eckid_saml_message_open(&saml, str(apr_pstrcat(pool, around[0], name, around[1], NULL)),
                                    pool),
            ECKID_LIMIT);
}
END_TEST

UNIT_SUITE(saml_message)
{
    Suite *suite = suite_create("saml_message");
    TCase *tcase = unit_case(suite, "message");

    tcase_add_loop_test(tcase, kinds_are_told_apart, 0, COUNT(kinds));
    tcase_add_test(tcase, every_name_in_the_document_is_known);
    tcase_add_test(tcase, a_name_that_is_too_long_is_refused);
    tcase_add_test(tcase, the_advice_of_a_login_is_not_looked_into);
    return suite;
}
