/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is encrypted in a login response: an EncryptedAssertion, attributes, a NameID. */
#include "saml/eckid_saml_decrypt.h"
#include "xml/eckid_xml_namespaces.h"

static eckid_err_t *encrypted(apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_ENCRYPTED, "%s", "");
}

/* How many elements of that name there are outside of the Advice of an Assertion. */
static int count(const xmlNode *root, const char *name)
{
    const xmlNode *node = root;
    int found = 0;

    while (node) {
        found += eckid_xml_is(node, ECKID_NS_SAML, name);
        node = eckid_saml_message_is_advice(node, root) ? eckid_xml_skip(root, node)
                                                        : eckid_xml_walk(root, node);
    }
    return found;
}

/* The one EncryptedAssertion, a child of the Response beside which there is no other assertion; or
 * NULL where only attributes are encrypted. */
static eckid_err_t *find_holder(xmlNodePtr *holder, const xmlNode *root, apr_pool_t *pool)
{
    int plain = count(root, "Assertion"), sealed = count(root, "EncryptedAssertion");

    *holder = eckid_xml_child(root, ECKID_NS_SAML, "EncryptedAssertion");
    if (plain + sealed != 1 || (sealed && !*holder)) {
        return eckid_err_make(
            pool, ECKID_STRUCTURE,
            "%d assertions, %d of them encrypted, where one is expected, as child "
            "of the Response",
            plain + sealed, sealed);
    }
    return NULL;
}

eckid_err_t *eckid_saml_decrypt(eckid_saml_message_t *message, const eckid_trust_t *trust,
                                const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    xmlNodePtr root = xmlDocGetRootElement(message->doc), holder;

    if (!decryption) {
        return encrypted(pool);
    }
    ECKID_ERR(find_holder(&holder, root, pool));
    if (holder) {
        ECKID_ERR(eckid_xmldsig_verify_encrypted(&message->verified, root, holder, ECKID_NS_SAML,
                                                 "Assertion", trust, decryption, pool));
        ECKID_ERR(eckid_saml_message_read(message, pool));
    }
    message->kind = ECKID_SAML_LOGIN;
    return NULL;
}

static void add_part(apr_array_header_t *parts, xmlNodePtr holder, const char *name, bool may_stay)
{
    APR_ARRAY_PUSH(parts, eckid_encrypted_part_t) =
        (eckid_encrypted_part_t){holder, ECKID_NS_SAML, name, may_stay};
}

static void add_attributes(apr_array_header_t *parts, const xmlNode *assertion)
{
    xmlNodePtr statement = eckid_xml_child(assertion, ECKID_NS_SAML, "AttributeStatement");

    for (; statement; statement = eckid_xml_next(statement, ECKID_NS_SAML, "AttributeStatement")) {
        xmlNodePtr holder = eckid_xml_child(statement, ECKID_NS_SAML, "EncryptedAttribute");

        for (; holder; holder = eckid_xml_next(holder, ECKID_NS_SAML, "EncryptedAttribute")) {
            add_part(parts, holder, "Attribute", false);
        }
    }
}

eckid_err_t *eckid_saml_decrypt_parts(eckid_verified_t *verified,
                                      const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    const xmlNode *assertion = eckid_xmldsig_inner(verified);
    xmlNodePtr subject = eckid_xml_child(assertion, ECKID_NS_SAML, "Subject");
    xmlNodePtr id = eckid_xml_child(subject, ECKID_NS_SAML, "EncryptedID");
    apr_array_header_t *parts = apr_array_make(pool, 1, sizeof(eckid_encrypted_part_t));

    add_attributes(parts, assertion);
    if (parts->nelts > ECKID_SAML_PARTS_MAX) {
        return eckid_err_make(pool, ECKID_LIMIT, "more than %d encrypted attributes",
                              ECKID_SAML_PARTS_MAX);
    }
    if (!decryption) {
        return parts->nelts ? encrypted(pool) : NULL;
    }
    if (id) {
        add_part(parts, id, "NameID", true);
    }
    return eckid_xmldsig_decrypt(verified, parts, decryption, pool);
}
