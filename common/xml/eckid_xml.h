/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libxml2 with network, DTD and entities off, bounded depth and size: parse, find, set. */
#ifndef ECKID_XML_H
#define ECKID_XML_H

#include <libxml/tree.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

#define ECKID_XML_DEPTH_MAX 64
#define ECKID_XML_NODES_MAX 10000
#define ECKID_XML_ATTRIBUTES_MAX 256 /* of one element */
#define ECKID_XML_NAMESPACES_MAX 64  /* declared on one element and those around it */

/*
 * Parses a hostile document, in any encoding (see eckid_xml_encoding.h). Refused with ECKID_XML:
 * what is not well-formed or namespace-well-formed, a document type, a processing instruction
 * within the root, an entity reference, an xml:id. Refused with ECKID_LIMIT: elements deeper than
 * ECKID_XML_DEPTH_MAX, more nodes than ECKID_XML_NODES_MAX, more attributes of one than
 * ECKID_XML_ATTRIBUTES_MAX, more namespaces in scope than ECKID_XML_NAMESPACES_MAX, as libxml2
 * searches them all for each name. The document is freed with pool.
 * libxml2 prints nothing and loads nothing.
 */
eckid_err_t *eckid_xml_parse(xmlDocPtr *doc, eckid_bytes_t text, apr_pool_t *pool);

/* libxml2's own messages quote the document. Between these two nothing is printed by this thread;
 * its parser has options for that, but not for all it calls. */
typedef struct eckid_xml_quiet_t {
    xmlStructuredErrorFunc function;
    void *context;
} eckid_xml_quiet_t;

eckid_xml_quiet_t eckid_xml_hush(void);
void eckid_xml_end_hush(const eckid_xml_quiet_t *before);

/* An empty document that is freed with pool. */
xmlDocPtr eckid_xml_make(apr_pool_t *pool);

/* Whether node is an element of that name in that namespace. */
bool eckid_xml_is(const xmlNode *node, const char *namespace, const char *name);

/* The first child element of that name, or the next sibling element of that name; or NULL. */
xmlNodePtr eckid_xml_child(const xmlNode *parent, const char *namespace, const char *name);
xmlNodePtr eckid_xml_next(const xmlNode *node, const char *namespace, const char *name);

/* The node after node in document order within root, entering children; NULL at the end. */
xmlNodePtr eckid_xml_walk(const xmlNode *root, const xmlNode *node);

/* The same without entering the children of node. */
xmlNodePtr eckid_xml_skip(const xmlNode *root, const xmlNode *node);

/* The value of an attribute without namespace, in pool; NULL when absent. */
const char *eckid_xml_attribute(const xmlNode *element, const char *name, apr_pool_t *pool);

/* The same without white space at the ends, which a value of a type such as xs:anyURI, xs:NCName or
 * xs:dateTime does not have (XML Schema part 2 section 4.3.6). */
const char *eckid_xml_token(const xmlNode *element, const char *name, apr_pool_t *pool);

/* All text below node, comments left out, in pool. */
eckid_bytes_t eckid_xml_text(const xmlNode *node, apr_pool_t *pool);

/* The same with white space at the ends taken off, as SAML allows around URIs. */
const char *eckid_xml_trimmed(const xmlNode *node, apr_pool_t *pool);

/* Takes a node out of its document and frees it. */
void eckid_xml_remove(xmlNodePtr node);

/* Removes all comments and processing instructions, and turns CDATA sections into text joined with
 * its neighbours, so that no reader can see less of a value than another. Signatures over
 * comment-free c14n stay valid. */
void eckid_xml_plain(xmlDocPtr doc, apr_pool_t *pool);

#endif
