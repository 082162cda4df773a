/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markup as it is written, into a buffer that grows. */
#include "xml/eckid_xml_writer.h"

/* A login mostly fits. */
#define FIRST_SIZE 8192

eckid_xml_writer_t eckid_xml_writer(apr_pool_t *pool)
{
    eckid_xml_writer_t writer = {apr_palloc(pool, FIRST_SIZE), 0, FIRST_SIZE, pool};

    *writer.data = '\0';
    return writer;
}

eckid_bytes_t eckid_xml_written(const eckid_xml_writer_t *writer)
{
    return eckid_bytes(writer->data, writer->len);
}

void eckid_xml_writer_grow(eckid_xml_writer_t *writer, apr_size_t more)
{
    char *old = writer->data;

    writer->size = 2 * writer->size + more;
    writer->data = apr_palloc(writer->pool, writer->size);
    memcpy(writer->data, old, writer->len);
}

void eckid_xml_write_name(eckid_xml_writer_t *writer, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix) {
        eckid_xml_write(writer, (const char *)ns->prefix);
        eckid_xml_write(writer, ":");
    }
    eckid_xml_write(writer, (const char *)name);
}

static const char *reference_to(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#x9;";
    case '\n':
        return "&#xA;";
    default:
        return "&#xD;";
    }
}

static void write_escaped(eckid_xml_writer_t *writer, const xmlChar *text, const char *escaped)
{
    const char *at = text ? (const char *)text : "";

    for (;;) {
        apr_size_t plain = strcspn(at, escaped);

        eckid_xml_write_bytes(writer, at, plain);
        at += plain;
        if (!*at) {
            return;
        }
        eckid_xml_write(writer, reference_to(*at++));
    }
}

/* In a namespace libxml2 keeps an ampersand as the reference that it came as. */
void eckid_xml_write_namespace(eckid_xml_writer_t *writer, const xmlNs *ns)
{
    eckid_xml_write(writer, ns->prefix ? " xmlns:" : " xmlns");
    if (ns->prefix) {
        eckid_xml_write(writer, (const char *)ns->prefix);
    }
    eckid_xml_write(writer, "=\"");
    write_escaped(writer, ns->href, "<\"\t\n\r");
    eckid_xml_write(writer, "\"");
}

void eckid_xml_write_attribute(eckid_xml_writer_t *writer, const xmlAttr *attr)
{
    eckid_xml_write(writer, " ");
    eckid_xml_write_name(writer, attr->ns, attr->name);
    eckid_xml_write(writer, "=\"");
    for (const xmlNode *text = attr->children; text; text = text->next) {
        write_escaped(writer, text->content, "&<\"\t\n\r");
    }
    eckid_xml_write(writer, "\"");
}

void eckid_xml_write_text(eckid_xml_writer_t *writer, const xmlChar *text)
{
    write_escaped(writer, text, "&<>\r");
}
