/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Markup as it is written, into a buffer that grows. */
#ifndef ECKID_XML_WRITER_H
#define ECKID_XML_WRITER_H

#include <libxml/tree.h>

#include "base/eckid_codec.h"

/* What has been written so far, with a NUL after it that len does not count. */
typedef struct eckid_xml_writer_t {
    char *data;
    apr_size_t len, size;
    apr_pool_t *pool;
} eckid_xml_writer_t;

/* An empty one. Its buffer lives as long as pool. */
eckid_xml_writer_t eckid_xml_writer(apr_pool_t *pool);

/* What was written, in the writer's own memory. */
eckid_bytes_t eckid_xml_written(const eckid_xml_writer_t *writer);

/* Makes room for more bytes, and a NUL. */
void eckid_xml_writer_grow(eckid_xml_writer_t *writer, apr_size_t more);

/* Bytes as they are. Markup is mostly pieces of a few bytes, so this is worth inlining. */
static inline void eckid_xml_write_bytes(eckid_xml_writer_t *writer, const char *bytes,
                                         apr_size_t len)
{
    if (writer->size - writer->len <= len) {
        eckid_xml_writer_grow(writer, len);
    }
    memcpy(writer->data + writer->len, bytes, len);
    writer->len += len;
    writer->data[writer->len] = '\0';
}

static inline void eckid_xml_write(eckid_xml_writer_t *writer, const char *text)
{
    eckid_xml_write_bytes(writer, text, strlen(text));
}

/* A qualified name; ns may be NULL. */
void eckid_xml_write_name(eckid_xml_writer_t *writer, const xmlNs *ns, const xmlChar *name);

/* A namespace declaration or an attribute of a start tag, with the space before it. References
 * stand for what could be read otherwise (Canonical XML section 2.3). */
void eckid_xml_write_namespace(eckid_xml_writer_t *writer, const xmlNs *ns);
void eckid_xml_write_attribute(eckid_xml_writer_t *writer, const xmlAttr *attr);

/* The content of a text node, with references in the same way. */
void eckid_xml_write_text(eckid_xml_writer_t *writer, const xmlChar *text);

#endif
