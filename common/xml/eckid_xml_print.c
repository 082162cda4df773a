/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A document or a part of it as text. */
#include "xml/eckid_xml_print.h"
#include "xml/eckid_xml_writer.h"

static bool print_node(eckid_xml_writer_t *writer, const xmlNode *node);

static bool print_all(eckid_xml_writer_t *writer, const xmlNode *nodes, const char *after_each)
{
    bool good = true;

    for (const xmlNode *node = nodes; node && good; node = node->next) {
        good = print_node(writer, node);
        eckid_xml_write(writer, after_each);
    }
    return good;
}

/* Calls itself no deeper than the document is, which ECKID_XML_DEPTH_MAX bounds. */
static bool print_element(eckid_xml_writer_t *writer, const xmlNode *element)
{
    eckid_xml_write(writer, "<");
    eckid_xml_write_name(writer, element->ns, element->name);
    for (const xmlNs *ns = element->nsDef; ns; ns = ns->next) {
        eckid_xml_write_namespace(writer, ns);
    }
    for (const xmlAttr *attr = element->properties; attr; attr = attr->next) {
        eckid_xml_write_attribute(writer, attr);
    }
    if (!element->children) {
        eckid_xml_write(writer, "/>");
        return true;
    }
    eckid_xml_write(writer, ">");
    bool good = print_all(writer, element->children, "");

    eckid_xml_write(writer, "</");
    eckid_xml_write_name(writer, element->ns, element->name);
    eckid_xml_write(writer, ">");
    return good;
}

/* What is neither element nor text: its start, what it says, its end. */
static void print_other(eckid_xml_writer_t *writer, const xmlNode *node, const char *start,
                        const char *end)
{
    eckid_xml_write(writer, start);
    eckid_xml_write(writer, node->content ? (const char *)node->content : "");
    eckid_xml_write(writer, end);
}

static void print_instruction(eckid_xml_writer_t *writer, const xmlNode *node)
{
    eckid_xml_write(writer, "<?");
    eckid_xml_write(writer, (const char *)node->name);
    print_other(writer, node, node->content ? " " : "", "?>");
}

static bool print_node(eckid_xml_writer_t *writer, const xmlNode *node)
{
    switch (node->type) {
    case XML_DOCUMENT_NODE:
        return print_all(writer, node->children, "\n");
    case XML_ELEMENT_NODE:
        return print_element(writer, node);
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE:
        eckid_xml_write_text(writer, node->content);
        return true;
    case XML_COMMENT_NODE:
        print_other(writer, node, "<!--", "-->");
        return true;
    case XML_PI_NODE:
        print_instruction(writer, node);
        return true;
    default:
        return false;
    }
}

eckid_err_t *eckid_xml_print_node(eckid_bytes_t *text, const xmlNode *node, apr_pool_t *pool)
{
    eckid_xml_writer_t writer = eckid_xml_writer(pool);

    if (!print_node(&writer, node)) {
        return eckid_err_make(pool, ECKID_INTERNAL, "a node that cannot be printed");
    }
    *text = eckid_xml_written(&writer);
    return NULL;
}

eckid_err_t *eckid_xml_print(eckid_bytes_t *text, const xmlDoc *doc, apr_pool_t *pool)
{
    return eckid_xml_print_node(text, (const xmlNode *)doc, pool);
}
