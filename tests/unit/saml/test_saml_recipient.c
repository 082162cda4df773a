/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "saml/eckid_saml_recipient.h"
#include "xml/eckid_xml_namespaces.h"
#include "support/maker.h"
#include "support/suppliers.h"

typedef struct row_t {
    const char *action, *destination, *recipient, *audience, *other_form;
    const char *supplier; /* NULL: none */
    bool mixed;
} row_t;

#define A "https://books.example/acs"
#define A_ID "https://books.example/saml"
#define B "https://exercises.example/acs"
#define B_ID "https://exercises.example/saml"
#define N "https://canteen.example/acs"
#define N_ID "https://canteen.example/saml"

static const row_t rows[] = {
    /* all that are present name one */
    {A, A, A, A_ID, NULL, A_ID, false},
    {NULL, A, A, A_ID, NULL, A_ID, false},
    {A, NULL, A, A_ID, NULL, A_ID, false},
    {A, A, NULL, NULL, NULL, A_ID, false},
    {A, A, A, A_ID, N, A_ID, false},
    {"https://BOOKS.example:443/acs", A, A, A_ID, NULL, A_ID, false},
    /* none names one */
    {N, N, N, N_ID, NULL, NULL, false},
    {NULL, NULL, NULL, NULL, NULL, NULL, false},
    {"/relative", N, N, N_ID, NULL, NULL, false},
    {N, N, N, A, NULL, NULL, false}, /* a consumer URL is no entity ID */
    {A_ID, N, N, N_ID, NULL, NULL, false},
    /* any one of them names one, and not all do */
    {N, A, A, A_ID, NULL, A_ID, true},
    {A, N, A, A_ID, NULL, A_ID, true},
    {A, A, N, A_ID, NULL, A_ID, true},
    {A, A, A, N_ID, NULL, A_ID, true},
    {N, N, N, A_ID, NULL, A_ID, true},
    {A, N, N, N_ID, NULL, A_ID, true},
    {N, A, N, N_ID, NULL, A_ID, true},
    {N, N, A, N_ID, NULL, A_ID, true},
    {"", A, A, A_ID, NULL, A_ID, true},
    {"/relative", A, A, A_ID, NULL, A_ID, true},
    {N, N, N, N_ID, A, A_ID, true},
    {A "/", A, A, A_ID, NULL, A_ID, true},
    {A, A, A, A_ID "/", NULL, A_ID, true},
    /* two suppliers */
    {A, B, A, A_ID, NULL, A_ID, true},
    {A, A, A, B_ID, NULL, A_ID, true},
    {A, A, A, A_ID, B, A_ID, true},
    {B, A, A, A_ID, NULL, B_ID, true},
};

static eckid_saml_message_t *message_of(const row_t *row)
{
    maker_t maker = maker_usual();
    eckid_saml_message_t *saml;

    maker.destination = row->destination;
    maker.recipient = row->recipient;
    maker.audience = row->audience;
    ok(eckid_saml_message_open(&saml, str(maker_xml(&maker)), pool));
    return saml;
}

START_TEST(any_name_makes_it_a_supplier_s_and_all_must_agree)
{
    const row_t *row = &rows[_i];
    apr_array_header_t *others = apr_array_make(pool, 1, sizeof(const char *));
    const eckid_saml_route_t route = {.action = row->action, .all_urls = others};
    const eckid_supplier_t *supplier;

    if (row->other_form) {
        APR_ARRAY_PUSH(others, const char *) = row->other_form;
    }
    eckid_err_t *err =
        eckid_saml_recipient_find(&supplier, two_suppliers(), &route, message_of(row), pool);

    ck_assert_pstr_eq(supplier ? supplier->name : NULL, row->supplier);
    ck_assert_int_eq(err ? err->code : 0, row->mixed ? ECKID_MIXED : 0);
}
END_TEST

static const struct {
    row_t row;
    const char *words;
} told[] = {
    {{A, A, A, N_ID "?x", NULL, NULL, true},
     "its Audience, " N_ID ", is not one of " A_ID " (if it is the same supplier, add it behind"},
    {{N "#x", A, A, A_ID, NULL, NULL, true},
     "its form action, " N ", is not one of " A_ID " (if it is the supplier's, add it as"},
    {{A, N, A, A_ID, NULL, NULL, true}, "its Destination, " N ", is not one of " A_ID},
    {{A, A, N, A_ID, NULL, NULL, true}, "its Recipient, " N ", is not one of " A_ID},
    {{A, A, A, B_ID, NULL, NULL, true},
     "its form action names " A_ID ", but its Audience names " B_ID " (is an entity ID or a URL"},
};

START_TEST(what_was_found_is_told)
{
    const eckid_saml_route_t route = {.action = told[_i].row.action};
    const eckid_supplier_t *supplier;

    tells(eckid_saml_recipient_find(&supplier, two_suppliers(), &route, message_of(&told[_i].row),
                                    pool),
          ECKID_MIXED, told[_i].words);
}
END_TEST

static const struct {
    const char *audiences;
    bool mixed;
} audiences[] = {
    {A_ID "</saml:Audience><saml:Audience>" N_ID, false},
    {N_ID "</saml:Audience><saml:Audience>" A_ID, false},
    {N "</saml:Audience><saml:Audience>" N_ID, true},
    {A_ID "</saml:Audience><saml:Audience>" B_ID, true},
    {"", true},
};

START_TEST(one_of_the_audiences_must_be_the_supplier_s)
{
    const row_t row = {A, A, A, audiences[_i].audiences, NULL, A_ID, audiences[_i].mixed};
    const eckid_saml_route_t route = {.action = A};
    const eckid_supplier_t *supplier;
    eckid_err_t *err =
        eckid_saml_recipient_find(&supplier, two_suppliers(), &route, message_of(&row), pool);

    ck_assert_int_eq(err ? err->code : 0, row.mixed ? ECKID_MIXED : 0);
}
END_TEST

/* Of these the audience cannot be seen, and suppliers read URLs in their own ways. */
static const struct {
    const char *url;
    bool supplier;
} hosts[] = {
    {A, true},
    {A "?x=1", true},
    {A "/", true},
    {A ";x", true},
    {"https://books.example./acs", true},
    {"//BOOKS.example\\acs", true},
    {"http://books.example:8080/other", true},
    {N, false},
    {"/acs", false},
    {"https://sub.books.example/acs", false},
};

START_TEST(what_is_encrypted_is_a_supplier_s_by_its_host)
{
    const eckid_saml_route_t by_action = {.action = hosts[_i].url}, nowhere = {.action = NULL};
    maker_t maker = maker_usual();
    const eckid_supplier_t *supplier;
    eckid_saml_message_t *saml;

    maker.destination = maker.recipient = maker.audience = NULL;
    maker.response_extra = "<saml:EncryptedAssertion/>";
    ok(eckid_saml_message_open(&saml, str(maker_xml(&maker)), pool));
    ok(eckid_saml_recipient_find(&supplier, two_suppliers(), &by_action, saml, pool));
    ck_assert_int_eq(supplier != NULL, hosts[_i].supplier);
    maker.destination = hosts[_i].url;
    ok(eckid_saml_message_open(&saml, str(maker_xml(&maker)), pool));
    ok(eckid_saml_recipient_find(&supplier, two_suppliers(), &nowhere, saml, pool));
    ck_assert_int_eq(supplier != NULL, hosts[_i].supplier);
}
END_TEST

/* A URL to which a message is sent by other bindings may hold the message in its query. */
static const struct {
    const char *sent_to, *destination, *audience;
    const char *supplier; /* NULL: none */
    bool mixed;
} bindings[] = {
    {A, A, A_ID, A_ID, false},
    {A "?SAMLResponse=x", A, A_ID, A_ID, false},
    {A "?SAMLResponse=x", N, N_ID, A_ID, true},
    {A "/other", N, N_ID, NULL, false},
    {N "?SAMLResponse=x", A, A_ID, A_ID, true},
    {N, N, B_ID, B_ID, true},
    {N, N, N_ID, NULL, false},
    {B "?SAMLResponse=x", A, A_ID, B_ID, true},
};

START_TEST(where_it_is_sent_names_a_supplier_without_its_query)
{
    const eckid_saml_route_t route = {.sent_to = bindings[_i].sent_to};
    const eckid_supplier_t *supplier;
    const row_t row = {.destination = bindings[_i].destination, .audience = bindings[_i].audience};
    eckid_err_t *err =
        eckid_saml_recipient_find(&supplier, two_suppliers(), &route, message_of(&row), pool);

    ck_assert_pstr_eq(supplier ? supplier->name : NULL, bindings[_i].supplier);
    ck_assert_int_eq(err ? err->code : 0, bindings[_i].mixed ? ECKID_MIXED : 0);
}
END_TEST

START_TEST(what_is_encrypted_is_a_supplier_s_by_the_host_it_is_sent_to)
{
    const eckid_saml_route_t route = {.sent_to = hosts[_i].url};
    const eckid_supplier_t *supplier;
    eckid_saml_message_t *saml;
    maker_t maker = maker_usual();

    maker.destination = maker.recipient = maker.audience = NULL;
    maker.response_extra = "<saml:EncryptedAssertion/>";
    ok(eckid_saml_message_open(&saml, str(maker_xml(&maker)), pool));
    ok(eckid_saml_recipient_find(&supplier, two_suppliers(), &route, saml, pool));
    ck_assert_int_eq(supplier != NULL, hosts[_i].supplier);
}
END_TEST

static const char *const no_logins[] = {
    "<p:LogoutResponse xmlns:p='" ECKID_NS_SAMLP "' Destination='" A "'/>",
    "<p:Response xmlns:p='" ECKID_NS_SAMLP "' Destination='" A "'><p:Status><p:StatusCode "
    "Value='urn:oasis:names:tc:SAML:2.0:status:Responder'/></p:Status></p:Response>",
};

START_TEST(what_logs_nobody_in_is_no_supplier_s)
{
    const eckid_saml_route_t route = {.action = A, .sent_to = A};
    const eckid_supplier_t *supplier = first_supplier(two_suppliers());
    eckid_saml_message_t *saml;

    ok(eckid_saml_message_open(&saml, str(no_logins[_i]), pool));
    ok(eckid_saml_recipient_find(&supplier, two_suppliers(), &route, saml, pool));
    ck_assert_ptr_null(supplier);
}
END_TEST

UNIT_SUITE(saml_recipient)
{
    Suite *suite = suite_create("saml_recipient");
    TCase *tcase = unit_case(suite, "recipient");

    tcase_add_loop_test(tcase, any_name_makes_it_a_supplier_s_and_all_must_agree, 0, COUNT(rows));
    tcase_add_loop_test(tcase, what_is_encrypted_is_a_supplier_s_by_its_host, 0, COUNT(hosts));
    tcase_add_loop_test(tcase, what_was_found_is_told, 0, COUNT(told));
    tcase_add_loop_test(tcase, one_of_the_audiences_must_be_the_supplier_s, 0, COUNT(audiences));
    tcase_add_loop_test(tcase, where_it_is_sent_names_a_supplier_without_its_query, 0,
                        COUNT(bindings));
    tcase_add_loop_test(tcase, what_is_encrypted_is_a_supplier_s_by_the_host_it_is_sent_to, 0,
                        COUNT(hosts));
    tcase_add_loop_test(tcase, what_logs_nobody_in_is_no_supplier_s, 0, COUNT(no_logins));
    return suite;
}
