/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "bridge/eckid_bridge_message.h"
#include "bridge/eckid_bridge_send.h"
#include "saml/eckid_saml_answer.h"
#include "support/bridge.h"

static const struct {
    const char *name, *binding, *url, *response, *state;
    test_kind_t kind;
} rows[] = {
    {"SAMLRequest", ECKID_BINDING_REDIRECT, "https://sp.example/slo", NULL, NULL, RSA_2048},
    {"SAMLRequest", ECKID_BINDING_REDIRECT, "https://sp.example/slo?x=1", NULL, "a b&c", P_256},
    {"SAMLResponse", ECKID_BINDING_REDIRECT, "https://a.example", "https://sp.example/r", "s",
     RSA_2048},
    {"SAMLRequest", ECKID_BINDING_POST, "https://sp.example/slo", NULL, NULL, P_256},
    {"SAMLResponse", ECKID_BINDING_POST, "https://a.example", "https://sp.example/r", "a b&c",
     RSA_2048},
};

static eckid_bridge_carrier_t carried(const eckid_bridge_sent_t *sent)
{
    const char *text;

    if (sent->location) {
        text = strstr(sent->location, "SAMLRe");
        return (eckid_bridge_carrier_t){false, str(text), "https://x.example"};
    }
    text = apr_pstrcat(
        pool, sent->post.name, "=",
        eckid_codec_percent(eckid_codec_base64(sent->post.xml, pool), pool),
        sent->post.relay_state ? "&RelayState=" : "",
        sent->post.relay_state ? eckid_codec_percent(str(sent->post.relay_state), pool) : "", NULL);
    return (eckid_bridge_carrier_t){true, str(text), "https://x.example"};
}

START_TEST(a_reader_finds_it_signed)
{
    const eckid_saml_head_t head = {.name = "LogoutRequest",
                                    .id = "_id",
                                    .now = MAKER_NOW,
                                    .destination = rows[_i].url,
                                    .issuer = "https://us.example"};
    const eckid_key_t *key = test_pair(rows[_i].kind, 0);
    const eckid_saml_endpoint_t endpoint = {rows[_i].binding, rows[_i].url,
                                            rows[_i].response ? rows[_i].response : rows[_i].url,
                                            -1, false};
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(const eckid_key_t *));
    const eckid_trust_t trust = {keys, false};
    const char *place = rows[_i].response ? rows[_i].response : rows[_i].url;
    eckid_bridge_message_t *message;
    eckid_bridge_sent_t sent;

    APR_ARRAY_PUSH(keys, const eckid_key_t *) = key;
    ok(eckid_bridge_send(&sent, eckid_saml_answer_make(&head, NULL, pool), rows[_i].name, &endpoint,
                         rows[_i].state, key, pool));
    ck_assert_int_eq(
        strncmp(sent.location ? sent.location : sent.post.action, place, strlen(place)), 0);
    const eckid_bridge_carrier_t carrier = carried(&sent);

    ok(eckid_bridge_message_read(&message, &carrier, rows[_i].name, pool));
    ok(eckid_bridge_message_verify(message, true, &trust, pool));
    ck_assert_pstr_eq(message->relay_state, rows[_i].state);
    ck_assert_str_eq(eckid_xml_attribute(message->root, "ID", pool), "_id");
}
END_TEST

/* The metadata, and the endpoints for a request and for a response. */
static const struct {
    const char *logouts, *request, *response;
} endpoints[] = {
    {"", NULL, NULL},
    {BRIDGE_LOGOUT("SOAP", "https://a"), NULL, NULL},
    {BRIDGE_LOGOUT("SOAP", "https://a") BRIDGE_LOGOUT("HTTP-POST", "https://b"), "https://b",
     "https://b"},
    {BRIDGE_LOGOUT("HTTP-Redirect", "https://a") BRIDGE_LOGOUT("HTTP-POST", "https://b"),
     "https://b", "https://a"},
    {BRIDGE_LOGOUT("HTTP-POST", "https://b") BRIDGE_LOGOUT("HTTP-Redirect", "https://a"),
     "https://b", "https://a"},
    {BRIDGE_LOGOUT("HTTP-Redirect", "javascript:a") BRIDGE_LOGOUT("HTTP-POST", "https://b"),
     "https://b", "https://b"},
};

static const char *location_for(const eckid_saml_sp_role_t *role, const char *name)
{
    const eckid_saml_endpoint_t *chosen = eckid_bridge_send_endpoint(role, name);

    return chosen ? chosen->location : NULL;
}

START_TEST(a_request_with_its_name_id_goes_by_post_if_it_can)
{
    const bridge_scene_t *scene = bridge_logout_scene(endpoints[_i].logouts, "");
    const eckid_saml_sp_role_t *role =
        APR_ARRAY_IDX(scene->supplier->described, 0, eckid_described_t).role;

    ck_assert_pstr_eq(location_for(role, "SAMLRequest"), endpoints[_i].request);
    ck_assert_pstr_eq(location_for(role, "SAMLResponse"), endpoints[_i].response);
}
END_TEST

UNIT_SUITE(bridge_send)
{
    Suite *suite = suite_create("bridge_send");
    TCase *tcase = unit_case(suite, "send");

    tcase_add_loop_test(tcase, a_reader_finds_it_signed, 0, COUNT(rows));
    tcase_add_loop_test(tcase, a_request_with_its_name_id_goes_by_post_if_it_can, 0,
                        COUNT(endpoints));
    return suite;
}
