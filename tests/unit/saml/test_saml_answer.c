/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "saml/eckid_saml_answer.h"
#include "support/maker.h"
#include "xml/eckid_xml_print.h"

static const char *made(const char *request, const eckid_saml_status_t *status)
{
    const eckid_saml_head_t head = {
        "Response", "_id", MAKER_NOW, "https://a.example/?x=1&y=2", request, "https://<issuer>"};
    eckid_bytes_t text;

    ok(eckid_xml_print(&text, eckid_saml_answer_make(&head, status, pool)->doc, pool));
    return text.data;
}

START_TEST(it_says_what_is_given_and_escapes_it)
{
    const eckid_saml_status_t status = {"Responder", "NoPassive", "a < b"};
    const char *text = made("_q", &status);

    ck_assert_ptr_nonnull(strstr(text, "ID=\"_id\" Version=\"2.0\""));
    ck_assert_ptr_nonnull(strstr(text, "IssueInstant=\"2026-08-31T08:30:00Z\""));
    ck_assert_ptr_nonnull(strstr(text, "Destination=\"https://a.example/?x=1&amp;y=2\""));
    ck_assert_ptr_nonnull(strstr(text, "InResponseTo=\"_q\""));
    ck_assert_ptr_nonnull(strstr(text, "https://&lt;issuer&gt;"));
    ck_assert_ptr_nonnull(strstr(text, "status:Responder\"><samlp:StatusCode Value=\""
                                       "urn:oasis:names:tc:SAML:2.0:status:NoPassive\"/>"));
    ck_assert_ptr_nonnull(strstr(text, "a &lt; b"));
}
END_TEST

START_TEST(a_request_has_no_status)
{
    const eckid_saml_status_t success = {"Success", NULL, NULL};

    ck_assert_ptr_null(strstr(made(NULL, NULL), "Status"));
    ck_assert_ptr_null(strstr(made(NULL, NULL), "InResponseTo"));
    ck_assert_ptr_nonnull(strstr(made(NULL, &success), "status:Success\"/>"));
}
END_TEST

START_TEST(an_id_is_made_of_all_its_bytes)
{
    unsigned char random[16] = {0};

    random[15] = 0xAB;
    ck_assert_str_eq(eckid_saml_answer_id(random, pool), "_000000000000000000000000000000ab");
}
END_TEST

UNIT_SUITE(saml_answer)
{
    Suite *suite = suite_create("saml_answer");
    TCase *tcase = unit_case(suite, "answer");

    tcase_add_test(tcase, it_says_what_is_given_and_escapes_it);
    tcase_add_test(tcase, a_request_has_no_status);
    tcase_add_test(tcase, an_id_is_made_of_all_its_bytes);
    return suite;
}
