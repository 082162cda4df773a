/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/gateway.h"
#include "support/metadata.h"
#include "support/suppliers.h"
#include "xml/eckid_c14n.h"
#include "xml/eckid_xml_namespaces.h"

START_TEST(a_student_s_login_gets_the_eckid)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    maker.sign_response = maker_signings[_i].response;
    maker.sign_assertion = maker_signings[_i].assertion;
    eckid_decision_t decision = gateway_rewrite_maker(scene, &maker);

    ck_assert_msg(decision.verdict == ECKID_CHANGE, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "");
    ck_assert_str_eq(gateway_attributes_in(decision.body), "uid eckId");
    ck_assert_str_eq(decision.supplier->name, MAKER_SUPPLIER);
    ck_assert_int_eq(decision.known.outcome, ECKID_FOUND);
    ck_assert(decision.known.looked_up && decision.known.source == ECKID_FROM_LAS);
    ck_assert_str_eq(apr_array_pstrcat(pool, decision.log.attributes, ' '), "uid eckId");
    ck_assert(gateway_rewrite_maker(scene, &maker).known.source == ECKID_FROM_CACHE);
    ck_assert_int_eq(scene->fake.calls, 1);
}
END_TEST

START_TEST(only_the_field_s_value_changes)
{
    maker_t maker = maker_usual();
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker)), *mark = "value=\"";
    eckid_decision_t decision = gateway_rewrite(gateway_scene(), page);
    apr_size_t head = (apr_size_t)(strstr(page, mark) + strlen(mark) - page);
    const char *tail = strstr(page, "\" />"), *new_tail = strstr(decision.body.data, "\" />");

    ck_assert_mem_eq(decision.body.data, page, head);
    ck_assert_str_eq(new_tail, tail);
}
END_TEST

/* The canonical form of a response without what a rewrite is about: signatures, attributes. */
static const char *rest_of(const eckid_saml_message_t *saml)
{
    static const eckid_c14n_t inclusive = {.method = ECKID_C14N_1_0};
    xmlNodePtr root = xmlDocGetRootElement(saml->doc), node = root;
    eckid_bytes_t text;

    while (node) {
        xmlNodePtr this = node;
        bool goes = eckid_xml_is(this, ECKID_NS_DSIG, "Signature") ||
                    eckid_xml_is(this, ECKID_NS_SAML, "AttributeStatement");

        node = goes ? eckid_xml_skip(root, this) : eckid_xml_walk(root, this);
        if (goes) {
            eckid_xml_remove(this);
        }
    }
    ok(eckid_c14n(&text, root, NULL, &inclusive, pool));
    return text.data;
}

/* Much that the schemas allow, and much of other namespaces: none of it is ours to touch. */
static maker_t rich(void)
{
    maker_t maker = maker_usual();

    maker.name_id = " p.pukkelen<!-- x --><![CDATA[&]]>@school.example&#13;\n";
    maker.response_start =
        "\n <samlp:Extensions><x:e xmlns:x='urn:x' x:a=' 1 ' b='&#9;'> t <x:e/></x:e>"
        "<e xmlns='urn:y'><f xmlns=''/></e></samlp:Extensions>";
    maker.subject_extra =
        "<saml:SubjectConfirmation Method='" MAKER_BEARER "'><saml:NameID NameQualifier='q'"
        " SPNameQualifier='s' Format='urn:f'>n</saml:NameID><saml:SubjectConfirmationData"
        " NotBefore='2026-08-31T08:00:00.123Z' NotOnOrAfter='2026-08-31T09:00:00Z'"
        " Recipient='" MAKER_CONSUMER "' InResponseTo='_request' xmlns:x='urn:x' x:more='1'>"
        "<x:held/></saml:SubjectConfirmationData></saml:SubjectConfirmation>";
    maker.conditions_extra =
        "<saml:OneTimeUse/><saml:ProxyRestriction Count='0'/><saml:Condition xmlns:x='urn:x'"
        " xsi:type='x:Odd' x:a='1'><x:b/></saml:Condition><saml:AudienceRestriction>"
        "<saml:Audience> " MAKER_SUPPLIER " </saml:Audience></saml:AudienceRestriction>";
    maker.assertion_extra =
        "<saml:AuthnStatement AuthnInstant='2026-08-31T08:00:00Z' SessionIndex='_s'"
        " SessionNotOnOrAfter='2026-08-31T18:00:00Z'><saml:SubjectLocality DNSName='d'/>"
        "<saml:AuthnContext><saml:AuthnContextDecl xml:lang='nl'><x xmlns='urn:x'>1</x>"
        "</saml:AuthnContextDecl></saml:AuthnContext></saml:AuthnStatement>"
        "<saml:AuthzDecisionStatement Resource='r' Decision='Permit'><saml:Action"
        " Namespace='urn:a'>GET</saml:Action></saml:AuthzDecisionStatement>"
        "<saml:Advice><saml:AssertionIDRef>_other</saml:AssertionIDRef><x:a xmlns:x='urn:x'>"
        "<x:Attribute Name='uid'>1</x:Attribute></x:a></saml:Advice>";
    maker.response_extra = "\n<x:end xmlns:x='urn:x'/>\n";
    return maker;
}

START_TEST(a_rewrite_touches_nothing_but_attributes_and_signatures)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = rich();

    maker.sign_response = maker_signings[_i].response;
    maker.sign_assertion = maker_signings[_i].assertion;
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker));
    eckid_decision_t decision = gateway_rewrite(scene, page);

    ck_assert_msg(decision.verdict == ECKID_CHANGE, "%s",
                  decision.cause ? eckid_err_text(decision.cause, pool) : "");
    ck_assert_str_eq(gateway_attributes_in(decision.body), "uid eckId");
    ck_assert_str_eq(rest_of(gateway_response_in(decision.body)),
                     rest_of(gateway_response_in(str(page))));
}
END_TEST

START_TEST(the_eckid_has_the_three_names_that_its_supplier_wants)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->attribute =
        (eckid_attribute_t){"urn:eckId", "urn:its-format", "its friend"};
    ck_assert_ptr_nonnull(
        strstr(gateway_xml_in(gateway_rewrite_maker(scene, &maker).body).data,
               "<saml:Attribute Name=\"urn:eckId\" NameFormat=\"urn:its-format\""
               " FriendlyName=\"its friend\"><saml:AttributeValue xmlns:xs=\"" ECKID_NS_XS
               "\" xmlns:xsi=\"" ECKID_NS_XSI "\" xsi:type=\"xs:string\">" AN_ECKID "<"));
}
END_TEST

START_TEST(what_the_name_id_shows_is_in_the_decision)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    ck_assert_ptr_null(gateway_rewrite_maker(scene, &maker).log.name_id_shows);
    maker.name_id = "95312";
    ck_assert_str_eq(gateway_rewrite_maker(scene, &maker).log.name_id_shows, "employeeNumber");
}
END_TEST

/* A page as it is, or a form with that action and XML; without XML, the login of the test. */
typedef struct page_row_t {
    const char *page, *action, *xml;
    eckid_code_t code;
} page_row_t;

static const char *page_of(const page_row_t *row, const maker_t *maker)
{
    return row->page ? row->page : maker_page(row->action, row->xml ? row->xml : maker_xml(maker));
}

static const page_row_t passing_pages[] = {
    {.page = "<p>hello</p>"},
    {.action = GATEWAY_CANTEEN},
    {.action = MAKER_CONSUMER, .xml = "<p:LogoutResponse xmlns:p='" ECKID_NS_SAMLP "'/>"},
    {.action = MAKER_CONSUMER,
     .xml = "<p:Response xmlns:p='" ECKID_NS_SAMLP "'><p:Status><p:StatusCode Value='urn:"
            "oasis:names:tc:SAML:2.0:status:Requester'/></p:Status></p:Response>"},
    {.page = "<form action='" GATEWAY_CANTEEN "'><input name=SAMLart value=x></form>"},
    {.page = "<form action='" MAKER_CONSUMER "'><input name=SAMLResponse value=' \n'></form>"},
    {.page = "<form action=x><textarea name=SAMLResponse>x</textarea></form><p>" MAKER_CONSUMER},
};

START_TEST(pages_without_a_supplier_s_login_pass)
{
    maker_t canteen = maker_usual();

    canteen.destination = canteen.recipient = GATEWAY_CANTEEN;
    canteen.audience = "https://canteen.example/saml";
    canteen.sign_assertion = false; /* even an unsigned one: it is not ours to judge */
    ck_assert_int_eq(
        gateway_rewrite(gateway_scene(), page_of(&passing_pages[_i], &canteen)).verdict,
        ECKID_PASS);
}
END_TEST

static const page_row_t refused_pages[] = {
    {.action = GATEWAY_CANTEEN, .code = ECKID_MIXED},
    {.page = "<form action='" MAKER_CONSUMER "'><input name=SAMLart value=x></form>",
     .code = ECKID_BINDING},
    {.page = "<a href='" MAKER_CONSUMER "?SAMLart=x'>", .code = ECKID_BINDING},
};

START_TEST(logins_that_only_a_supplier_could_take_are_refused)
{
    maker_t maker = maker_usual();

    gateway_refuses(gateway_rewrite(gateway_scene(), page_of(&refused_pages[_i], &maker)), 502,
                    refused_pages[_i].code);
}
END_TEST

static void unsigned_one(maker_t *maker)
{
    maker->sign_assertion = false;
}

static void other_key(maker_t *maker)
{
    maker->key = 2;
}

static void our_key(maker_t *maker)
{
    maker->key = 1;
}

static void too_large(maker_t *maker)
{
    char *value = apr_pcalloc(pool, 300001);

    memset(value, 'x', 300000);
    maker->attributes = maker_attribute("uid", value, NULL);
}

static void encrypted(maker_t *maker)
{
    maker->response_extra = "<saml:EncryptedAssertion/>";
}

static void two_assertions(maker_t *maker)
{
    maker->response_extra = "<saml:Assertion/>";
}

static void outdated(maker_t *maker)
{
    maker->not_on_or_after = "2026-08-31T08:00:00Z";
}

static void other_audience(maker_t *maker)
{
    maker->audience = "https://other.example/saml";
}

static void second_restriction_is_another_s(maker_t *maker)
{
    maker->conditions_extra =
        "<saml:AudienceRestriction><saml:Audience>https://other.example/saml</saml:Audience>"
        "</saml:AudienceRestriction>";
}

static const struct {
    void (*change)(maker_t *maker);
    eckid_code_t code;
} not_good[] = {
    {unsigned_one, ECKID_UNSIGNED},    {other_key, ECKID_UNKNOWN_KEY},
    {too_large, ECKID_LIMIT},          {encrypted, ECKID_ENCRYPTED},
    {two_assertions, ECKID_STRUCTURE}, {outdated, ECKID_TIME},
    {other_audience, ECKID_MIXED},     {second_restriction_is_another_s, ECKID_MIXED},
};

START_TEST(responses_that_are_not_good_are_refused)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    not_good[_i].change(&maker);
    gateway_refuses(gateway_rewrite_maker(scene, &maker), 502, not_good[_i].code);
    ck_assert_int_eq(scene->fake.calls, 0);
}
END_TEST

START_TEST(our_own_key_is_not_trusted_even_if_metadata_lists_it)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();
    const eckid_saml_rules_t ours = maker_rules(RSA_2048, 1);

    our_key(&maker);
    scene->gateway.saml.metadata = metadata_source(metadata_file(
        metadata_idp(MAKER_ISSUER, apr_array_append(pool, maker_rules(RSA_2048, 0).trust.keys,
                                                    ours.trust.keys))));
    eckid_decision_t decision = gateway_rewrite_maker(scene, &maker);

    gateway_refuses(decision, 502, ECKID_UNKNOWN_KEY);
    ck_assert_ptr_nonnull(strstr(eckid_err_text(decision.cause, pool), "our own certificate"));
    scene->gateway.rules.signers = gateway_signers(RSA_2048, 1, true);
    ck_assert_int_eq(gateway_rewrite_maker(scene, &maker).verdict, ECKID_CHANGE);
}
END_TEST

START_TEST(a_supplier_may_have_a_key_of_its_own)
{
    gateway_scene_t *scene = gateway_scene();
    maker_t maker = maker_usual();

    first_supplier(scene->policy)->signers = gateway_signers(P_256, 1, false);
    eckid_decision_t decision = gateway_rewrite_maker(scene, &maker);

    ck_assert_int_eq(decision.verdict, ECKID_CHANGE);
    gateway_verified(decision.body, P_256, 1);
}
END_TEST

START_TEST(how_a_page_logs_in_is_found_once_it_was_checked)
{
    const maker_t maker = maker_usual();
    const char *page = maker_page(MAKER_CONSUMER, maker_xml(&maker));
    const gateway_scene_t *scene = gateway_scene();
    eckid_page_login_t login;

    ok(eckid_page_open(&login, &scene->gateway, str(page), maker_moment(), pool));
    ck_assert(login.has_saml);
    ck_assert_str_eq(login.saml.route.action, MAKER_CONSUMER);
    ok(eckid_page_open(&login, &scene->gateway, str("<p>Hello"), maker_moment(), pool));
    ck_assert(!login.has_saml && !login.id_token);
    refused(eckid_page_open(&login, &scene->gateway, str(apr_pstrcat(pool, page, page, NULL)),
                            maker_moment(), pool),
            ECKID_FIELDS);
}
END_TEST

UNIT_SUITE(page)
{
    Suite *suite = suite_create("page");
    TCase *tcase = unit_case(suite, "page");

    tcase_add_loop_test(tcase, a_student_s_login_gets_the_eckid, 0, COUNT(maker_signings));
    tcase_add_test(tcase, only_the_field_s_value_changes);
    tcase_add_loop_test(tcase, a_rewrite_touches_nothing_but_attributes_and_signatures, 0,
                        COUNT(maker_signings));
    tcase_add_test(tcase, the_eckid_has_the_three_names_that_its_supplier_wants);
    tcase_add_test(tcase, what_the_name_id_shows_is_in_the_decision);
    tcase_add_loop_test(tcase, pages_without_a_supplier_s_login_pass, 0, COUNT(passing_pages));
    tcase_add_loop_test(tcase, logins_that_only_a_supplier_could_take_are_refused, 0,
                        COUNT(refused_pages));
    tcase_add_loop_test(tcase, responses_that_are_not_good_are_refused, 0, COUNT(not_good));
    tcase_add_test(tcase, our_own_key_is_not_trusted_even_if_metadata_lists_it);
    tcase_add_test(tcase, a_supplier_may_have_a_key_of_its_own);
    tcase_add_test(tcase, how_a_page_logs_in_is_found_once_it_was_checked);
    return suite;
}
