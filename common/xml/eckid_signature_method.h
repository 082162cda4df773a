/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of XML signatures that are accepted, by their URIs. */
#ifndef ECKID_SIGNATURE_METHOD_H
#define ECKID_SIGNATURE_METHOD_H

#include "crypto/eckid_key_sign.h"
#include "xml/eckid_c14n.h"
#include "xml/eckid_xmldsig.h"

#define ECKID_NS_DSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"
#define ECKID_SIGNATURE_ENVELOPED ECKID_NS_DSIG "enveloped-signature"

/* By what a signature was made. */
typedef struct eckid_signature_method_t {
    bool is_pss; /* then pss stands for alg */
    eckid_key_alg_t alg;
    eckid_key_pss_t pss;
} eckid_signature_method_t;

/* Reads a SignatureMethod; as below, NULL stands for an element that is not there, and sha1 tells
 * whether SHA-1 is accepted. ECKID_STRUCTURE if no algorithm is named, ECKID_ALGORITHM for one that
 * is not accepted. */
eckid_err_t *eckid_signature_method_read(eckid_signature_method_t *method, const xmlNode *element,
                                         bool sha1, apr_pool_t *pool);

/* Reads a DigestMethod. */
eckid_err_t *eckid_signature_digest_read(eckid_digest_alg_t *digest, const xmlNode *method,
                                         bool sha1, apr_pool_t *pool);

/* Reads a CanonicalizationMethod, or a Transform of that kind. Exclusive canonicalization, section
 * 4: prefixes that are treated as the inclusive one would. */
eckid_err_t *eckid_signature_form_read(eckid_c14n_t *form, const xmlNode *method, apr_pool_t *pool);

/* ECKID_ALGORITHM, which says what it is, and what the identity provider can use in its place. */
eckid_err_t *eckid_signature_unaccepted(const xmlNode *method, const char *uri, bool is_sha1,
                                        apr_pool_t *pool);

/* The method that a URI alone names, as in HTTP-Redirect; false if it is not accepted. No URI names
 * PSS with parameters of its own. */
bool eckid_signature_method_find(eckid_signature_method_t *method, const char *uri, bool sha1);

/* Whether value is a signature of the text by that key. */
bool eckid_signature_method_verify(const eckid_signature_method_t *method, const eckid_key_t *key,
                                   eckid_bytes_t value, eckid_bytes_t text);

#endif
