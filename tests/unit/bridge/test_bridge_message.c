/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/bridge.h"

static eckid_trust_t trust(int key, bool sha1)
{
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));

    if (key >= 0) {
        APR_ARRAY_PUSH(keys, const eckid_key_t *) = test_pair(RSA_2048, key);
    }
    return (eckid_trust_t){keys, sha1};
}

static eckid_err_t *read_it(eckid_bridge_message_t **message, eckid_bridge_carrier_t carrier)
{
    return eckid_bridge_message_read(message, &carrier, "SAMLRequest", pool);
}

static eckid_err_t *verify(eckid_bridge_carrier_t carrier, bool required, int key)
{
    const eckid_trust_t keys = trust(key, false);
    eckid_bridge_message_t *message;

    ok(read_it(&message, carrier));
    return eckid_bridge_message_verify(message, required, &keys, pool);
}

static const bool bindings[] = {true, false};

START_TEST(both_bindings_bring_the_message_and_its_relay_state)
{
    const char *xml = bridge_request("", "");
    const eckid_bridge_carrier_t carriers[] = {bridge_post(xml, "a b&c"),
                                               bridge_query(xml, "a b&c", 0)};
    eckid_bridge_message_t *message;

    ok(read_it(&message, carriers[bindings[_i] ? 0 : 1]));
    ck_assert(eckid_xml_is(message->root, "urn:oasis:names:tc:SAML:2.0:protocol", "AuthnRequest"));
    ck_assert_str_eq(message->relay_state, "a b&c");
    ck_assert_int_eq(message->is_signed, !bindings[_i]);
}
END_TEST

START_TEST(a_signature_is_verified_and_one_that_is_required_is_missed)
{
    const char *xml = bridge_request("", "");

    ok(verify(bridge_query(xml, "state", 0), true, 0));
    ok(verify(bridge_query(xml, NULL, 0), true, 0));
    ok(verify(bridge_query(xml, NULL, -1), false, 0));
    refused(verify(bridge_query(xml, NULL, -1), true, 0), ECKID_REQUEST_UNSIGNED);
    refused(verify(bridge_post(xml, NULL), true, 0), ECKID_REQUEST_UNSIGNED);
    refused(verify(bridge_query(xml, NULL, 1), false, 0), ECKID_REQUEST_SIGNATURE);
    tells(verify(bridge_query(xml, NULL, 0), false, -1), ECKID_REQUEST_SIGNATURE, "no key");
}
END_TEST

/* Parameters of a signed query, changed afterwards. */
static const struct {
    const char *what, *by;
    eckid_code_t code; /* OK: it still verifies */
} changes[] = {
    {"&Signature=", "&other=1&Signature=", ECKID_OK},
    {"RelayState=state", "RelayState=stats", ECKID_REQUEST_SIGNATURE},
    {"RelayState=state", "RelayState=%73tate", ECKID_REQUEST_SIGNATURE},
    {"RelayState=state&", "", ECKID_REQUEST_SIGNATURE},
    {"rsa-sha256", "rsa-sha1", ECKID_REQUEST_SIGNATURE},
    {"rsa-sha256", "hmac-sha256", ECKID_REQUEST_SIGNATURE},
};

START_TEST(a_signature_covers_the_query_as_it_came)
{
    eckid_bridge_carrier_t carrier = bridge_query(bridge_request("", ""), "state", 0);

    carrier.text = str(replaced(carrier.text.data, changes[_i].what, changes[_i].by));
    if (changes[_i].code) {
        refused(verify(carrier, true, 0), changes[_i].code);
    }
    else {
        ok(verify(carrier, true, 0));
    }
}
END_TEST

START_TEST(a_weak_algorithm_is_no_new_key)
{
    eckid_bridge_carrier_t carrier = bridge_query(bridge_request("", ""), "state", 0);

    carrier.text = str(replaced(carrier.text.data, "rsa-sha256", "rsa-sha1"));
    const char *text = eckid_err_text(verify(carrier, true, 0), pool);

    ck_assert_ptr_nonnull(strstr(text, "SHA-256"));
    ck_assert_ptr_null(strstr(text, "new key"));
}
END_TEST

START_TEST(sha_1_is_told_from_a_wrong_signature)
{
    eckid_bridge_carrier_t carrier = bridge_query(bridge_request("", ""), "state", 0);

    carrier.text = str(
        replaced(replaced(carrier.text.data, "xmldsig-more", "xmldsig"), "rsa-sha256", "rsa-sha1"));
    carrier.text = str(replaced(carrier.text.data, "2001%2F04", "2000%2F09"));
    tells(verify(carrier, true, 0), ECKID_REQUEST_SIGNATURE, "SHA-256");
}
END_TEST

START_TEST(the_order_of_the_parameters_does_not_count)
{
    eckid_bridge_carrier_t carrier = bridge_query(bridge_request("", ""), "state", 0);
    const char *signature = strstr(carrier.text.data, "&SigAlg=");

    carrier.text = str(apr_pstrcat(
        pool, signature + 1, "&",
        apr_pstrmemdup(pool, carrier.text.data, (apr_size_t)(signature - carrier.text.data)),
        NULL));
    ok(verify(carrier, true, 0));
}
END_TEST

static const struct {
    bool is_post;
    const char *text, *words;
} bad[] = {
    {true, "", "no SAMLRequest"},
    {true, "SAMLRequest=", "XML"},
    {true, "SAMLRequest=PGEvPg==&SAMLRequest=PGEvPg==", "2 times"},
    {true, "SAMLRequest=PGEvPg==&RelayState=a&RelayState=b", "RelayState is there 2 times"},
    {true, "SAMLRequest=PGEvPg==&%52elayState=a&RelayState=b", "RelayState is there 2 times"},
    {true, "SAMLRequest=!", "base64"},
    {true, "SAMLRequest=PGEvPg", "base64"},
    {true, "SAMLRequest=PGEvPg==&RelayState=%ff", "UTF-8"},
    {true, "SAMLRequest=PGEvPg==&RelayState=%00", "RelayState cannot be decoded"},
    {true, "SAMLRequest=PCFET0NUWVBFIGE%2BPGEvPg==", "XML"},
    {false, "SAMLRequest=PGEvPg==", "encoding"},
    {false, "SAMLRequest=s0nUtwMA&Signature=aa==", "SigAlg"},
    {false, "SAMLRequest=s0nUtwMA&SigAlg=x", "SigAlg"},
    {false, "SAMLRequest=s0nUtwMA&SAMLEncoding=x", "SAMLEncoding"},
};

START_TEST(what_cannot_be_read_is_refused)
{
    const eckid_bridge_carrier_t carrier = {bad[_i].is_post, str(bad[_i].text), BRIDGE_SSO};
    eckid_bridge_message_t *message;

    tells(read_it(&message, carrier), ECKID_REQUEST, bad[_i].words);
}
END_TEST

static const char *long_text(apr_size_t len)
{
    char *text = apr_palloc(pool, len + 1);

    memset(text, 'x', len);
    text[len] = '\0';
    return text;
}

START_TEST(length_is_bounded)
{
    const char *xml = bridge_request("", long_text(ECKID_MESSAGE_MAX));
    eckid_bridge_message_t *message;

    refused(read_it(&message, bridge_post(xml, NULL)), ECKID_REQUEST);
    refused(read_it(&message, bridge_query(xml, NULL, -1)), ECKID_REQUEST);
    ok(read_it(&message, bridge_post("<a/>", long_text(ECKID_RELAY_STATE_MAX))));
    refused(read_it(&message, bridge_post("<a/>", long_text(ECKID_RELAY_STATE_MAX + 1))),
            ECKID_REQUEST);
}
END_TEST

#define A_SIGNATURE "<d:Signature xmlns:d='http://www.w3.org/2000/09/xmldsig#'/>"

START_TEST(a_signature_stands_where_its_binding_has_it)
{
    const char *xml = bridge_request("", A_SIGNATURE);

    eckid_bridge_message_t *message;

    tells(read_it(&message, bridge_query(xml, NULL, -1)), ECKID_REQUEST, "HTTP-Redirect");
    refused(verify(bridge_post(xml, NULL), false, 0), ECKID_REQUEST_SIGNATURE);
    refused(verify(bridge_post(bridge_request("", A_SIGNATURE A_SIGNATURE), NULL), false, 0),
            ECKID_REQUEST_SIGNATURE);
    refused(verify(bridge_post(bridge_request("", "<x>" A_SIGNATURE "</x>"), NULL), false, 0),
            ECKID_REQUEST_SIGNATURE);
}
END_TEST

START_TEST(a_parameter_is_found_by_its_decoded_name)
{
    const eckid_bridge_carrier_t carrier = {false, str("a=1&%53AMLRequest=x&b"), BRIDGE_SSO};

    ck_assert(eckid_bridge_message_has(&carrier, "SAMLRequest"));
    ck_assert(!eckid_bridge_message_has(&carrier, "SAMLResponse"));
}
END_TEST

UNIT_SUITE(bridge_message)
{
    Suite *suite = suite_create("bridge_message");
    TCase *tcase = unit_case(suite, "message");

    tcase_add_loop_test(tcase, both_bindings_bring_the_message_and_its_relay_state, 0,
                        COUNT(bindings));
    tcase_add_test(tcase, a_signature_is_verified_and_one_that_is_required_is_missed);
    tcase_add_loop_test(tcase, a_signature_covers_the_query_as_it_came, 0, COUNT(changes));
    tcase_add_test(tcase, a_weak_algorithm_is_no_new_key);
    tcase_add_test(tcase, sha_1_is_told_from_a_wrong_signature);
    tcase_add_test(tcase, the_order_of_the_parameters_does_not_count);
    tcase_add_loop_test(tcase, what_cannot_be_read_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, length_is_bounded);
    tcase_add_test(tcase, a_signature_stands_where_its_binding_has_it);
    tcase_add_test(tcase, a_parameter_is_found_by_its_decoded_name);
    return suite;
}
