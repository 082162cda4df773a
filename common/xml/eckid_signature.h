/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a signature may look like: read into types, and refused if it says anything else. */
#ifndef ECKID_SIGNATURE_H
#define ECKID_SIGNATURE_H

#include "xml/eckid_signature_method.h"

/* Everything a signature says, read into types; what it does not say is refused. */
typedef struct eckid_signature_t {
    xmlNodePtr element; /* that it stands in, and is about */
    xmlNodePtr node, info;
    eckid_c14n_t info_form, element_form;
    eckid_signature_method_t method;
    eckid_digest_alg_t digest_alg;
    eckid_bytes_t digest, value;
} eckid_signature_t;

/* The Signature that is a child of the element; or NULL. */
xmlNodePtr eckid_signature_of(const xmlNode *element);

/* The ID of an element, which has one meaning for every reader. ECKID_STRUCTURE. */
eckid_err_t *eckid_signature_id(const char **id, const xmlNode *element, apr_pool_t *pool);

/* Reads the Signature that must be a child of the element and be about it. Nothing of it is
 * verified by that. Sha1 tells whether SHA-1 is accepted. ECKID_STRUCTURE, ECKID_ALGORITHM.
 */
eckid_err_t *eckid_signature_read(eckid_signature_t *signature, xmlNodePtr element, bool sha1,
                                  apr_pool_t *pool);

#endif
