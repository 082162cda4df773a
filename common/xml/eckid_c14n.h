/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical form of an element: what a signature is made over. */
#ifndef ECKID_C14N_H
#define ECKID_C14N_H

#include "xml/eckid_xml.h"

#define ECKID_C14N_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define ECKID_C14N_INCLUSIVE "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"

typedef struct eckid_c14n_t {
    bool exclusive;       /* Exclusive XML Canonicalization 1.0, otherwise Canonical XML 1.0 */
    const char *prefixes; /* with exclusive: the InclusiveNamespaces PrefixList, or NULL */
} eckid_c14n_t;

/*
 * Canonicalizes the element with all below it but without one child of it, which may be NULL: the
 * signature that it envelopes. Comments are left out. ECKID_XML when libxml2 refuses, as it does
 * for relative namespace URIs.
 */
eckid_err_t *eckid_c14n(eckid_bytes_t *text, xmlNodePtr element, const xmlNode *without,
                        const eckid_c14n_t *how, apr_pool_t *pool);

#endif
