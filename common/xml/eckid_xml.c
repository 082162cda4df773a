/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libxml2 with network, DTD and entities off, bounded depth and size: parse, find, set. */
#include "xml/eckid_xml.h"
#include "base/eckid_words.h"
#include "xml/eckid_xml_encoding.h"

#include <apr_strings.h>
#include <libxml/SAX2.h>
#include <libxml/parser.h>

/* What a parse has seen so far, reachable from libxml2's callbacks. */
typedef struct watch_t {
    startElementNsSAX2Func start;
    int elements;
    eckid_code_t refused;
    const char *why;
} watch_t;

static void refuse(void *ctx, eckid_code_t code, const char *why)
{
    xmlParserCtxtPtr parser = ctx;
    watch_t *watch = parser->_private;

    watch->refused = code;
    watch->why = why;
    xmlStopParser(parser);
}

static void on_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
                       const xmlChar *system)
{
    (void)name, (void)external, (void)system;
    refuse(ctx, ECKID_XML, "it has a document type");
}

static void on_instruction(void *ctx, const xmlChar *target, const xmlChar *data)
{
    xmlParserCtxtPtr parser = ctx;
    watch_t *watch = parser->_private;

    if (parser->nodeNr > 0) {
        refuse(ctx, ECKID_XML, "it has a processing instruction");
    }
    else if (++watch->elements > ECKID_XML_NODES_MAX) {
        refuse(ctx, ECKID_LIMIT, "it has too many processing instructions");
    }
    else { /* beside the root, such as a stylesheet: no part of what is read */
        xmlSAX2ProcessingInstruction(ctx, target, data);
    }
}

static void on_reference(void *ctx, const xmlChar *name)
{
    (void)name;
    refuse(ctx, ECKID_XML, "it has an entity reference");
}

static bool has_xml_id(int count, const xmlChar **attributes)
{
    for (int i = 0; i < count; i++) {
        const xmlChar *namespace = attributes[5 * i + 2];

        if (namespace && xmlStrEqual(namespace, XML_XML_NAMESPACE) &&
            xmlStrEqual(attributes[5 * i], BAD_CAST "id")) {
            return true;
        }
    }
    return false;
}

static void on_element(void *ctx, const xmlChar *name, const xmlChar *prefix,
                       const xmlChar *namespace, int namespaces_count, const xmlChar **namespaces,
                       int count, int defaulted, const xmlChar **attributes)
{
    xmlParserCtxtPtr parser = ctx;
    watch_t *watch = parser->_private;

    if (parser->nodeNr >= ECKID_XML_DEPTH_MAX) {
        refuse(ctx, ECKID_LIMIT, "elements are nested too deep");
    }
    else if (++watch->elements > ECKID_XML_NODES_MAX) {
        refuse(ctx, ECKID_LIMIT, "it has too many elements");
    }
    else if (parser->nsNr > 2 * ECKID_XML_NAMESPACES_MAX) { /* prefixes and URIs */
        refuse(ctx, ECKID_LIMIT, "it declares too many namespaces at once");
    }
    else if (has_xml_id(count, attributes)) {
        refuse(ctx, ECKID_XML, "it has an xml:id");
    }
    else {
        watch->start(ctx, name, prefix, namespace, namespaces_count, namespaces, count, defaulted,
                     attributes);
    }
}

static void guard(xmlParserCtxtPtr parser, watch_t *watch)
{
    watch->start = parser->sax->startElementNs;
    parser->_private = watch;
    parser->sax->startElementNs = on_element;
    parser->sax->internalSubset = on_doctype;
    parser->sax->processingInstruction = on_instruction;
    parser->sax->reference = on_reference;
}

/* Ordinary documents have no more equals signs than one element may have attributes. */
static bool has_few_equals(eckid_bytes_t text)
{
    const char *at = text.data, *end = text.data + text.len;

    for (int count = 0; count <= ECKID_XML_ATTRIBUTES_MAX; count++) {
        at = at < end ? memchr(at, '=', (apr_size_t)(end - at)) : NULL;
        if (!at) {
            return true;
        }
        at++;
    }
    return false;
}

/* libxml2 compares every attribute of an element with every other, so their number is bounded
 * before it sees them: an attribute is an equals sign and a quote, and no value holds a "<". */
static bool too_many_attributes(eckid_bytes_t text)
{
    const char *end = text.data + text.len;
    int in_tag = 0, count = 0;

    for (const char *at = text.data; at < end; at++) {
        if (*at == '<') {
            in_tag = 0;
        }
        else if (*at == '=') {
            const char *next = at + 1;

            while (next < end && eckid_codec_is_space(*next)) {
                next++;
            }
            bool is_attribute = next < end && (*next == '"' || *next == '\'');

            at = next - 1;
            in_tag += is_attribute;
            count += is_attribute;
        }
        if (in_tag > ECKID_XML_ATTRIBUTES_MAX || count > ECKID_XML_NODES_MAX) {
            return true;
        }
    }
    return false;
}

static void ignore(void *self, xmlErrorPtr error)
{
    (void)self, (void)error;
}

eckid_xml_quiet_t eckid_xml_hush(void)
{
    const eckid_xml_quiet_t before = {xmlStructuredError, xmlStructuredErrorContext};

    xmlSetStructuredErrorFunc(NULL, ignore);
    return before;
}

void eckid_xml_end_hush(const eckid_xml_quiet_t *before)
{
    xmlSetStructuredErrorFunc(before->context, before->function);
}

static apr_status_t free_doc(void *doc)
{
    xmlFreeDoc(doc);
    return APR_SUCCESS;
}

static eckid_err_t *judge(xmlParserCtxtPtr parser, const watch_t *watch, xmlDocPtr doc,
                          apr_pool_t *pool)
{
    if (watch->refused) {
        return eckid_err_make(pool, watch->refused, "%s", watch->why);
    }
    if (!doc || !parser->wellFormed || !parser->nsWellFormed) {
        return parser->lastError.code == XML_ERR_DOCUMENT_EMPTY && !doc
                   ? eckid_err_make(pool, ECKID_XML, "it is not XML")
                   : eckid_err_make(pool, ECKID_XML,
                                    "it is not well-formed (line %d, libxml2 error %d)",
                                    parser->lastError.line, parser->lastError.code);
    }
    return NULL;
}

eckid_err_t *eckid_xml_parse(xmlDocPtr *out, eckid_bytes_t text, apr_pool_t *pool)
{
    watch_t watch = {0};
    xmlParserCtxtPtr parser;

    ECKID_ERR(eckid_xml_to_utf8(&text, text, pool));
    if (text.len > INT_MAX || (!has_few_equals(text) && too_many_attributes(text))) {
        return eckid_err_make(pool, ECKID_LIMIT, "it has too many attributes");
    }
    parser = xmlNewParserCtxt();
    if (!parser) {
        return eckid_err_make(pool, ECKID_INTERNAL, "libxml2 made no parser");
    }
    guard(parser, &watch);
    eckid_xml_quiet_t quiet = eckid_xml_hush();
    xmlDocPtr doc = xmlCtxtReadMemory(parser, text.data, (int)text.len, NULL, NULL,
                                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                                          XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT);
    eckid_xml_end_hush(&quiet);
    eckid_err_t *err = judge(parser, &watch, doc, pool);

    xmlFreeParserCtxt(parser);
    if (err) {
        xmlFreeDoc(doc);
        return err;
    }
    apr_pool_cleanup_register(pool, doc, free_doc, apr_pool_cleanup_null);
    *out = doc;
    return NULL;
}

xmlDocPtr eckid_xml_make(apr_pool_t *pool)
{
    xmlDocPtr doc = xmlNewDoc(BAD_CAST "1.0");

    apr_pool_cleanup_register(pool, doc, free_doc, apr_pool_cleanup_null);
    return doc;
}

bool eckid_xml_is(const xmlNode *node, const char *namespace, const char *name)
{
    return node && node->type == XML_ELEMENT_NODE && node->ns &&
           eckid_words_same((const char *)node->name, name) && node->ns->href &&
           strcmp((const char *)node->ns->href, namespace) == 0;
}

static xmlNodePtr first_of(xmlNodePtr node, const char *namespace, const char *name)
{
    while (node && !eckid_xml_is(node, namespace, name)) {
        node = node->next;
    }
    return node;
}

xmlNodePtr eckid_xml_child(const xmlNode *parent, const char *namespace, const char *name)
{
    return parent ? first_of(parent->children, namespace, name) : NULL;
}

xmlNodePtr eckid_xml_next(const xmlNode *node, const char *namespace, const char *name)
{
    return first_of(node->next, namespace, name);
}

xmlNodePtr eckid_xml_skip(const xmlNode *root, const xmlNode *node)
{
    while (node != root && !node->next) {
        node = node->parent;
    }
    return node == root ? NULL : node->next;
}

xmlNodePtr eckid_xml_walk(const xmlNode *root, const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children) {
        return node->children;
    }
    return eckid_xml_skip(root, node);
}

const char *eckid_xml_attribute(const xmlNode *element, const char *name, apr_pool_t *pool)
{
    for (xmlAttrPtr attr = element->properties; attr; attr = attr->next) {
        if (!attr->ns && xmlStrEqual(attr->name, BAD_CAST name)) {
            return eckid_xml_text((xmlNodePtr)attr, pool).data;
        }
    }
    return NULL;
}

static const char *trim(eckid_bytes_t text, apr_pool_t *pool)
{
    text = eckid_codec_trim(text);
    return apr_pstrmemdup(pool, text.data, text.len);
}

const char *eckid_xml_token(const xmlNode *element, const char *name, apr_pool_t *pool)
{
    const char *value = eckid_xml_attribute(element, name, pool);

    return value ? trim(eckid_bytes_str(value), pool) : NULL;
}

static bool is_text(const xmlNode *node)
{
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

static apr_size_t text_length(const xmlNode *top)
{
    apr_size_t len = 0;

    for (const xmlNode *node = top->children; node; node = eckid_xml_walk(top, node)) {
        len += is_text(node) ? strlen((const char *)node->content) : 0;
    }
    return len;
}

eckid_bytes_t eckid_xml_text(const xmlNode *top, apr_pool_t *pool)
{
    apr_size_t len = text_length(top);
    char *text = apr_palloc(pool, len + 1), *to = text;

    for (const xmlNode *node = top->children; node; node = eckid_xml_walk(top, node)) {
        if (is_text(node)) {
            to = stpcpy(to, (const char *)node->content);
        }
    }
    *to = '\0';
    return eckid_bytes(text, len);
}

const char *eckid_xml_trimmed(const xmlNode *node, apr_pool_t *pool)
{
    return trim(eckid_xml_text(node, pool), pool);
}

void eckid_xml_remove(xmlNodePtr node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

/* Joins a text with all that follow it directly, in one piece. */
static void join_texts(xmlNodePtr first, apr_pool_t *pool)
{
    apr_size_t len = 0;

    for (const xmlNode *node = first; node && is_text(node); node = node->next) {
        len += strlen((const char *)node->content);
    }
    char *text = apr_palloc(pool, len + 1), *to = text;

    for (const xmlNode *node = first; node && is_text(node); node = node->next) {
        to = stpcpy(to, (const char *)node->content);
    }
    while (first->next && is_text(first->next)) {
        eckid_xml_remove(first->next);
    }
    xmlNodeSetContent(first, BAD_CAST text);
}

/* Whether there was anything that parts a text. */
static bool remove_dividers(xmlDocPtr doc)
{
    xmlNodePtr top = (xmlNodePtr)doc, next;
    bool found = false;

    for (xmlNodePtr node = doc->children; node; node = next) {
        bool is_data = node->type == XML_CDATA_SECTION_NODE;
        bool goes = node->type == XML_COMMENT_NODE || node->type == XML_PI_NODE;

        next = eckid_xml_walk(top, node);
        found = found || is_data || goes;
        node->type = is_data ? XML_TEXT_NODE : node->type;
        if (goes) {
            eckid_xml_remove(node);
        }
    }
    return found;
}

void eckid_xml_plain(xmlDocPtr doc, apr_pool_t *pool)
{
    xmlNodePtr top = (xmlNodePtr)doc;
    bool parted = remove_dividers(doc);

    for (xmlNodePtr node = doc->children; node && parted; node = eckid_xml_walk(top, node)) {
        if (is_text(node) && node->next && is_text(node->next)) {
            join_texts(node, pool);
        }
    }
}
