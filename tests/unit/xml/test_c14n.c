/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "xml/eckid_c14n.h"

static const char document[] =
    "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:b='urn:b' xml:lang='nl'>"
    "<!-- 1 --><e  z='1' a:y='2'\n b='&lt;&#13;'><!-- 2 --><a:s>signature</a:s><c/>x&gt;&amp;<b:d"
    "></b:d></e>tail</r>";

typedef struct row_t {
    eckid_c14n_t how;
    bool without;
    const char *text;
} row_t;

/* Canonical XML section 1.1 and 2.4, Exclusive XML Canonicalization sections 3 and 4. */
static const row_t rows[] = {
    {{ECKID_C14N_EXCLUSIVE, false, NULL},
     false,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" b=\"&lt;&#xD;\" z=\"1\" "
     "a:y=\"2\"><a:s>signature</a:s><c></c>"
     "x&gt;&amp;<b:d xmlns:b=\"urn:b\"></b:d></e>"},
    {{ECKID_C14N_EXCLUSIVE, false, NULL},
     true,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" b=\"&lt;&#xD;\" z=\"1\" a:y=\"2\"><c></c>x&gt;&amp;"
     "<b:d xmlns:b=\"urn:b\"></b:d></e>"},
    {{ECKID_C14N_EXCLUSIVE, false, " b\t"},
     true,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" b=\"&lt;&#xD;\" z=\"1\" a:y=\"2\">"
     "<c></c>x&gt;&amp;<b:d></b:d></e>"},
    {{ECKID_C14N_1_0, false, NULL},
     true,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" b=\"&lt;&#xD;\" z=\"1\" "
     "xml:lang=\"nl\" a:y=\"2\"><c></c>x&gt;&amp;<b:d></b:d></e>"},
    {{ECKID_C14N_EXCLUSIVE, true, NULL},
     true,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" b=\"&lt;&#xD;\" z=\"1\" a:y=\"2\"><!-- 2 --><c></c>"
     "x&gt;&amp;<b:d xmlns:b=\"urn:b\"></b:d></e>"},
    {{ECKID_C14N_1_1, true, NULL},
     true,
     "<e xmlns=\"urn:d\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" b=\"&lt;&#xD;\" z=\"1\" "
     "xml:lang=\"nl\" a:y=\"2\"><!-- 2 --><c></c>x&gt;&amp;<b:d></b:d></e>"},
};

START_TEST(an_element_in_its_canonical_form)
{
    const row_t *row = &rows[_i];
    xmlDocPtr doc;
    eckid_bytes_t text;

    ok(eckid_xml_parse(&doc, str(document), pool));
    xmlNodePtr e = eckid_xml_child(xmlDocGetRootElement(doc), "urn:d", "e");
    const xmlNode *s = eckid_xml_child(e, "urn:a", "s");

    ok(eckid_c14n(&text, e, row->without ? s : NULL, &row->how, pool));
    ck_assert_str_eq(text.data, row->text);
}
END_TEST

START_TEST(a_relative_namespace_has_none)
{
    const eckid_c14n_t how = {ECKID_C14N_EXCLUSIVE, false, NULL};
    eckid_bytes_t text;
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str("<a xmlns='relative'/>"), pool));
    refused(eckid_c14n(&text, xmlDocGetRootElement(doc), NULL, &how, pool), ECKID_XML);
}
END_TEST

UNIT_SUITE(c14n)
{
    Suite *suite = suite_create("c14n");
    TCase *tcase = unit_case(suite, "c14n");

    tcase_add_loop_test(tcase, an_element_in_its_canonical_form, 0, COUNT(rows));
    tcase_add_test(tcase, a_relative_namespace_has_none);
    return suite;
}
