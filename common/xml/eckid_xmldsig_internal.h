/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A verified message as it is made. Only eckid_xmldsig and eckid_xmldsig_* include this. */
#ifndef ECKID_XMLDSIG_INTERNAL_H
#define ECKID_XMLDSIG_INTERNAL_H

#include "xml/eckid_xmldsig.h"

struct eckid_verified_t {
    xmlNodePtr outer, inner;
    bool outer_signed, inner_signed;
    bool was_encrypted; /* some of it, and now it is not */
};

/* Whether there is a signature in an element, as its child. */
bool eckid_xmldsig_is_signed(const xmlNode *element);

/* What must hold for the document as a whole: unique IDs, and no other signatures than those that
 * verified says there are. */
eckid_err_t *eckid_xmldsig_check_document(const eckid_verified_t *verified, apr_pool_t *pool);

/* Verifies the signature that is the child of an element. */
eckid_err_t *eckid_xmldsig_verify_element(xmlNodePtr element, const eckid_trust_t *trust,
                                          apr_pool_t *pool);

/* Replaces the signature that is the child of an element by one of key's. */
eckid_err_t *eckid_xmldsig_sign_element(const xmlNode *element, const eckid_key_t *key,
                                        apr_pool_t *pool);

/* Puts an empty Signature into an element, where the schemas want it. */
xmlNodePtr eckid_xmldsig_prepare(xmlNodePtr element);

#endif
