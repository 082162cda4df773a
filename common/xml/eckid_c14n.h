/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical form of an element: what a signature is made over. */
#ifndef ECKID_C14N_H
#define ECKID_C14N_H

#include "xml/eckid_xml.h"

/* The URIs of the methods without comments; EXCLUSIVE is also the namespace of its parameters. */
#define ECKID_C14N_URI_EXCLUSIVE "http://www.w3.org/2001/10/xml-exc-c14n#"
#define ECKID_C14N_URI_1_0 "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define ECKID_C14N_URI_1_1 "http://www.w3.org/2006/12/xml-c14n11"

#define ECKID_C14N_PREFIXES_MAX 64

typedef enum eckid_c14n_method_t {
    ECKID_C14N_1_0, /* Canonical XML 1.0, the default of XML signatures */
    ECKID_C14N_1_1,
    ECKID_C14N_EXCLUSIVE /* Exclusive XML Canonicalization 1.0 */
} eckid_c14n_method_t;

typedef struct eckid_c14n_t {
    eckid_c14n_method_t method;
    bool comments;        /* whether they are part of the canonical form */
    const char *prefixes; /* with EXCLUSIVE: the InclusiveNamespaces PrefixList, or NULL */
} eckid_c14n_t;

/*
 * Canonicalizes the element with all below it but without one child of it, which may be NULL: the
 * signature that it envelopes. ECKID_XML for what has no canonical form, as with relative namespace
 * URIs; ECKID_LIMIT for a PrefixList of more than ECKID_C14N_PREFIXES_MAX, and where time or length
 * are out of proportion: many namespaces or prefixes, or a long one, for many elements.
 */
eckid_err_t *eckid_c14n(eckid_bytes_t *text, xmlNodePtr element, const xmlNode *without,
                        const eckid_c14n_t *how, apr_pool_t *pool);

/* The same by libxml2 alone, which visits every node of the document and not only the element. It
 * does what eckid_c14n_exclusive leaves to it, and tests hold the two against each other. */
eckid_err_t *eckid_c14n_libxml(eckid_bytes_t *text, xmlNodePtr element, const xmlNode *without,
                               const eckid_c14n_t *how, apr_pool_t *pool);

#endif
