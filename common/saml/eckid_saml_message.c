/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message as it came: what kind it is, and whom it names. Nothing of it is verified here. */
#include "saml/eckid_saml_message.h"
#include "xml/eckid_xml_namespaces.h"

#define NAME_MAX_BYTES 4096 /* 1024 characters: core section 8.3.6 */

bool eckid_saml_message_is_advice(const xmlNode *node, const xmlNode *response)
{
    return eckid_xml_is(node, ECKID_NS_SAML, "Advice") &&
           eckid_xml_is(node->parent, ECKID_NS_SAML, "Assertion") &&
           node->parent->parent == response && eckid_xml_is(response, ECKID_NS_SAMLP, "Response");
}

const char *eckid_saml_message_status(const xmlNode *response, apr_pool_t *pool)
{
    xmlNodePtr status = eckid_xml_child(response, ECKID_NS_SAMLP, "Status");
    xmlNodePtr code = eckid_xml_child(status, ECKID_NS_SAMLP, "StatusCode");
    const char *value = code ? eckid_xml_token(code, "Value", pool) : NULL;

    return value ? value : "";
}

/* What kinds of assertions there are below a node. */
typedef struct census_t {
    bool plain, encrypted, old, encrypted_data;
} census_t;

static void count_in(census_t *census, const xmlNode *node)
{
    census->plain = census->plain || eckid_xml_is(node, ECKID_NS_SAML, "Assertion");
    census->encrypted = census->encrypted ||
                        eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
                        eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAttribute");
    census->old = census->old || eckid_xml_is(node, ECKID_NS_SAML1, "Assertion");
    census->encrypted_data =
        census->encrypted_data || eckid_xml_is(node, ECKID_NS_XMLENC, "EncryptedData");
}

static eckid_saml_kind_t kind_of(const xmlNode *root, const census_t *census, apr_pool_t *pool)
{
    bool any = census->plain || census->encrypted || census->old;

    if (!eckid_xml_is(root, ECKID_NS_SAMLP, "Response")) {
        /* in a logout message encrypted data is a NameID, elsewhere it may be a whole token */
        bool protocol = root->ns && xmlStrEqual(root->ns->href, BAD_CAST ECKID_NS_SAMLP);

        return any || (census->encrypted_data && !protocol) ? ECKID_SAML_UNSUPPORTED
                                                            : ECKID_SAML_OTHER;
    }
    if (census->encrypted) {
        return ECKID_SAML_ENCRYPTED;
    }
    if (!any && *eckid_saml_message_status(root, pool) &&
        strcmp(eckid_saml_message_status(root, pool), ECKID_SAML_SUCCESS) != 0) {
        return ECKID_SAML_ERROR;
    }
    return ECKID_SAML_LOGIN;
}

/* Notes whom an element names as its receiver, in any protocol. */
static eckid_err_t *note_names(eckid_saml_message_t *message, const xmlNode *element,
                               apr_pool_t *pool)
{
    static const char *const attributes[] = {"Destination", "Recipient",
                                             "AssertionConsumerServiceURL", "responseConsumerURL"};
    bool confirms = eckid_xml_is(element, ECKID_NS_SAML, "SubjectConfirmationData");
    bool is_key = eckid_xml_is(element, ECKID_NS_XMLENC, "EncryptedKey");

    for (unsigned i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
        const char *url = eckid_xml_attribute(element, attributes[i], pool);

        if (!url || !eckid_codec_trim(eckid_bytes_str(url)).len) { /* names nobody */
            continue;
        }
        if (confirms || is_key) {
            APR_ARRAY_PUSH(confirms ? message->recipients : message->key_recipients, const char *) =
                url;
        }
        else {
            APR_ARRAY_PUSH(message->targets, eckid_saml_target_t) =
                (eckid_saml_target_t){attributes[i], url};
        }
    }
    if (xmlStrEqual(element->name, BAD_CAST "Audience") ||
        xmlStrEqual(element->name, BAD_CAST "Address")) {
        const char *name = eckid_xml_trimmed(element, pool);

        if (strlen(name) > NAME_MAX_BYTES) { /* nested ones would be copied again and again */
            return eckid_err_make(pool, ECKID_LIMIT, "an audience of more than %d bytes",
                                  NAME_MAX_BYTES);
        }
        APR_ARRAY_PUSH(message->audiences, const char *) = name;
    }
    return NULL;
}

eckid_err_t *eckid_saml_message_read(eckid_saml_message_t *message, apr_pool_t *pool)
{
    census_t census = {false, false, false, false};
    xmlNodePtr root = xmlDocGetRootElement(message->doc), node = root;

    message->targets = apr_array_make(pool, 4, sizeof(eckid_saml_target_t));
    message->recipients = apr_array_make(pool, 2, sizeof(const char *));
    message->key_recipients = apr_array_make(pool, 1, sizeof(const char *));
    message->audiences = apr_array_make(pool, 2, sizeof(const char *));
    while (node) {
        bool skip = eckid_saml_message_is_advice(node, root);

        if (node->type == XML_ELEMENT_NODE && !skip) {
            count_in(&census, node);
            ECKID_ERR(note_names(message, node, pool));
        }
        node = skip ? eckid_xml_skip(root, node) : eckid_xml_walk(root, node);
    }
    message->kind = kind_of(root, &census, pool);
    message->has_encrypted = message->has_encrypted || message->kind == ECKID_SAML_ENCRYPTED;
    return NULL;
}

eckid_err_t *eckid_saml_message_open(eckid_saml_message_t **out, eckid_bytes_t xml,
                                     apr_pool_t *pool)
{
    eckid_saml_message_t *message = apr_pcalloc(pool, sizeof(*message));

    ECKID_ERR(eckid_xml_parse(&message->doc, xml, pool));
    *out = message;
    return eckid_saml_message_read(message, pool);
}

bool eckid_saml_message_may_log_in(const eckid_saml_message_t *message)
{
    return message->kind != ECKID_SAML_ERROR && message->kind != ECKID_SAML_OTHER;
}
