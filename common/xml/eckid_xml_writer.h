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

/* Text as it is. */
void eckid_xml_write(eckid_xml_writer_t *writer, const char *text);

/* A qualified name; prefix may be NULL. */
void eckid_xml_write_name(eckid_xml_writer_t *writer, const xmlChar *prefix, const xmlChar *name);

/* The value of an attribute, or text between elements, with references for what could be read
 * otherwise (Canonical XML section 2.3). */
void eckid_xml_write_value(eckid_xml_writer_t *writer, const xmlChar *value);
void eckid_xml_write_text(eckid_xml_writer_t *writer, const xmlChar *text);

#endif
