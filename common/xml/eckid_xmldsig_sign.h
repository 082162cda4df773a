/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures of ours: in the place of those that were verified, and on what is our own. */
#ifndef ECKID_XMLDSIG_SIGN_H
#define ECKID_XMLDSIG_SIGN_H

#include "xml/eckid_xmldsig.h"

/* Replaces every signature that was verified by one of key's, the inner one first: exclusive
 * canonicalization, SHA-256, RSA or ECDSA by the kind of the key, its certificate in KeyInfo. */
eckid_err_t *eckid_xmldsig_sign(eckid_verified_t *verified, const eckid_key_t *key,
                                apr_pool_t *pool);

/* Signs a document of our own making: metadata, or a response with an error status. Root must have
 * an ID and no signature. ECKID_STRUCTURE when there is any assertion in it, of any SAML version.
 */
eckid_err_t *eckid_xmldsig_sign_own(xmlNodePtr root, const eckid_key_t *key, apr_pool_t *pool);

/* The URI of the algorithm by which a key of ours signs. */
const char *eckid_xmldsig_algorithm(const eckid_key_t *key);

#endif
