/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The metadata of our identity provider. */
#include "bridge/eckid_bridge_metadata.h"
#include "base/eckid_time.h"
#include "bridge/eckid_name_id.h"
#include "saml/eckid_saml_publish.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"

#include <apr_strings.h>

static xmlNodePtr add(xmlNodePtr parent, const char *name, const char *text)
{
    return xmlNewTextChild(parent, parent->ns, BAD_CAST name, BAD_CAST text);
}

static void add_keys(xmlNodePtr role, const eckid_bridge_t *bridge, apr_pool_t *pool)
{
    const apr_array_header_t *signers = eckid_rules_all_signers(bridge->rules, pool);

    for (int i = 0; i < signers->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(signers, i, eckid_signer_t).key;

        if (!eckid_saml_metadata_has_key(role, key, pool)) {
            eckid_saml_publish_add_key(role, key, "signing");
        }
    }
}

static bool has_format(const xmlNode *role, const char *format, apr_pool_t *pool)
{
    xmlNodePtr node = eckid_xml_child(role, ECKID_NS_METADATA, "NameIDFormat");

    while (node && strcmp(eckid_xml_trimmed(node, pool), format) != 0) {
        node = eckid_xml_next(node, ECKID_NS_METADATA, "NameIDFormat");
    }
    return node != NULL;
}

static void add_format(xmlNodePtr role, const char *format, apr_pool_t *pool)
{
    if (format && !has_format(role, format, pool)) {
        add(role, "NameIDFormat", format);
    }
}

/* Those of the suppliers, and what a supplier gets whose block names none. */
static void add_formats(xmlNodePtr role, const eckid_bridge_t *bridge, apr_pool_t *pool)
{
    const apr_array_header_t *suppliers = bridge->rules->policy->suppliers;

    for (int i = 0; i < suppliers->nelts; i++) {
        const eckid_supplier_t *supplier = APR_ARRAY_IDX(suppliers, i, const eckid_supplier_t *);

        for (int j = 0; j < supplier->name_ids->nelts; j++) {
            add_format(role, APR_ARRAY_IDX(supplier->name_ids, j, eckid_name_id_rule_t).format,
                       pool);
        }
        if (!supplier->name_ids->nelts) {
            add_format(role, bridge->pairwise ? ECKID_NAME_ID_PERSISTENT : NULL, pool);
            add_format(role, ECKID_NAME_ID_TRANSIENT, pool);
        }
    }
}

static void add_endpoint(xmlNodePtr role, const char *name, const char *binding, const char *url)
{
    xmlNodePtr node = add(role, name, NULL);

    xmlSetProp(node, BAD_CAST "Binding", BAD_CAST binding);
    xmlSetProp(node, BAD_CAST "Location", BAD_CAST url);
}

/* The order of the children is that of saml-schema-metadata-2.0.xsd. */
static void add_role(xmlNodePtr entity, const eckid_bridge_t *bridge, apr_pool_t *pool)
{
    xmlNodePtr role = add(entity, "IDPSSODescriptor", NULL);
    const char *sso = eckid_bridge_sso(bridge, pool);

    xmlSetProp(role, BAD_CAST "protocolSupportEnumeration", BAD_CAST ECKID_NS_SAMLP);
    add_keys(role, bridge, pool);
    if (bridge->logout) {
        const char *slo = eckid_bridge_slo(bridge, pool);

        /* a LogoutRequest has a NameID, which does not belong into URLs */
        add_endpoint(role, "SingleLogoutService", ECKID_BINDING_POST, slo);
        add_endpoint(role, "SingleLogoutService", ECKID_BINDING_REDIRECT, slo);
    }
    add_formats(role, bridge, pool);
    add_endpoint(role, "SingleSignOnService", ECKID_BINDING_REDIRECT, sso);
    add_endpoint(role, "SingleSignOnService", ECKID_BINDING_POST, sso);
}

static void add_contact(xmlNodePtr entity, const char *address, apr_pool_t *pool)
{
    xmlNodePtr contact = add(entity, "ContactPerson", NULL);

    xmlSetProp(contact, BAD_CAST "contactType", BAD_CAST "technical");
    add(contact, "EmailAddress", apr_pstrcat(pool, "mailto:", address, NULL));
}

eckid_err_t *eckid_bridge_metadata(eckid_bytes_t *text, const eckid_bridge_t *bridge,
                                   const eckid_key_t *signer, apr_time_t now, apr_pool_t *pool)
{
    xmlDocPtr doc = eckid_xml_make(pool);
    xmlNodePtr entity = xmlNewDocNode(doc, NULL, BAD_CAST "EntityDescriptor", NULL);

    xmlDocSetRootElement(doc, entity);
    xmlSetNs(entity, xmlNewNs(entity, BAD_CAST ECKID_NS_METADATA, BAD_CAST "md"));
    xmlSetProp(entity, BAD_CAST "entityID", BAD_CAST bridge->entity_id);
    xmlSetProp(entity, BAD_CAST "validUntil",
               BAD_CAST eckid_time_format(now + ECKID_BRIDGE_METADATA_AGE, pool));
    add_role(entity, bridge, pool);
    if (bridge->contact) {
        add_contact(entity, bridge->contact, pool);
    }
    if (signer) {
        ECKID_ERR(eckid_saml_publish_sign(entity, signer, pool));
    }
    return eckid_xml_print(text, doc, pool);
}
