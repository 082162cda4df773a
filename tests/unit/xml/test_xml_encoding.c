/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml.h"
#include "xml/eckid_xml_encoding.h"

#define DECLARED(name) "<?xml version='1.0' encoding='" name "'?>"

typedef struct row_t {
    eckid_bytes_t document;
    const char *text; /* of its root, in UTF-8; NULL: refused */
} row_t;

#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const row_t rows[] = {
    {BYTES("<a>\xc3\xab</a>"), "\xc3\xab"},
    {BYTES("\xef\xbb\xbf<a>\xc3\xab</a>"), "\xc3\xab"},
    {BYTES(DECLARED("utf-8") "<a>\xc3\xab</a>"), "\xc3\xab"},
    {BYTES(DECLARED("US-ASCII") "<a>e</a>"), "e"},
    {BYTES(DECLARED("ISO-8859-1") "<a>\xeb</a>"), "\xc3\xab"},
    {BYTES(DECLARED("iso-8859-15") "<a>\xa4</a>"), "\xe2\x82\xac"},
    {BYTES(DECLARED("windows-1252") "<a>\x80</a>"), "\xe2\x82\xac"},
    {BYTES(DECLARED("Shift_JIS") "<a>\x83\x65</a>"), "\xe3\x83\x86"},
    {BYTES("\xff\xfe<\0a\0>\0\xeb\0<\0/\0a\0>\0"), "\xc3\xab"},
    {BYTES("\xfe\xff\0<\0a\0>\0\xeb\0<\0/\0a\0>"), "\xc3\xab"},
    {BYTES(
         "<\0?\0x\0m\0l\0 \0v\0e\0r\0s\0i\0o\0n\0=\0'\0001\0.\0000\0'\0?\0>\0<\0a\0>\0\xeb\0<\0/\0"
         "a\0>\0"),
     "\xc3\xab"},
    {BYTES(DECLARED("UTF-7") "<a/>"), NULL},
    {BYTES(DECLARED("ISO-2022-JP") "<a/>"), NULL},
    {BYTES(DECLARED("nonsense") "<a/>"), NULL},
    {BYTES(DECLARED("UTF-16") "<a>\xc3\xab</a>"), "\xc3\xab"},
    {BYTES(DECLARED("utf-16le") "<a>\xc3\xab</a>"), "\xc3\xab"},
    {BYTES(DECLARED("UCS-4") "<a>e</a>"), "e"},
    {BYTES(DECLARED("UTF-16") "<a>\xeb</a>"), NULL},
    {BYTES(DECLARED("EUC-JP") "<a>\xff</a>"), NULL},
    {BYTES("\xff\xfe<\0a\0/\0>"), NULL}, /* half a character */
    {BYTES("<a>\xeb</a>"), NULL},
};

START_TEST(a_document_is_read_in_its_encoding)
{
    xmlDocPtr doc;
    eckid_err_t *err = eckid_xml_parse(&doc, rows[_i].document, pool);

    if (!rows[_i].text) {
        refused(err, ECKID_XML);
        return;
    }
    ok(err);
    ck_assert_str_eq(eckid_xml_text(xmlDocGetRootElement(doc), pool).data, rows[_i].text);
}
END_TEST

/* A long text of one letter, which takes more bytes in UTF-8. */
static const struct {
    const char *declaration, *letter, *utf8;
} longer[] = {
    {DECLARED("ISO-8859-1"), "\xeb", "\xc3\xab"},
    {DECLARED("windows-1252"), "\x80", "\xe2\x82\xac"},
    {DECLARED("EUC-JP"), "\xa5\xc6", "\xe3\x83\x86"},
};

START_TEST(a_long_document_is_converted_whole)
{
    enum { LETTERS = 100000 };
    apr_size_t len = strlen(longer[_i].letter);
    char *text = apr_palloc(pool, LETTERS * len + 1);
    xmlDocPtr doc;

    for (apr_size_t i = 0; i < LETTERS; i++) {
        memcpy(text + i * len, longer[_i].letter, len);
    }
    text[LETTERS * len] = '\0';
    ok(eckid_xml_parse(
        &doc, str(apr_pstrcat(pool, longer[_i].declaration, "<a>", text, "</a>", NULL)), pool));
    eckid_bytes_t read = eckid_xml_text(xmlDocGetRootElement(doc), pool);

    ck_assert_int_eq((int)read.len, (int)(LETTERS * strlen(longer[_i].utf8)));
    ck_assert_str_eq(read.data + read.len - strlen(longer[_i].utf8), longer[_i].utf8);
}
END_TEST

START_TEST(utf8_is_not_copied)
{
    const char *text = DECLARED("UTF-8") "<a/>";
    eckid_bytes_t same;

    ok(eckid_xml_to_utf8(&same, str(text), pool));
    ck_assert_ptr_eq(same.data, text);
}
END_TEST

UNIT_SUITE(xml_encoding)
{
    Suite *suite = suite_create("xml_encoding");
    TCase *tcase = unit_case(suite, "encoding");

    tcase_add_loop_test(tcase, a_document_is_read_in_its_encoding, 0, COUNT(rows));
    tcase_add_loop_test(tcase, a_long_document_is_converted_whole, 0, COUNT(longer));
    tcase_add_test(tcase, utf8_is_not_copied);
    return suite;
}
