/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity provider's own metadata as it is published: with our keys, without the endpoints
 * that are refused. */
#include "saml/eckid_saml_publish.h"
#include "base/eckid_url.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xmldsig_sign.h"

#include <string.h>

static bool is_idp(const xmlNode *node, const char *entity_id, apr_pool_t *pool)
{
    if (!eckid_xml_is(node, ECKID_NS_METADATA, "EntityDescriptor") ||
        !eckid_xml_child(node, ECKID_NS_METADATA, "IDPSSODescriptor")) {
        return false;
    }
    const char *id = eckid_saml_metadata_id(node, pool);

    return id && (!entity_id || strcmp(id, entity_id) == 0);
}

/* The identity provider of that name, or any one without a name. */
static xmlNodePtr find_idp(xmlDocPtr doc, const char *entity_id, apr_pool_t *pool)
{
    xmlNodePtr top = (xmlNodePtr)doc;

    for (xmlNodePtr node = top->children; node; node = eckid_xml_walk(top, node)) {
        if (is_idp(node, entity_id, pool)) {
            return node;
        }
    }
    return NULL;
}

static xmlNodePtr key_descriptor(const xmlNode *role, const eckid_key_t *key, const char *use)
{
    xmlNodePtr descriptor = xmlNewDocNode(role->doc, role->ns, BAD_CAST "KeyDescriptor", NULL);
    xmlNodePtr info = xmlNewChild(descriptor, NULL, BAD_CAST "KeyInfo", NULL);
    xmlNsPtr ds = xmlNewNs(info, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds");

    xmlSetProp(descriptor, BAD_CAST "use", BAD_CAST use);
    xmlSetNs(info, ds);
    xmlNewChild(xmlNewChild(info, ds, BAD_CAST "X509Data", NULL), ds, BAD_CAST "X509Certificate",
                BAD_CAST eckid_key_certificate_base64(key));
    return descriptor;
}

/* saml-schema-metadata-2.0.xsd: Signature and Extensions, then the keys, then all others. */
static void insert_descriptor(xmlNodePtr role, xmlNodePtr descriptor)
{
    xmlNodePtr before = NULL;

    for (xmlNodePtr child = role->children; child; child = child->next) {
        if (eckid_xml_is(child, ECKID_NS_DSIG, "Signature") ||
            eckid_xml_is(child, ECKID_NS_METADATA, "Extensions") ||
            eckid_xml_is(child, ECKID_NS_METADATA, "KeyDescriptor")) {
            before = child;
        }
    }
    if (before) {
        xmlAddNextSibling(before, descriptor);
    }
    else if (role->children) {
        xmlAddPrevSibling(role->children, descriptor);
    }
    else {
        xmlAddChild(role, descriptor);
    }
}

xmlNodePtr eckid_saml_publish_add_key(xmlNodePtr role, const eckid_key_t *key, const char *use)
{
    xmlNodePtr descriptor = key_descriptor(role, key, use);

    insert_descriptor(role, descriptor);
    return descriptor;
}

static bool is_sso(const xmlNode *endpoint)
{
    return eckid_xml_is(endpoint, ECKID_NS_METADATA, "SingleSignOnService");
}

/* An endpoint whose login responses are rewritten. */
static bool is_usable_sso(const xmlNode *endpoint, apr_pool_t *pool)
{
    const char *binding = is_sso(endpoint) ? eckid_xml_attribute(endpoint, "Binding", pool) : NULL;

    return binding && (strcmp(binding, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST") == 0 ||
                       strcmp(binding, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect") == 0);
}

static bool has_usable_sso(const xmlNode *role, apr_pool_t *pool)
{
    for (const xmlNode *child = role->children; child; child = child->next) {
        if (is_usable_sso(child, pool)) {
            return true;
        }
    }
    return false;
}

/* Removes the endpoints whose responses are refused. The schema requires one SingleSignOnService:
 * if none is usable they all stay, and their responses are refused all the same. */
static void remove_denied_endpoints(xmlNodePtr role, apr_pool_t *pool)
{
    bool has_other = has_usable_sso(role, pool);
    xmlNodePtr next;

    for (xmlNodePtr child = role->children; child; child = next) {
        next = child->next;
        if (eckid_xml_is(child, ECKID_NS_METADATA, "ArtifactResolutionService") ||
            eckid_xml_is(child, ECKID_NS_METADATA, "AssertionIDRequestService") ||
            (has_other && is_sso(child) && !is_usable_sso(child, pool))) {
            eckid_xml_remove(child);
        }
    }
}

static void remove_signature(const xmlNode *element)
{
    xmlNodePtr signature = eckid_xml_child(element, ECKID_NS_DSIG, "Signature");

    if (signature) {
        eckid_xml_remove(signature);
    }
}

void eckid_saml_publish_unsign(xmlNodePtr node)
{
    for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
        remove_signature(node);
    }
}

static void edit_role(xmlNodePtr role, const eckid_saml_publish_edit_t *edit, apr_pool_t *pool)
{
    for (int i = 0; i < edit->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(edit->keys, i, const eckid_key_t *);

        if (!eckid_saml_metadata_has_key(role, key, pool)) {
            eckid_saml_publish_add_key(role, key, "signing");
        }
    }
    remove_denied_endpoints(role, pool);
    xmlSetProp(role, BAD_CAST "protocolSupportEnumeration", BAD_CAST ECKID_NS_SAMLP);
    remove_signature(role);
}

/* Roles that send assertions by SOAP, which is refused. */
static bool is_denied_role(const xmlNode *role)
{
    return eckid_xml_is(role, ECKID_NS_METADATA, "AttributeAuthorityDescriptor") ||
           eckid_xml_is(role, ECKID_NS_METADATA, "AuthnAuthorityDescriptor");
}

/* Only SAML 2.0 logins pass to suppliers here, so other roles are removed. */
static void edit_entity(xmlNodePtr entity, const eckid_saml_publish_edit_t *edit, apr_pool_t *pool)
{
    xmlNodePtr next;

    for (xmlNodePtr role = entity->children; role; role = next) {
        bool is_idp = eckid_xml_is(role, ECKID_NS_METADATA, "IDPSSODescriptor");

        next = role->next;
        if (is_idp && eckid_saml_metadata_is_saml2(role, pool)) {
            edit_role(role, edit, pool);
        }
        else if (is_idp || is_denied_role(role)) {
            eckid_xml_remove(role);
        }
    }
    eckid_saml_publish_unsign(entity);
}

eckid_err_t *eckid_saml_publish_sign(xmlNodePtr root, const eckid_key_t *signer, apr_pool_t *pool)
{
    if (!eckid_xml_attribute(root, "ID", pool)) {
        xmlSetProp(root, BAD_CAST "ID", BAD_CAST "_mod_eckid");
    }
    return eckid_xmldsig_sign_own(root, signer, pool);
}

/* Only metadata may be signed with the key for metadata. */
static bool is_metadata(const xmlNode *root)
{
    return eckid_xml_is(root, ECKID_NS_METADATA, "EntityDescriptor") ||
           eckid_xml_is(root, ECKID_NS_METADATA, "EntitiesDescriptor");
}

eckid_err_t *eckid_saml_publish_rewrite(eckid_bytes_t *rewritten, bool *found, const char **other,
                                        const eckid_saml_publish_edit_t *edit, eckid_bytes_t text,
                                        apr_pool_t *pool)
{
    xmlDocPtr doc;

    ECKID_ERR(eckid_xml_parse(&doc, text, pool));
    if (!is_metadata(xmlDocGetRootElement(doc))) {
        return eckid_err_make(pool, ECKID_METADATA, "its root is not one of metadata");
    }
    xmlNodePtr entity = find_idp(doc, edit->entity_id, pool);

    *found = entity != NULL;
    *other = NULL;
    if (!*found) {
        entity = find_idp(doc, NULL, pool);
        *other = entity ? eckid_saml_metadata_id(entity, pool) : NULL;
        return NULL;
    }
    edit_entity(entity, edit, pool);
    if (edit->signer) {
        ECKID_ERR(eckid_saml_publish_sign(xmlDocGetRootElement(doc), edit->signer, pool));
    }
    return eckid_xml_print(rewritten, doc, pool);
}

/* The keys whose certificates suppliers need. */
static apr_array_header_t *published_keys(const eckid_rules_t *rules, apr_pool_t *pool)
{
    apr_array_header_t *signers = eckid_rules_all_signers(rules, pool);
    apr_array_header_t *keys = apr_array_make(pool, signers->nelts, sizeof(const eckid_key_t *));

    for (int i = 0; i < signers->nelts; i++) {
        APR_ARRAY_PUSH(keys, const eckid_key_t *) = APR_ARRAY_IDX(signers, i, eckid_signer_t).key;
    }
    return keys;
}

static eckid_err_t *publish(eckid_decision_t *decision, const eckid_saml_setup_t *setup,
                            eckid_bytes_t body, apr_time_t now, apr_pool_t *pool)
{
    eckid_metadata_wait_t wait = {.now = now};
    const eckid_metadata_view_t *view;
    const char *other = NULL;
    bool found = false;

    ECKID_ERR(eckid_metadata_get(&view, setup->metadata, &wait, pool));
    const eckid_saml_publish_edit_t edit = {
        view->idp->entity_id, published_keys(setup->rules, pool), setup->metadata_key};

    ECKID_ERR(eckid_saml_publish_rewrite(&decision->body, &found, &other, &edit, body, pool));
    decision->verdict = found ? ECKID_CHANGE : ECKID_PASS;
    decision->cause = other ? eckid_err_make(pool, ECKID_OTHER_METADATA, "those of %s, not of %s",
                                             eckid_url_shown(other, pool), edit.entity_id)
                            : NULL;
    return NULL;
}

eckid_decision_t eckid_saml_publish(const eckid_saml_setup_t *setup, eckid_bytes_t body,
                                    apr_time_t now, apr_pool_t *pool)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS, .log.wanted = true};
    eckid_err_t *err = publish(&decision, setup, body, now, pool);

    return err ? eckid_decision_refuse(err) : decision;
}
