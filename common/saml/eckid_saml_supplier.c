/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A supplier's own metadata as the identity provider gets them: with our key for encryption. */
#include "saml/eckid_saml_supplier.h"
#include "saml/eckid_saml_metadata.h"
#include "saml/eckid_saml_publish.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig.h"
#include "xml/eckid_xmlenc_method.h"
#include "xml/eckid_xml_print.h"

#define BINDING_POST "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"

/* A descriptor without use was for both; it stays for signing. */
static void remove_encryption(xmlNodePtr role, apr_pool_t *pool)
{
    xmlNodePtr descriptor = eckid_xml_child(role, ECKID_NS_METADATA, "KeyDescriptor"), next;

    for (; descriptor; descriptor = next) {
        const char *use = eckid_xml_attribute(descriptor, "use", pool);

        next = eckid_xml_next(descriptor, ECKID_NS_METADATA, "KeyDescriptor");
        if (use && strcmp(use, "encryption") == 0) {
            eckid_xml_remove(descriptor);
        }
        else {
            xmlNodePtr method = eckid_xml_child(descriptor, ECKID_NS_METADATA, "EncryptionMethod");

            while (method) {
                eckid_xml_remove(method);
                method = eckid_xml_child(descriptor, ECKID_NS_METADATA, "EncryptionMethod");
            }
            xmlSetProp(descriptor, BAD_CAST "use", BAD_CAST "signing");
        }
    }
}

static bool is_post(const xmlNode *consumer, apr_pool_t *pool)
{
    const char *binding = eckid_xml_attribute(consumer, "Binding", pool);

    return binding && strcmp(binding, BINDING_POST) == 0;
}

static bool has_post(const xmlNode *role, apr_pool_t *pool)
{
    xmlNodePtr each = eckid_xml_child(role, ECKID_NS_METADATA, "AssertionConsumerService");

    while (each && !is_post(each, pool)) {
        each = eckid_xml_next(each, ECKID_NS_METADATA, "AssertionConsumerService");
    }
    return each != NULL;
}

/* The schema demands one AssertionConsumerService. */
static void remove_consumers(const xmlNode *role, apr_pool_t *pool)
{
    xmlNodePtr each = eckid_xml_child(role, ECKID_NS_METADATA, "AssertionConsumerService"), next;

    for (bool any = has_post(role, pool); any && each; each = next) {
        next = eckid_xml_next(each, ECKID_NS_METADATA, "AssertionConsumerService");
        if (!is_post(each, pool)) {
            eckid_xml_remove(each);
        }
    }
}

static void edit_role(xmlNodePtr role, const eckid_key_t *key, apr_pool_t *pool)
{
    remove_encryption(role, pool);
    eckid_xmlenc_method_add_all(eckid_saml_publish_add_key(role, key, "encryption"));
    remove_consumers(role, pool);
    eckid_saml_publish_unsign(role);
}

eckid_err_t *eckid_saml_supplier_metadata(eckid_bytes_t *rewritten, eckid_bytes_t metadata,
                                          const eckid_key_t *key, const eckid_key_t *signer,
                                          apr_pool_t *pool)
{
    xmlDocPtr doc;

    ECKID_ERR(eckid_xml_parse(&doc, metadata, pool));
    xmlNodePtr entity = xmlDocGetRootElement(doc);
    xmlNodePtr role = eckid_xml_child(entity, ECKID_NS_METADATA, "SPSSODescriptor");

    for (; role; role = eckid_xml_next(role, ECKID_NS_METADATA, "SPSSODescriptor")) {
        if (eckid_saml_metadata_is_saml2(role, pool)) {
            edit_role(role, key, pool);
        }
    }
    if (signer) {
        ECKID_ERR(eckid_saml_publish_sign(entity, signer, pool));
    }
    return eckid_xml_print(rewritten, doc, pool);
}
