/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enveloped XML signatures: verified, and the node pinned that they are about. */
#include "xml/eckid_xmldsig.h"

#include <apr_hash.h>

#include "xml/eckid_signature.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig_internal.h"

/* The document as a whole */

/* Counts an attribute that some reader could take for an ID; a second one of that value is refused.
 */
static eckid_err_t *note_ids(apr_hash_t *ids, const xmlNode *element, apr_pool_t *pool)
{
    for (xmlAttrPtr attr = element->properties; attr; attr = attr->next) {
        if (strcasecmp((const char *)attr->name, "ID") != 0) {
            continue;
        }
        const char *value = eckid_xml_text((xmlNodePtr)attr, pool).data;

        if (apr_hash_get(ids, value, APR_HASH_KEY_STRING)) {
            return eckid_err_make(pool, ECKID_STRUCTURE, "two elements with the same ID");
        }
        apr_hash_set(ids, value, APR_HASH_KEY_STRING, element);
    }
    return NULL;
}

/* Whether a node stands in the Advice of the inner element, whose assertions may be signed by their
 * own issuers (core section 2.6.1). None of those signatures says anything about this login. */
static bool is_in_advice(const xmlNode *node, const xmlNode *inner)
{
    while (node && node->parent != inner) {
        node = node->parent;
    }
    return eckid_xml_is(node, ECKID_NS_SAML, "Advice");
}

eckid_err_t *eckid_xmldsig_check_document(const eckid_verified_t *verified, apr_pool_t *pool)
{
    xmlNodePtr top = (xmlNodePtr)verified->outer->doc;
    apr_hash_t *ids = apr_hash_make(pool);
    int signatures = 0;

    for (xmlNodePtr node = top->children; node; node = eckid_xml_walk(top, node)) {
        if (node->type != XML_ELEMENT_NODE) {
            continue;
        }
        ECKID_ERR(note_ids(ids, node, pool));
        signatures +=
            eckid_xml_is(node, ECKID_NS_DSIG, "Signature") && !is_in_advice(node, verified->inner);
    }
    if (signatures != verified->outer_signed + verified->inner_signed) {
        return eckid_err_make(pool, ECKID_STRUCTURE, "a signature in an unexpected place");
    }
    return NULL;
}

bool eckid_xmldsig_is_signed(const xmlNode *element)
{
    return eckid_signature_of(element) != NULL;
}

/* Verifying */

/* The certificate that the message itself names: a hint, never a reason to trust. */
static eckid_bytes_t named_certificate(const xmlNode *signature, apr_pool_t *pool)
{
    xmlNodePtr info = eckid_xml_child(signature, ECKID_NS_DSIG, "KeyInfo");
    xmlNodePtr data = eckid_xml_child(info, ECKID_NS_DSIG, "X509Data");
    xmlNodePtr certificate = eckid_xml_child(data, ECKID_NS_DSIG, "X509Certificate");

    return certificate ? eckid_xml_text(certificate, pool) : eckid_bytes("", 0);
}

static bool is_known(const char *fingerprint, const eckid_trust_t *trust)
{
    for (int i = 0; i < trust->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *);

        if (eckid_key_fingerprint(key) && strcmp(eckid_key_fingerprint(key), fingerprint) == 0) {
            return true;
        }
    }
    return false;
}

static eckid_err_t *no_key_fits(const eckid_signature_t *signature, const eckid_trust_t *trust,
                                apr_pool_t *pool)
{
    const char *fingerprint =
        eckid_key_fingerprint_of(named_certificate(signature->node, pool), pool);

    if (!fingerprint) {
        return eckid_err_make(pool, ECKID_UNKNOWN_KEY,
                              "it names no certificate, and none of the %d keys in the metadata "
                              "fits",
                              trust->keys->nelts);
    }
    if (!is_known(fingerprint, trust)) {
        eckid_err_t *err =
            eckid_err_make(pool, ECKID_UNKNOWN_KEY, "its certificate has SHA-256 %s", fingerprint);

        err->fingerprint = fingerprint;
        return err;
    }
    /* it names one of these keys, so the text or the signature is changed */
    return eckid_err_make(pool, ECKID_SIGNATURE, "by none of the %d keys in the metadata",
                          trust->keys->nelts);
}

/* Whether one of the trusted keys made the signature over SignedInfo. */
static eckid_err_t *verify_info(const eckid_signature_t *signature, const eckid_trust_t *trust,
                                apr_pool_t *pool)
{
    eckid_bytes_t text;

    ECKID_ERR(eckid_c14n(&text, signature->info, NULL, &signature->info_form, pool));
    for (int i = 0; i < trust->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *);

        if (eckid_signature_method_verify(&signature->method, key, signature->value, text)) {
            return NULL;
        }
    }
    return no_key_fits(signature, trust, pool);
}

/* Whether SignedInfo, once it is believed, speaks of the element as it is. */
static eckid_err_t *verify_digest(const eckid_signature_t *signature, apr_pool_t *pool)
{
    eckid_bytes_t text;

    ECKID_ERR(
        eckid_c14n(&text, signature->element, signature->node, &signature->element_form, pool));
    if (!eckid_bytes_equal(eckid_digest(signature->digest_alg, text, pool), signature->digest)) {
        return eckid_err_make(pool, ECKID_SIGNATURE, "the %s was changed after it was signed",
                              (const char *)signature->element->name);
    }
    return NULL;
}

eckid_err_t *eckid_xmldsig_verify_element(xmlNodePtr element, const eckid_trust_t *trust,
                                          apr_pool_t *pool)
{
    eckid_signature_t signature;

    ECKID_ERR(eckid_signature_read(&signature, element, trust->sha1, pool));
    ECKID_ERR(verify_info(&signature, trust, pool));
    return verify_digest(&signature, pool);
}

eckid_err_t *eckid_xmldsig_verify(eckid_verified_t **out, xmlNodePtr outer, xmlNodePtr inner,
                                  const eckid_trust_t *trust, apr_pool_t *pool)
{
    eckid_verified_t *verified = apr_pcalloc(pool, sizeof(*verified));

    verified->outer = outer;
    verified->inner = inner;
    verified->outer_signed = eckid_xmldsig_is_signed(outer);
    verified->inner_signed = eckid_xmldsig_is_signed(inner);
    if (!verified->outer_signed && !verified->inner_signed) {
        return eckid_err_make(pool, ECKID_UNSIGNED, "neither the Response nor the Assertion is");
    }
    ECKID_ERR(eckid_xmldsig_check_document(verified, pool));
    if (verified->outer_signed) {
        ECKID_ERR(eckid_xmldsig_verify_element(outer, trust, pool));
    }
    if (verified->inner_signed) {
        ECKID_ERR(eckid_xmldsig_verify_element(inner, trust, pool));
    }
    *out = verified;
    return NULL;
}

eckid_err_t *eckid_xmldsig_verify_root(xmlNodePtr root, const eckid_trust_t *trust,
                                       apr_pool_t *pool)
{
    return eckid_xmldsig_is_signed(root) ? eckid_xmldsig_verify_element(root, trust, pool)
                                         : eckid_err_make(pool, ECKID_UNSIGNED, "its root is not");
}

eckid_err_t *eckid_xmldsig_verify_octets(const eckid_octets_t *signed_, const eckid_trust_t *trust,
                                         apr_pool_t *pool)
{
    eckid_signature_method_t method;

    if (!eckid_signature_method_find(&method, signed_->algorithm, trust->sha1)) {
        return eckid_err_make(pool, ECKID_ALGORITHM, "SigAlg is %s",
                              eckid_xml_algorithm_name(signed_->algorithm, pool));
    }
    for (int i = 0; i < trust->keys->nelts; i++) {
        const eckid_key_t *key = APR_ARRAY_IDX(trust->keys, i, const eckid_key_t *);

        if (eckid_signature_method_verify(&method, key, signed_->signature, signed_->octets)) {
            return NULL;
        }
    }
    return eckid_err_make(pool, ECKID_SIGNATURE, "by none of the %d keys in the metadata",
                          trust->keys->nelts);
}

xmlNodePtr eckid_xmldsig_inner(const eckid_verified_t *verified)
{
    return verified->inner;
}

xmlNodePtr eckid_xmldsig_outer(const eckid_verified_t *verified)
{
    return verified->outer_signed ? verified->outer : NULL;
}

bool eckid_xmldsig_was_encrypted(const eckid_verified_t *verified)
{
    return verified->was_encrypted;
}

xmlDocPtr eckid_xmldsig_document(const eckid_verified_t *verified)
{
    return verified->outer->doc;
}
