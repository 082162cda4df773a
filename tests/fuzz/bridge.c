/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile requests to our own identity provider, and hostile values of an authentication module. */
#include "bridge.h"

#include <stdlib.h>
#include <apr_strings.h>

#include "bridge/eckid_authn_request.h"
#include "bridge/eckid_bridge_message.h"
#include "bridge/eckid_bridge_response.h"
#include "bridge/eckid_claims.h"
#include "bridge/eckid_logout_message.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"

static void insist(bool condition)
{
    if (!condition) {
        abort();
    }
}

/* What is read of a request is bounded, and fits where it will be put. */
static void read_request(const xmlNode *root, apr_pool_t *pool)
{
    eckid_authn_request_t *request;

    if (!eckid_authn_request_read(&request, root, pool)) {
        insist(*request->head.id && strlen(request->head.id) <= ECKID_REQUEST_ID_MAX);
        insist(!strpbrk(request->head.id, " \t\r\n"));
        insist(request->consumer_index >= -1 && request->consumer_index <= 65535);
        insist(request->classes->nelts <= ECKID_REQUEST_CLASSES_MAX);
        insist(request->head.issuer && request->head.version);
    }
}

void fuzz_login_request(eckid_bytes_t input, apr_pool_t *pool)
{
    bool is_post = input.len && input.data[0] == 'P';
    const eckid_bridge_carrier_t carrier = {
        is_post, eckid_bytes(input.data + is_post, input.len - is_post), "https://idp.example/sso"};
    const eckid_trust_t nobody = {apr_array_make(pool, 1, sizeof(const eckid_key_t *)), false};
    eckid_bridge_message_t *message;

    if (eckid_bridge_message_read(&message, &carrier, "SAMLRequest", pool)) {
        return;
    }
    insist(eckid_bridge_message_has(&carrier, "SAMLRequest"));
    insist(!message->relay_state || strlen(message->relay_state) <= ECKID_RELAY_STATE_MAX);
    insist(eckid_bridge_message_verify(message, true, &nobody, pool) != NULL);
    read_request(message->root, pool);
}

void fuzz_authn_request(eckid_bytes_t input, apr_pool_t *pool)
{
    xmlDocPtr doc;

    if (!eckid_xml_parse(&doc, input, pool)) {
        read_request(xmlDocGetRootElement(doc), pool);
    }
}

static void read_logout(const xmlNode *root, apr_pool_t *pool)
{
    eckid_logout_request_t *request;
    eckid_logout_response_t *response;

    if (!eckid_logout_request_read(&request, root, pool)) {
        insist(eckid_message_head_is_id(request->head.id) && request->head.issuer);
        insist(request->indexes->nelts <= ECKID_LOGOUT_INDEXES_MAX);
        insist(eckid_logout_response_read(&response, root, pool) != NULL);
    }
    else if (!eckid_logout_response_read(&response, root, pool)) {
        insist(eckid_message_head_is_id(response->head.id) && response->head.issuer);
        insist(eckid_message_head_is_id(response->request));
    }
}

void fuzz_logout(eckid_bytes_t input, apr_pool_t *pool)
{
    xmlDocPtr doc;

    if (!eckid_xml_parse(&doc, input, pool)) {
        read_logout(xmlDocGetRootElement(doc), pool);
    }
}

/* Whatever the value, XML holds it, and a reader gets it back. */
static void insist_it_travels(eckid_bytes_t value, apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool), back;
    xmlNodePtr root = xmlNewDocNode(doc, NULL, BAD_CAST "a", NULL);
    eckid_bytes_t text;

    xmlDocSetRootElement(doc, root);
    xmlNodeAddContent(root, BAD_CAST value.data);
    insist(!eckid_xml_print(&text, doc, pool));
    insist(!eckid_xml_parse(&back, text, pool));
    insist(eckid_bytes_equal(eckid_xml_text(xmlDocGetRootElement(back), pool), value));
}

void fuzz_claims(eckid_bytes_t input, apr_pool_t *pool)
{
    static const eckid_claim_t rules[] = {{{"a", "f", NULL}, "v", ECKID_CLAIM_ONE, NULL},
                                          {{"b", "f", NULL}, "v", ECKID_CLAIM_SEPARATED, ";"},
                                          {{"c", "f", NULL}, "v", ECKID_CLAIM_JSON, NULL}};
    apr_table_t *variables = apr_table_make(pool, 1);
    const eckid_environment_t environment = {variables, "user"};

    apr_table_setn(variables, "v", apr_pstrmemdup(pool, input.data, input.len));
    for (unsigned i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        apr_array_header_t *one = apr_array_make(pool, 1, sizeof(eckid_claim_t));
        eckid_user_claims_t *claims;

        APR_ARRAY_PUSH(one, eckid_claim_t) = rules[i];
        if (!eckid_claims_read(&claims, one, &environment, pool) && claims->all->nelts) {
            const apr_array_header_t *values =
                APR_ARRAY_IDX(claims->all, 0, eckid_claimed_t).values;

            insist(values->nelts > 0 && values->nelts <= ECKID_CLAIM_VALUES_MAX);
            insist_it_travels(APR_ARRAY_IDX(values, values->nelts - 1, eckid_bytes_t), pool);
        }
    }
}
