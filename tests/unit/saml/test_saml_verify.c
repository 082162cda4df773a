/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"
#include "support/suppliers.h"

static eckid_saml_message_t *open_xml(const char *xml)
{
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, str(xml), pool));
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

START_TEST(a_good_login_is_believed)
{
    maker_t maker = maker_usual();

    maker.sign_response = maker_signings[_i].response;
    maker.sign_assertion = maker_signings[_i].assertion;
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
    maker->not_on_or_after = "2026-08-31T10:35:00";
}

static void no_end_of_confirmation(maker_t *maker)
{
    maker->confirmation_until = NULL;
}

static void issuer_at_another_path(maker_t *maker)
{
    maker->issuer = "https://idp.school.example/other";
}

static void issuer_in_capitals(maker_t *maker)
{
    maker->issuer = "HTTPS://idp.school.example/saml";
}

static void no_confirmation(maker_t *maker)
{
    maker->method = NULL;
}

static void other_confirmation(maker_t *maker)
{
    maker->method = "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key";
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
        "<x:y xmlns:x='urn:x'><saml:Assertion ID='_evil' Version='2.0'/></x:y>";
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

START_TEST(what_the_identity_provider_must_write_is_told)
{
    tells(verify_with(local_time), ECKID_STRUCTURE, "(a time such as 2026-08-31T08:30:00Z");
    tells(verify_with(no_audience), ECKID_STRUCTURE, "(SAML requires it");
}
END_TEST

START_TEST(the_issuer_that_was_found_is_told)
{
    tells(verify_with(other_issuer), ECKID_ISSUER,
          ", not " MAKER_ISSUER " (only scheme and host differ");
    tells(verify_with(no_issuer), ECKID_ISSUER, "the Issuer of the Assertion is not there, not ");
    tells(verify_with(no_issuer), ECKID_ISSUER, "(SAML requires one");
    tells(verify_with(issuer_at_another_path), ECKID_ISSUER, "(only the entityID");
    tells(verify_with(issuer_in_capitals), ECKID_ISSUER, "(only the entityID");
}
END_TEST

START_TEST(an_unknown_key_of_another_issuer_is_a_matter_of_the_issuer)
{
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 1);
    eckid_verified_t *verified;
    maker_t maker = maker_usual();

    refused(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool),
            ECKID_UNKNOWN_KEY);
    other_issuer(&maker);
    refused(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool), ECKID_ISSUER);
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

static const char *const wrappers[][2] = {
    {"", ""},
    {"<samlp:Extensions>", "</samlp:Extensions>"},
    {"<x:o xmlns:x='u'>", "</x:o>"},
    {"<ds:Object xmlns:ds='" ECKID_NS_DSIG "'>", "</ds:Object>"},
};

START_TEST(wrapped_assertions_are_refused)
{
    const char *const *shell = wrappers[_i / 2];

    refused(verify_xml(wrap(shell[0], shell[1], _i % 2)), ECKID_STRUCTURE);
}
END_TEST

START_TEST(a_comment_does_not_cut_a_value)
{
    maker_t maker = maker_usual();

    maker.name_id = "admin<!-- x -->@school.example";
    eckid_verified_t *verified = maker_verified(&maker);
    eckid_bytes_t xml;

    ck_assert_str_eq(eckid_attributes_subject(eckid_saml_attributes(verified, pool), pool),
                     "admin@school.example");
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_null(strstr(xml.data, "<!--"));
    ck_assert_ptr_nonnull(strstr(xml.data, ">admin@school.example<"));
}
END_TEST

/* A second bearer confirmation, which does not hold. */
static const struct {
    const char *what, *by; /* of one that holds */
} seconds[] = {
    {"Recipient='" MAKER_CONSUMER "'", "Recipient='https://idp.school.example/oauth2/token'"},
    {" NotOnOrAfter='", " x='"},
    {"NotOnOrAfter='2026", "NotOnOrAfter='2025"},
    {"InResponseTo='_request'", "InResponseTo='_other'"},
};

#define SECOND                                                                                     \
    "<saml:SubjectConfirmation Method='" MAKER_BEARER "'><saml:SubjectConfirmationData"            \
    " NotOnOrAfter='2026-08-31T08:35:00Z' Recipient='" MAKER_CONSUMER                              \
    "' InResponseTo='_request'/></saml:SubjectConfirmation>"

START_TEST(one_bearer_confirmation_that_holds_is_enough)
{
    maker_t maker = maker_usual();
    eckid_policy_t *policy = two_suppliers();
    eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;

    rules.policy = policy;
    rules.supplier = first_supplier(policy);
    maker.subject_extra = replaced(SECOND, seconds[_i].what, seconds[_i].by);
    ok(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool));
    xmlNodePtr subject = eckid_xml_child(eckid_xmldsig_inner(verified), ECKID_NS_SAML, "Subject");
    xmlNodePtr kept = eckid_xml_child(subject, ECKID_NS_SAML, "SubjectConfirmation");

    ck_assert_ptr_nonnull(kept);
    ck_assert_ptr_null(eckid_xml_next(kept, ECKID_NS_SAML, "SubjectConfirmation"));
    /* alone it is not enough */
    maker.method = NULL;
    refused(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool),
            seconds[_i].by[0] == 'N' ? ECKID_TIME : ECKID_STRUCTURE);
}
END_TEST

#define AUDIENCE(id) "<saml:Audience>" id "</saml:Audience>"
#define RESTRICTION(audiences) "<saml:AudienceRestriction>" audiences "</saml:AudienceRestriction>"
#define ELSEWHERE AUDIENCE("https://elsewhere.example")

/* What stands beside the usual AudienceRestriction. */
static const struct {
    const char *beside;
    eckid_code_t code;
} restrictions[] = {
    {RESTRICTION(AUDIENCE(MAKER_SUPPLIER)), 0},
    {RESTRICTION(ELSEWHERE AUDIENCE(" " MAKER_SUPPLIER " ") ELSEWHERE), 0},
    {RESTRICTION(ELSEWHERE), ECKID_MIXED},
    {RESTRICTION(""), ECKID_STRUCTURE},
};

START_TEST(each_restriction_must_name_the_supplier_and_names_nobody_else_afterwards)
{
    maker_t maker = maker_usual();
    eckid_policy_t *policy = two_suppliers();
    eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    eckid_bytes_t xml;

    rules.policy = policy;
    rules.supplier = first_supplier(policy);
    maker.conditions_extra = restrictions[_i].beside;
    eckid_err_t *err = eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool);

    ck_assert_int_eq(err ? err->code : 0, restrictions[_i].code);
    if (!err) {
        ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
        ck_assert_ptr_null(strstr(xml.data, "elsewhere.example"));
        ck_assert_ptr_nonnull(strstr(strstr(xml.data, MAKER_SUPPLIER) + 1, MAKER_SUPPLIER));
    }
}
END_TEST

START_TEST(advice_is_understood_and_taken_out)
{
    maker_t maker = maker_usual();
    const eckid_saml_rules_t rules = maker_rules(RSA_2048, 0);
    eckid_verified_t *verified;
    eckid_bytes_t xml;

    maker.advice = "<saml:Assertion ID='_broker'><saml:Issuer>https://broker.example</saml:Issuer>"
                   "</saml:Assertion>";
    ok(eckid_saml_verify(&verified, open_xml(maker_xml(&maker)), &rules, pool));
    ok(eckid_saml_seal(&xml, verified, test_pair(RSA_2048, 1), pool));
    ck_assert_ptr_null(strstr(xml.data, "broker"));
    ck_assert_ptr_null(strstr(xml.data, "Advice"));
    /* an ID in it counts all the same */
    maker.advice = "<saml:Assertion ID='_response'/>";
    refused(verify(&maker), ECKID_STRUCTURE);
}
END_TEST

UNIT_SUITE(saml_verify)
{
    Suite *suite = suite_create("saml_verify");
    TCase *tcase = unit_case(suite, "verify");

    tcase_add_loop_test(tcase, a_good_login_is_believed, 0, COUNT(maker_signings));
    tcase_add_test(tcase, what_the_identity_provider_must_write_is_told);
    tcase_add_test(tcase, the_issuer_that_was_found_is_told);
    tcase_add_test(tcase, an_unknown_key_of_another_issuer_is_a_matter_of_the_issuer);
    tcase_add_loop_test(tcase, each_check_refuses_by_itself, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, what_is_refused_is_not_handed_out, 0, COUNT(refusals));
    tcase_add_loop_test(tcase, what_is_optional_or_within_the_skew_is_accepted, 0, COUNT(fine));
    tcase_add_test(tcase, the_envelope_must_answer_the_same_request);
    tcase_add_loop_test(tcase, wrapped_assertions_are_refused, 0, 2 * COUNT(wrappers));
    tcase_add_test(tcase, a_comment_does_not_cut_a_value);
    tcase_add_loop_test(tcase,
                        each_restriction_must_name_the_supplier_and_names_nobody_else_afterwards, 0,
                        COUNT(restrictions));
    tcase_add_loop_test(tcase, one_bearer_confirmation_that_holds_is_enough, 0, COUNT(seconds));
    tcase_add_test(tcase, advice_is_understood_and_taken_out);
    return suite;
}
