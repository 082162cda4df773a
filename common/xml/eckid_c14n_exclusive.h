/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exclusive XML Canonicalization of what ordinary documents consist of, in one pass. */
#ifndef ECKID_C14N_EXCLUSIVE_H
#define ECKID_C14N_EXCLUSIVE_H

#include "xml/eckid_xml.h"

/* Bytes of namespaces in one canonical form, each as often as it is used: some milliseconds. */
#define ECKID_C14N_URIS_MAX (1024 * 1024)

/*
 * The same as eckid_c14n_libxml with the method EXCLUSIVE, for documents in which every element has
 * a namespace and every namespace is an ordinary absolute URI. False for all others, which are left
 * to libxml2, as are "#default" in a PrefixList and processing instructions, and for more than
 * ECKID_C14N_URIS_MAX. Prefixes is that list, with NULL at its end.
 */
bool eckid_c14n_exclusive(eckid_bytes_t *text, const xmlNode *element, const xmlNode *without,
                          char *const *prefixes, bool comments, apr_pool_t *pool);

#endif
