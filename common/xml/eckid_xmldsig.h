/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Enveloped XML signatures: verified, and the node pinned that they are about. */
#ifndef ECKID_XMLDSIG_H
#define ECKID_XMLDSIG_H

#include "crypto/eckid_key.h"
#include "xml/eckid_xml.h"

#define ECKID_NS_DSIG "http://www.w3.org/2000/09/xmldsig#"

/* Whose signatures are believed. */
typedef struct eckid_trust_t {
    const apr_array_header_t *keys; /* const eckid_key_t * */
    bool sha1;                      /* whether SHA-1 is accepted, by explicit wish */
} eckid_trust_t;

/*
 * A message whose signature holds. Only eckid_xmldsig_verify makes one, or for what is encrypted
 * eckid_xmldsig_verify_encrypted, and signing and every change take one: what was not verified
 * cannot be signed. Lives as long as its pool.
 */
typedef struct eckid_verified_t eckid_verified_t;

/*
 * Verifies the signatures of outer and of inner, an element within it; each may carry one as its
 * child, at least one must. SAML core section 5 and, against wrapping: an ID is the element's own
 * and unique among all attributes ID, Id and id of the document; a signature has one reference, to
 * its parent; there is no other Signature and no ds:Object in the document, but in the Advice of
 * inner; transforms are the enveloped signature and canonicalization without comments; keys come
 * from trust alone.
 *
 * Accepted are RSASSA-PKCS1-v1_5, RSASSA-PSS (RFC 9231 sections 2.3.9 and 2.3.10) and ECDSA, with
 * SHA-256, SHA-384 and SHA-512.
 *
 * ECKID_UNSIGNED, ECKID_STRUCTURE, ECKID_ALGORITHM, ECKID_SIGNATURE, or ECKID_UNKNOWN_KEY with the
 * fingerprint of the certificate that the message names, or if it names none.
 */
eckid_err_t *eckid_xmldsig_verify(eckid_verified_t **verified, xmlNodePtr outer, xmlNodePtr inner,
                                  const eckid_trust_t *trust, apr_pool_t *pool);

/*
 * Verifies the signature that root carries as its child, by the same rules, of a document that is
 * only read: metadata. What stands within may carry signatures of its own, which are not looked at.
 * The errors are the same.
 */
eckid_err_t *eckid_xmldsig_verify_root(xmlNodePtr root, const eckid_trust_t *trust,
                                       apr_pool_t *pool);

/* A signature that stands beside what it covers, as in the HTTP-Redirect binding (SAML bindings
 * section 3.4.4.1). */
typedef struct eckid_octets_t {
    eckid_bytes_t octets;
    const char *algorithm; /* a URI of XML Signature */
    eckid_bytes_t signature;
} eckid_octets_t;

/* Verifies it by the same algorithms. ECKID_ALGORITHM, ECKID_SIGNATURE. */
eckid_err_t *eckid_xmldsig_verify_octets(const eckid_octets_t *signed_, const eckid_trust_t *trust,
                                         apr_pool_t *pool);

/* The inner element: covered by its own signature, the outer one's, or both. */
xmlNodePtr eckid_xmldsig_inner(const eckid_verified_t *verified);

/* The outer element when it is covered by a signature; otherwise NULL, for nothing in it besides
 * the inner element may be relied upon. */
xmlNodePtr eckid_xmldsig_outer(const eckid_verified_t *verified);

/* Whether any of it was decrypted by us, see eckid_xmldsig_encrypted.h. */
bool eckid_xmldsig_was_encrypted(const eckid_verified_t *verified);

/* The document, for printing. */
xmlDocPtr eckid_xmldsig_document(const eckid_verified_t *verified);

#endif
