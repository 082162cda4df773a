/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message of our own as it begins: its head, its Issuer, its Status. */
#include "saml/eckid_saml_answer.h"
#include "base/eckid_time.h"
#include "xml/eckid_xml_namespaces.h"

#include <apr_strings.h>

static xmlNodePtr add_code(xmlNodePtr parent, const char *code, apr_pool_t *pool)
{
    xmlNodePtr node = xmlNewChild(parent, NULL, BAD_CAST "StatusCode", NULL);

    xmlSetProp(node, BAD_CAST "Value", BAD_CAST apr_pstrcat(pool, ECKID_SAML_STATUS, code, NULL));
    return node;
}

static void add_status(xmlNodePtr root, const eckid_saml_status_t *status, apr_pool_t *pool)
{
    xmlNodePtr node = xmlNewChild(root, NULL, BAD_CAST "Status", NULL);
    xmlNodePtr code = add_code(node, status->code, pool);

    if (status->second) {
        add_code(code, status->second, pool);
    }
    if (status->message) {
        xmlNewTextChild(node, NULL, BAD_CAST "StatusMessage", BAD_CAST status->message);
    }
}

static void set_attributes(xmlNodePtr root, const eckid_saml_head_t *head, apr_pool_t *pool)
{
    xmlSetProp(root, BAD_CAST "ID", BAD_CAST head->id);
    xmlSetProp(root, BAD_CAST "Version", BAD_CAST "2.0");
    xmlSetProp(root, BAD_CAST "IssueInstant", BAD_CAST eckid_time_format(head->now, pool));
    xmlSetProp(root, BAD_CAST "Destination", BAD_CAST head->destination);
    if (head->request) {
        xmlSetProp(root, BAD_CAST "InResponseTo", BAD_CAST head->request);
    }
}

xmlNodePtr eckid_saml_answer_make(const eckid_saml_head_t *head, const eckid_saml_status_t *status,
                                  apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool);
    xmlNodePtr root = xmlNewDocNode(doc, NULL, BAD_CAST head->name, NULL);

    xmlDocSetRootElement(doc, root);
    xmlSetNs(root, xmlNewNs(root, BAD_CAST ECKID_NS_SAMLP, BAD_CAST "samlp"));
    xmlNsPtr saml = xmlNewNs(root, BAD_CAST ECKID_NS_SAML, BAD_CAST "saml");

    set_attributes(root, head, pool);
    xmlNewTextChild(root, saml, BAD_CAST "Issuer", BAD_CAST head->issuer);
    if (status) {
        add_status(root, status, pool);
    }
    return root;
}

const char *eckid_saml_answer_id(const unsigned char random[16], apr_pool_t *pool)
{
    return apr_pstrcat(pool, "_", eckid_codec_hex(eckid_bytes(random, 16), pool).data, NULL);
}
