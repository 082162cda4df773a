/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of ours: in the place of those that were verified, and on what is our own. */
#include "xml/eckid_xmldsig_sign.h"

#include <apr_strings.h>

#include "xml/eckid_signature.h"
#include "xml/eckid_xml_algorithm.h"
#include "xml/eckid_xml_namespaces.h"
#include "xml/eckid_xmldsig_internal.h"

static const eckid_c14n_t exclusive = {.method = ECKID_C14N_EXCLUSIVE};

static xmlNodePtr add(xmlNodePtr parent, const char *name, const char *algorithm)
{
    return eckid_xml_algorithm_add(parent, parent->ns, name, algorithm);
}

const char *eckid_xmldsig_algorithm(const eckid_key_t *key)
{
    return eckid_key_kind(key) == ECKID_KEY_RSA ? ECKID_NS_DSIG_MORE "rsa-sha256"
                                                : ECKID_NS_DSIG_MORE "ecdsa-sha256";
}

/* SignedInfo over the element that has that ID, with its digest already in place. */
static xmlNodePtr add_info(xmlNodePtr signature, const char *id, eckid_bytes_t digest,
                           const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr info = add(signature, "SignedInfo", NULL);

    add(info, "CanonicalizationMethod", ECKID_C14N_URI_EXCLUSIVE);
    add(info, "SignatureMethod", eckid_xmldsig_algorithm(key));
    xmlNodePtr reference = add(info, "Reference", NULL);

    xmlSetProp(reference, BAD_CAST "URI", BAD_CAST apr_pstrcat(pool, "#", id, NULL));
    xmlNodePtr transforms = add(reference, "Transforms", NULL);

    add(transforms, "Transform", ECKID_SIGNATURE_ENVELOPED);
    add(transforms, "Transform", ECKID_C14N_URI_EXCLUSIVE);
    add(reference, "DigestMethod", eckid_xml_digest_uri(ECKID_SHA256));
    xmlNodeAddContent(add(reference, "DigestValue", NULL),
                      BAD_CAST eckid_codec_base64(digest, pool).data);
    return info;
}

static void add_key_info(xmlNodePtr signature, const eckid_key_t *key)
{
    xmlNodePtr data = add(add(signature, "KeyInfo", NULL), "X509Data", NULL);

    xmlNodeAddContent(add(data, "X509Certificate", NULL),
                      BAD_CAST eckid_key_certificate_base64(key));
}

/* Fills a Signature, which stands in its place in the element and is empty. */
static eckid_err_t *fill(xmlNodePtr signature, const eckid_key_t *key, apr_pool_t *pool)
{
    xmlNodePtr element = signature->parent;
    eckid_key_alg_t alg = eckid_key_kind(key) == ECKID_KEY_RSA ? ECKID_RS256 : ECKID_ES256;
    eckid_bytes_t text, value;
    const char *id;

    ECKID_ERR(eckid_signature_id(&id, element, pool));
    ECKID_ERR(eckid_c14n(&text, element, signature, &exclusive, pool));
    xmlNodePtr info = add_info(signature, id, eckid_digest_sha256(text, pool), key, pool);

    ECKID_ERR(eckid_c14n(&text, info, NULL, &exclusive, pool));
    ECKID_ERR(eckid_key_sign(&value, key, alg, text, pool));
    xmlNodeAddContent(add(signature, "SignatureValue", NULL),
                      BAD_CAST eckid_codec_base64(value, pool).data);
    add_key_info(signature, key);
    return NULL;
}

/* An empty Signature that is in no tree yet. */
static xmlNodePtr make_signature(const xmlNode *element)
{
    xmlNodePtr signature = xmlNewDocNode(element->doc, NULL, BAD_CAST "Signature", NULL);

    xmlSetNs(signature, xmlNewNs(signature, BAD_CAST ECKID_NS_DSIG, BAD_CAST "ds"));
    return signature;
}

eckid_err_t *eckid_xmldsig_sign_element(const xmlNode *element, const eckid_key_t *key,
                                        apr_pool_t *pool)
{
    xmlNodePtr signature = make_signature(element);

    xmlFreeNode(xmlReplaceNode(eckid_signature_of(element), signature));
    return fill(signature, key, pool);
}

eckid_err_t *eckid_xmldsig_sign(eckid_verified_t *verified, const eckid_key_t *key,
                                apr_pool_t *pool)
{
    if (verified->inner_signed) {
        ECKID_ERR(eckid_xmldsig_sign_element(verified->inner, key, pool));
    }
    return verified->outer_signed ? eckid_xmldsig_sign_element(verified->outer, key, pool) : NULL;
}

static bool holds_assertion(const xmlNode *root)
{
    for (const xmlNode *node = root; node; node = eckid_xml_walk(root, node)) {
        if (eckid_xml_is(node, ECKID_NS_SAML, "Assertion") ||
            eckid_xml_is(node, ECKID_NS_SAML, "EncryptedAssertion") ||
            eckid_xml_is(node, ECKID_NS_SAML1, "Assertion")) {
            return true;
        }
    }
    return false;
}

/* Puts a signature where the schemas want it: after the Issuer of a message, first in metadata. */
static void place(xmlNodePtr root, xmlNodePtr signature)
{
    xmlNodePtr issuer = eckid_xml_child(root, ECKID_NS_SAML, "Issuer");

    if (issuer) {
        xmlAddNextSibling(issuer, signature);
    }
    else if (root->children) {
        xmlAddPrevSibling(root->children, signature);
    }
    else {
        xmlAddChild(root, signature);
    }
}

xmlNodePtr eckid_xmldsig_prepare(xmlNodePtr element)
{
    xmlNodePtr signature = make_signature(element);

    place(element, signature);
    return signature;
}

eckid_err_t *eckid_xmldsig_sign_own(xmlNodePtr root, const eckid_key_t *key, apr_pool_t *pool)
{
    return holds_assertion(root)
               ? eckid_err_make(pool, ECKID_STRUCTURE, "an assertion that was not verified")
               : fill(eckid_xmldsig_prepare(root), key, pool);
}
