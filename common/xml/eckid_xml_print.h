/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document or a part of it as text. */
#ifndef ECKID_XML_PRINT_H
#define ECKID_XML_PRINT_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "xml/eckid_xml.h"

/* The document in UTF-8 without an XML declaration. Who parses the text finds the same nodes again,
 * but that CDATA sections have become text. ECKID_INTERNAL for nodes that eckid_xml_parse never
 * makes. */
eckid_err_t *eckid_xml_print(eckid_bytes_t *text, const xmlDoc *doc, apr_pool_t *pool);

/* One element of it, with the namespaces that it declares itself. */
eckid_err_t *eckid_xml_print_node(eckid_bytes_t *text, const xmlNode *node, apr_pool_t *pool);

#endif
