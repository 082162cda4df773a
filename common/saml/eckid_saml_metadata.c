/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAML metadata: who is who, with which keys and endpoints; rewriting the identity provider's own.
 */
#include "saml/eckid_saml_metadata.h"
#include "xml/eckid_xml_namespaces.h"
#include "base/eckid_time.h"
#include "xml/eckid_xmldsig.h"

#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <libxml/xmlreader.h>

/* What is to be made of an entity that was found in a file. */
typedef eckid_err_t *visit_t(void *self, const xmlNode *entity, apr_pool_t *pool);

/* The walk through a file. */
typedef struct search_t {
    const char *file;
    const char *entity_id; /* NULL: each with that role */
    const char *role;
    int found;
    visit_t *visit;
    void *self;
} search_t;

static void on_error(void *line, xmlErrorPtr error)
{
    *(int *)line = error->line;
}

static eckid_err_t *consider(search_t *search, const xmlNode *entity, apr_pool_t *pool)
{
    const char *id = eckid_xml_attribute(entity, "entityID", pool);

    if (!id || !eckid_xml_child(entity, ECKID_NS_METADATA, search->role) ||
        (search->entity_id && strcmp(search->entity_id, id) != 0)) {
        return NULL;
    }
    if (++search->found > 1) {
        return eckid_err_make(pool, ECKID_METADATA,
                              "%s holds several entities with an %s; which of them is not said",
                              search->file, search->role);
    }
    return search->visit(search->self, entity, pool);
}

/* True when the reader stands at the start of an entity. */
static bool at_entity(xmlTextReaderPtr reader)
{
    return xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT &&
           xmlStrEqual(xmlTextReaderConstLocalName(reader), BAD_CAST "EntityDescriptor") &&
           xmlStrEqual(xmlTextReaderConstNamespaceUri(reader), BAD_CAST ECKID_NS_METADATA);
}

static eckid_err_t *read_all(xmlTextReaderPtr reader, search_t *search, const int *line,
                             apr_pool_t *pool)
{
    int more = xmlTextReaderRead(reader);

    while (more == 1) {
        if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_DOCUMENT_TYPE) {
            return eckid_err_make(pool, ECKID_METADATA, "%s has a document type", search->file);
        }
        if (at_entity(reader)) {
            const xmlNode *entity = xmlTextReaderExpand(reader);

            if (!entity) {
                break;
            }
            ECKID_ERR(consider(search, entity, pool));
            more = xmlTextReaderNext(reader);
        }
        else {
            more = xmlTextReaderRead(reader);
        }
    }
    if (more != 0) {
        return eckid_err_make(pool, ECKID_METADATA, "%s is not well-formed XML, line %d",
                              search->file, *line);
    }
    return NULL;
}

static eckid_err_t *read_file(search_t *search, apr_file_t *file, apr_pool_t *pool)
{
    int line = 0;
    apr_os_file_t fd;

    apr_os_file_get(&fd, file);
    xmlTextReaderPtr reader = xmlReaderForFd(fd, NULL, NULL, XML_PARSE_NONET);

    if (!reader) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 made no reader");
    }
    xmlTextReaderSetStructuredErrorHandler(reader, on_error, &line);
    eckid_err_t *err = read_all(reader, search, &line, pool);

    xmlFreeTextReader(reader);
    return err;
}

static eckid_err_t *search_file(search_t *search, apr_pool_t *pool)
{
    apr_file_t *file;
    char reason[128];
    apr_status_t status = apr_file_open(&file, search->file, APR_READ, APR_OS_DEFAULT, pool);

    if (status != APR_SUCCESS) {
        return eckid_err_make(pool, ECKID_FILE, "%s: %s", search->file,
                              apr_strerror(status, reason, sizeof(reason)));
    }
    eckid_err_t *err = read_file(search, file, pool);

    apr_file_close(file);
    if (!err && !search->found) {
        err = eckid_err_make(pool, ECKID_METADATA, "%s holds no %s of %s", search->file,
                             search->role, search->entity_id ? search->entity_id : "anybody");
    }
    return err;
}

/* The identity provider */

static bool is_for_signing(const xmlNode *descriptor, apr_pool_t *pool)
{
    const char *use = eckid_xml_attribute(descriptor, "use", pool);

    return !use || strcmp(use, "signing") == 0;
}

/* The certificates below a KeyDescriptor, one after the other: first with NULL. */
static xmlNodePtr next_certificate(const xmlNode *descriptor, xmlNodePtr certificate)
{
    xmlNodePtr node = certificate ? certificate : (xmlNodePtr)descriptor;

    do {
        node = eckid_xml_walk(descriptor, node);
    } while (node && !eckid_xml_is(node, ECKID_NS_DSIG, "X509Certificate"));
    return node;
}

static eckid_err_t *add_key(eckid_idp_t *idp, const xmlNode *certificate, apr_pool_t *pool)
{
    eckid_bytes_t der;
    eckid_key_t *key;
    const char *name = apr_psprintf(pool, "certificate in line %ld", xmlGetLineNo(certificate));

    if (!eckid_codec_base64_decode(&der, eckid_xml_text(certificate, pool), pool)) {
        return eckid_err_make(pool, ECKID_KEY, "the %s is not base64", name);
    }
    ECKID_ERR(eckid_key_certificate_der(&key, der, name, pool));
    APR_ARRAY_PUSH(idp->keys, const eckid_key_t *) = key;
    return NULL;
}

/* Adds what keys can be used; err is the trouble with the last one that cannot. */
static eckid_err_t *add_keys(eckid_idp_t *idp, const xmlNode *role, apr_pool_t *pool)
{
    eckid_err_t *err = NULL;
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor");

    for (; descriptor;
         descriptor = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor")) {
        xmlNodePtr certificate = NULL;

        if (!is_for_signing(descriptor, pool)) {
            continue;
        }
        while ((certificate = next_certificate(descriptor, certificate)) != NULL) {
            eckid_err_t *trouble = add_key(idp, certificate, pool);

            err = trouble ? trouble : err;
        }
    }
    return err;
}

/* Metadata section 2.3.1: what is said about a set of entities holds for each. */
static eckid_err_t *read_validity(apr_time_t *earliest, const xmlNode *entity, apr_pool_t *pool)
{
    for (const xmlNode *node = entity; node && node->type == XML_ELEMENT_NODE;
         node = node->parent) {
        const char *text = eckid_xml_attribute(node, "validUntil", pool);
        apr_time_t until;

        if (text && !eckid_time_parse(&until, text)) {
            return eckid_err_make(pool, ECKID_METADATA, "validUntil in line %ld is no time in UTC",
                                  xmlGetLineNo(node));
        }
        *earliest = text && (!*earliest || until < *earliest) ? until : *earliest;
    }
    return NULL;
}

static eckid_err_t *visit_idp(void *self, const xmlNode *entity, apr_pool_t *pool)
{
    eckid_idp_t *idp = self;

    idp->entity_id = eckid_xml_attribute(entity, "entityID", pool);
    ECKID_ERR(read_validity(&idp->valid_until, entity, pool));
    eckid_err_t *trouble =
        add_keys(idp, eckid_xml_child(entity, ECKID_NS_METADATA, "IDPSSODescriptor"), pool);

    if (idp->keys->nelts == 0) {
        return eckid_err_wrap(pool, trouble, ECKID_METADATA, "%s has no signing key to be used",
                              idp->entity_id);
    }
    return NULL;
}

eckid_err_t *eckid_saml_metadata_idp(eckid_idp_t **out, const char *file, const char *entity_id,
                                     apr_pool_t *pool)
{
    eckid_idp_t *idp = apr_pcalloc(pool, sizeof(*idp));
    search_t search = {file, entity_id, "IDPSSODescriptor", 0, visit_idp, idp};

    idp->keys = apr_array_make(pool, 2, sizeof(const eckid_key_t *));
    ECKID_ERR(search_file(&search, pool));
    *out = idp;
    return NULL;
}

/* A supplier */

static eckid_err_t *visit_supplier(void *self, const xmlNode *entity, apr_pool_t *pool)
{
    apr_array_header_t *urls = self;

    for (xmlNodePtr node = entity->children; node; node = eckid_xml_walk(entity, node)) {
        if (eckid_xml_is(node, ECKID_NS_METADATA, "AssertionConsumerService")) {
            const char *location = eckid_xml_attribute(node, "Location", pool);
            const char *response = eckid_xml_attribute(node, "ResponseLocation", pool);

            if (location) {
                APR_ARRAY_PUSH(urls, const char *) = location;
            }
            if (response) {
                APR_ARRAY_PUSH(urls, const char *) = response;
            }
        }
    }
    return NULL;
}

eckid_err_t *eckid_saml_metadata_consumers(apr_array_header_t *urls, const char *file,
                                           const char *entity_id, apr_pool_t *pool)
{
    search_t search = {file, entity_id, "SPSSODescriptor", 0, visit_supplier, urls};

    return search_file(&search, pool);
}

/* Rewriting */

static xmlNodePtr find_entity(xmlDocPtr doc, const char *entity_id, apr_pool_t *pool)
{
    xmlNodePtr top = (xmlNodePtr)doc;

    for (xmlNodePtr node = top->children; node; node = eckid_xml_walk(top, node)) {
        if (eckid_xml_is(node, ECKID_NS_METADATA, "EntityDescriptor")) {
            const char *id = eckid_xml_attribute(node, "entityID", pool);

            if (id && strcmp(id, entity_id) == 0) {
                return node;
            }
        }
    }
    return NULL;
}

/* Whether one of the descriptors already lists that certificate for signing. */
static bool lists(const xmlNode *role, const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor");

    for (; descriptor;
         descriptor = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor")) {
        xmlNodePtr certificate = NULL;

        while (is_for_signing(descriptor, pool) &&
               (certificate = next_certificate(descriptor, certificate)) != NULL) {
            const char *fingerprint =
                eckid_key_fingerprint_of(eckid_xml_text(certificate, pool), pool);

            if (fingerprint && strcmp(fingerprint, eckid_key_fingerprint(key)) == 0) {
                return true;
            }
        }
    }
    return false;
}

static xmlNodePtr key_descriptor(const xmlNode *role, const eckid_key_t *key)
{
    xmlNodePtr descriptor = xmlNewDocNode(role->doc, role->ns, BAD_CAST "KeyDescriptor", NULL);
    xmlNodePtr info = xmlNewChild(descriptor, NULL, BAD_CAST "KeyInfo", NULL);
    xmlNsPtr ds = xmlNewNs(info, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds");

    xmlSetProp(descriptor, BAD_CAST "use", BAD_CAST "signing");
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

static bool is_denied_endpoint(const xmlNode *endpoint, apr_pool_t *pool)
{
    const char *binding = eckid_xml_attribute(endpoint, "Binding", pool);

    if (eckid_xml_is(endpoint, ECKID_NS_METADATA, "ArtifactResolutionService") ||
        eckid_xml_is(endpoint, ECKID_NS_METADATA, "AssertionIDRequestService")) {
        return true;
    }
    return eckid_xml_is(endpoint, ECKID_NS_METADATA, "SingleSignOnService") &&
           !(binding &&
             (strcmp(binding, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST") == 0 ||
              strcmp(binding, "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect") == 0));
}

static void remove_denied_endpoints(xmlNodePtr role, apr_pool_t *pool)
{
    xmlNodePtr next;

    for (xmlNodePtr child = role->children; child; child = next) {
        next = child->next;
        if (is_denied_endpoint(child, pool)) {
            eckid_xml_remove(child);
        }
    }
}

static void remove_signatures(xmlNodePtr node)
{
    for (; node && node->type == XML_ELEMENT_NODE; node = node->parent) {
        xmlNodePtr signature = eckid_xml_child(node, ECKID_NS_DSIG, "Signature");

        if (signature) {
            eckid_xml_remove(signature);
        }
    }
}

static void edit_role(xmlNodePtr role, const eckid_saml_metadata_edit_t *edit, apr_pool_t *pool)
{
    for (int i = 0; i < edit->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(edit->keys, i, const eckid_key_t *);

        if (!lists(role, key, pool)) {
            insert_descriptor(role, key_descriptor(role, key));
        }
    }
    remove_denied_endpoints(role, pool);
    xmlSetProp(role, BAD_CAST "protocolSupportEnumeration", BAD_CAST ECKID_NS_SAMLP);
    remove_signatures(role);
}

static bool speaks_saml2(const xmlNode *role, apr_pool_t *pool)
{
    const char *protocols = eckid_xml_attribute(role, "protocolSupportEnumeration", pool);

    return protocols && strstr(protocols, ECKID_NS_SAMLP);
}

/* Roles that hand out assertions by SOAP, which is refused. */
static bool is_denied_role(const xmlNode *role)
{
    return eckid_xml_is(role, ECKID_NS_METADATA, "AttributeAuthorityDescriptor") ||
           eckid_xml_is(role, ECKID_NS_METADATA, "AuthnAuthorityDescriptor");
}

/* Only SAML 2.0 logins pass this server on their way to a supplier; other roles are left out. */
static void edit_entity(xmlNodePtr entity, const eckid_saml_metadata_edit_t *edit, apr_pool_t *pool)
{
    xmlNodePtr next;

    for (xmlNodePtr role = entity->children; role; role = next) {
        bool is_idp = eckid_xml_is(role, ECKID_NS_METADATA, "IDPSSODescriptor");

        next = role->next;
        if (is_idp && speaks_saml2(role, pool)) {
            edit_role(role, edit, pool);
        }
        else if (is_idp || is_denied_role(role)) {
            eckid_xml_remove(role);
        }
    }
}

static eckid_err_t *sign(xmlDocPtr doc, const eckid_saml_metadata_edit_t *edit, apr_pool_t *pool)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);

    if (!eckid_xml_attribute(root, "ID", pool)) {
        xmlSetProp(root, BAD_CAST "ID", BAD_CAST "_mod_eckid");
    }
    return eckid_xmldsig_sign_own(root, edit->signer, pool);
}

/* What is signed with a key for metadata must not be taken for anything else. */
static bool is_metadata(const xmlNode *root)
{
    return eckid_xml_is(root, ECKID_NS_METADATA, "EntityDescriptor") ||
           eckid_xml_is(root, ECKID_NS_METADATA, "EntitiesDescriptor");
}

eckid_err_t *eckid_saml_metadata_rewrite(eckid_bytes_t *rewritten, bool *found,
                                         const eckid_saml_metadata_edit_t *edit, eckid_bytes_t text,
                                         apr_pool_t *pool)
{
    xmlDocPtr doc;

    ECKID_ERR(eckid_xml_parse(&doc, text, pool));
    if (!is_metadata(xmlDocGetRootElement(doc))) {
        return eckid_err_make(pool, ECKID_METADATA, "its root is not one of metadata");
    }
    xmlNodePtr entity = find_entity(doc, edit->entity_id, pool);

    *found = eckid_xml_child(entity, ECKID_NS_METADATA, "IDPSSODescriptor") != NULL;
    if (!*found) {
        return NULL;
    }
    edit_entity(entity, edit, pool);
    if (edit->signer) {
        ECKID_ERR(sign(doc, edit, pool));
    }
    return eckid_xml_print(rewritten, doc, pool);
}
