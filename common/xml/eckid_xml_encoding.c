/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML in any encoding that it may declare, as UTF-8. */
#include "xml/eckid_xml_encoding.h"
#include "xml/eckid_xml.h"

#include <apr_strings.h>
#include <libxml/encoding.h>
#include <libxml/tree.h>

/* A declaration and the name of an encoding are no longer than this; bytes. */
#define DECLARATION_MAX 256
#define NAME_MAX_BYTES 40

static bool begins_with_any(const char *name, const char *const *prefixes)
{
    for (; *prefixes; prefixes++) {
        if (strncasecmp(name, *prefixes, strlen(*prefixes)) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_stateful(const char *name)
{
    static const char *const prefixes[] = {"UTF-7", "UTF7", "ISO-2022", "csISO2022", "HZ", NULL};

    return begins_with_any(name, prefixes);
}

/* Encodings in which a declaration that was read as ASCII cannot be. Whoever declares one has
 * converted the text to UTF-8 later, as .NET does with what a StringWriter wrote. */
static bool is_wide(const char *name)
{
    static const char *const prefixes[] = {"UTF-16", "UTF16", "UTF-32",        "UTF32",
                                           "UCS-",   "UCS2",  "ISO-10646-UCS", NULL};

    return begins_with_any(name, prefixes);
}

/* The value behind "encoding" of a declaration in bytes that extend ASCII; false without one. */
static bool read_declared(char name[NAME_MAX_BYTES + 1], eckid_bytes_t document)
{
    char start[DECLARATION_MAX + 1];
    apr_size_t len = document.len < DECLARATION_MAX ? document.len : DECLARATION_MAX;

    memcpy(start, document.data, len);
    start[len] = '\0';
    char *end = strncmp(start, "<?xml", 5) == 0 ? strstr(start, "?>") : NULL;

    if (end) {
        *end = '\0';
    }
    const char *at = end ? strstr(start, "encoding") : NULL;

    at = at ? at + strcspn(at, "\"'") : "";
    if (!*at) {
        return false;
    }
    len = strcspn(at + 1, "\"'");
    if (len > NAME_MAX_BYTES) {
        return false;
    }
    memcpy(name, at + 1, len);
    name[len] = '\0';
    return true;
}

/* By the first bytes, without the byte order mark if there is one. Mark is its length. */
static xmlCharEncoding detect(eckid_bytes_t document, apr_size_t *mark)
{
    const unsigned char *bytes = (const unsigned char *)document.data;
    xmlCharEncoding encoding =
        xmlDetectCharEncoding(bytes, document.len < 4 ? (int)document.len : 4);

    *mark = document.len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3
            : document.len >= 2 &&
                    (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0)
                ? 2
                : 0;
    return encoding;
}

static bool is_utf8(const char *name)
{
    return strcasecmp(name, "UTF-8") == 0 || strcasecmp(name, "UTF8") == 0 ||
           strcasecmp(name, "US-ASCII") == 0 || strcasecmp(name, "ASCII") == 0;
}

static bool convert(xmlBufferPtr out, xmlBufferPtr in, xmlCharEncodingHandlerPtr handler)
{
    while (xmlBufferLength(in) > 0) {
        int before = xmlBufferLength(in);

        if (xmlCharEncInFunc(handler, out, in) < 0 || xmlBufferLength(in) >= before) {
            return false; /* bytes that are not in the encoding, or cut off */
        }
    }
    return true;
}

static eckid_err_t *convert_all(eckid_bytes_t *text, eckid_bytes_t document,
                                xmlCharEncodingHandlerPtr handler, apr_pool_t *pool)
{
    xmlBufferPtr in = xmlBufferCreateSize(document.len + 1), out = xmlBufferCreate();
    eckid_xml_quiet_t quiet = eckid_xml_hush();
    bool well = in && out &&
                xmlBufferAdd(in, (const xmlChar *)document.data, (int)document.len) == 0 &&
                convert(out, in, handler);

    eckid_xml_end_hush(&quiet);
    if (well) {
        apr_size_t len = (apr_size_t)xmlBufferLength(out);

        *text = eckid_bytes(apr_pstrmemdup(pool, (const char *)xmlBufferContent(out), len), len);
    }
    xmlBufferFree(in);
    xmlBufferFree(out);
    return well ? NULL : eckid_err_make(pool, ECKID_XML, "bytes that its encoding does not have");
}

/* NULL for UTF-8, or what cannot be read: then known is false. */
static xmlCharEncodingHandlerPtr find_handler(bool *known, eckid_bytes_t document, apr_size_t *mark)
{
    xmlCharEncoding encoding = detect(document, mark);
    char name[NAME_MAX_BYTES + 1];

    *known = true;
    if (encoding != XML_CHAR_ENCODING_NONE && encoding != XML_CHAR_ENCODING_UTF8) {
        xmlCharEncodingHandlerPtr handler = xmlGetCharEncodingHandler(encoding);

        *known = handler != NULL;
        return handler;
    }
    if (*mark || !read_declared(name, document) || is_utf8(name) || is_wide(name)) {
        return NULL;
    }
    xmlCharEncodingHandlerPtr handler = is_stateful(name) ? NULL : xmlFindCharEncodingHandler(name);

    *known = handler != NULL;
    return handler;
}

eckid_err_t *eckid_xml_to_utf8(eckid_bytes_t *text, eckid_bytes_t document, apr_pool_t *pool)
{
    apr_size_t mark;
    bool known;
    xmlCharEncodingHandlerPtr handler = find_handler(&known, document, &mark);

    if (!known) {
        return eckid_err_make(pool, ECKID_XML, "it is in an encoding that is not read");
    }
    *text = eckid_bytes(document.data + mark, document.len - mark);
    if (!handler) {
        return NULL;
    }
    eckid_err_t *err = convert_all(text, *text, handler, pool);

    xmlCharEncCloseFunc(handler);
    return err;
}
