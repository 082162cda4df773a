/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures around and within what is encrypted: verified on the way in, made on the way out. */
#include "xml/eckid_xmldsig_encrypted.h"
#include "xml/eckid_xmldsig_internal.h"
#include "xml/eckid_xml_print.h"

/* Puts a copy of the element, which is of another document, in the place of holder. Namespaces from
 * around it, which stand around holder too, are declared on the copy. */
static eckid_err_t *put(xmlNodePtr *placed, xmlNodePtr holder, xmlNodePtr element, apr_pool_t *pool)
{
    *placed = xmlDocCopyNode(element, holder->doc, 1);
    if (!*placed) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 copies nothing");
    }
    xmlReplaceNode(holder, *placed);
    return NULL;
}

static bool declares(const xmlNode *element, const xmlChar *prefix)
{
    for (const xmlNs *each = element->nsDef; each; each = each->next) {
        if (xmlStrEqual(each->prefix, prefix)) {
            return true;
        }
    }
    return false;
}

/* Takes holder away. What it declares itself is in the scope of what stood in it, where only values
 * may speak of it (xsi:type). That comes after the verification: an inclusive canonical form may be
 * of a place that did not have it. */
static void drop(xmlNodePtr holder, xmlNodePtr placed)
{
    for (const xmlNs *each = holder->nsDef; each; each = each->next) {
        if (!declares(placed, each->prefix)) {
            xmlNewNs(placed, each->href, each->prefix);
        }
    }
    xmlFreeNode(holder);
}

/* The outer signature, over the message as it came. */
static eckid_err_t *verify_outer(eckid_verified_t *verified, const eckid_trust_t *trust,
                                 apr_pool_t *pool)
{
    verified->outer_signed = eckid_xmldsig_is_signed(verified->outer);
    ECKID_ERR(eckid_xmldsig_check_document(verified, pool));
    return verified->outer_signed ? eckid_xmldsig_verify_element(verified->outer, trust, pool)
                                  : NULL;
}

static eckid_err_t *verify_inner(eckid_verified_t *verified, const eckid_trust_t *trust,
                                 apr_pool_t *pool)
{
    verified->inner_signed = eckid_xmldsig_is_signed(verified->inner);
    if (!verified->outer_signed && !verified->inner_signed) {
        return eckid_err_make(pool, ECKID_UNSIGNED, "neither the Response nor the Assertion is");
    }
    ECKID_ERR(eckid_xmldsig_check_document(verified, pool));
    return verified->inner_signed ? eckid_xmldsig_verify_element(verified->inner, trust, pool)
                                  : NULL;
}

eckid_err_t *eckid_xmldsig_verify_encrypted(eckid_verified_t **out, xmlNodePtr outer,
                                            xmlNodePtr holder, const char *namespace,
                                            const char *name, const eckid_trust_t *trust,
                                            const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    eckid_verified_t *verified = apr_pcalloc(pool, sizeof(*verified));
    xmlNodePtr element;

    verified->outer = outer;
    verified->inner = holder;
    ECKID_ERR(verify_outer(verified, trust, pool));
    bool may_tell = verified->outer_signed || eckid_xmlenc_authenticates(holder, pool);

    eckid_err_t *failed = may_tell ? NULL : eckid_xmlenc_failed(holder, pool);

    ECKID_ERR(eckid_xmlenc_decrypt(&element, holder, namespace, name, decryption, pool));
    ECKID_ERR(put(&verified->inner, holder, element, pool));
    eckid_err_t *err = verify_inner(verified, trust, pool);

    if (err) { /* another key may be tried on the message as it was */
        xmlFreeNode(xmlReplaceNode(verified->inner, holder));
        return may_tell ? err : failed;
    }
    drop(holder, verified->inner);
    verified->was_encrypted = true;
    *out = verified;
    return NULL;
}

eckid_err_t *eckid_xmldsig_decrypt(eckid_verified_t *verified, const apr_array_header_t *parts,
                                   const eckid_decryption_t *decryption, apr_pool_t *pool)
{
    for (int i = 0; i < parts->nelts; i++) {
        const eckid_encrypted_part_t *part = &APR_ARRAY_IDX(parts, i, eckid_encrypted_part_t);
        xmlNodePtr element;
        eckid_err_t *err = eckid_xmlenc_decrypt(&element, part->holder, part->namespace, part->name,
                                                decryption, pool);

        if (!err) {
            ECKID_ERR(put(&element, part->holder, element, pool));
            drop(part->holder, element);
            verified->was_encrypted = true;
        }
        else if (!part->may_stay) {
            return err;
        }
    }
    return verified->was_encrypted ? eckid_xmldsig_check_document(verified, pool) : NULL;
}

/* Declares on the element all namespaces that are in its scope, those included that only values
 * speak of: it will be read by itself. */
static void declare_all(xmlNodePtr element)
{
    xmlNsPtr *all = xmlGetNsList(element->doc, element);

    for (int i = 0; all && all[i]; i++) {
        if (!declares(element, all[i]->prefix)) {
            xmlNewNs(element, all[i]->href, all[i]->prefix);
        }
    }
    xmlFree(all);
}

static xmlNodePtr make_holder(const xmlNode *element, const eckid_seal_t *seal)
{
    xmlNodePtr holder = xmlNewDocNode(element->doc, NULL, BAD_CAST seal->name, NULL);

    xmlSetNs(holder, xmlNewNs(holder, BAD_CAST seal->namespace, BAD_CAST "saml"));
    return holder;
}

eckid_err_t *eckid_xmldsig_sign_encrypted(eckid_verified_t *verified, const eckid_key_t *key,
                                          const eckid_seal_t *seal, apr_pool_t *pool)
{
    xmlNodePtr holder = make_holder(verified->inner, seal);
    eckid_bytes_t text;

    declare_all(verified->inner);
    if (verified->inner_signed) {
        ECKID_ERR(eckid_xmldsig_sign_element(verified->inner, key, pool));
    }
    ECKID_ERR(eckid_xml_print_node(&text, verified->inner, pool));
    xmlFreeNode(xmlReplaceNode(verified->inner, holder));
    verified->inner = holder;
    ECKID_ERR(
        eckid_xmlenc_encrypt(holder, text, seal->encryption, seal->recipient, seal->moment, pool));
    return verified->outer_signed ? eckid_xmldsig_sign_element(verified->outer, key, pool) : NULL;
}
