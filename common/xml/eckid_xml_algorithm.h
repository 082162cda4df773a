/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The URIs by which XML Signature and XML Encryption name algorithms. */
#ifndef ECKID_XML_ALGORITHM_H
#define ECKID_XML_ALGORITHM_H

#include "crypto/eckid_digest.h"
#include "xml/eckid_xml.h"

/* The digest of that URI. False for those that are not known here. */
bool eckid_xml_digest_find(eckid_digest_alg_t *digest, const char *uri);

const char *eckid_xml_digest_uri(eckid_digest_alg_t digest);

/* Appends an element, with an attribute Algorithm unless that is NULL. */
xmlNodePtr eckid_xml_algorithm_add(xmlNodePtr parent, xmlNsPtr namespace, const char *name,
                                   const char *algorithm);

/* An algorithm that a stranger names, as it may stand in a log line. */
const char *eckid_xml_algorithm_name(const char *uri, apr_pool_t *pool);

#endif
