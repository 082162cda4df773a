/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/documents.h"
#include "support/maker.h"
#include "xml/eckid_c14n.h"
#include "xml/eckid_xml_print.h"

static const char *print(const xmlDoc *doc)
{
    eckid_bytes_t text;

    ok(eckid_xml_print(&text, doc, pool));
    return text.data;
}

static xmlDocPtr parse(const char *text)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(text), pool));
    return doc;
}

START_TEST(it_looks_as_it_did)
{
    const char *text = "<?p q?>\n<!-- c -->\n<p:a xmlns:p=\"u\" b=\"&lt;&quot;&#xA;\" p:c=\"d\"> x "
                       "&amp; y <e/></p:a>\n<?p?>\n";

    ck_assert_str_eq(print(parse(text)), text);
}
END_TEST

/* The canonical form, by libxml2; NULL where there is none. */
static const char *form_of(xmlDocPtr doc)
{
    const eckid_c14n_t how = {ECKID_C14N_1_0, true, NULL};
    eckid_bytes_t text;

    return eckid_c14n_libxml(&text, xmlDocGetRootElement(doc), NULL, &how, pool) ? NULL : text.data;
}

/* What is printed is parsed as the same document. */
static void compare(const char *text)
{
    xmlDocPtr doc;

    if (!eckid_xml_parse(&doc, str(text), pool) && form_of(doc)) {
        ck_assert_str_eq(form_of(doc), form_of(parse(print(doc))));
        eckid_xml_plain(doc, pool);
        ck_assert_str_eq(form_of(doc), form_of(parse(print(doc))));
    }
}

START_TEST(a_document_means_the_same)
{
    compare(documents[_i]);
}
END_TEST

START_TEST(a_login_means_the_same)
{
    maker_t maker = maker_usual();

    compare(maker_xml(&maker));
}
END_TEST

#define SEEDS 300

START_TEST(a_random_document_means_the_same)
{
    compare(document_by_chance((unsigned)_i));
}
END_TEST

START_TEST(a_node_that_no_parse_makes_is_not_printed)
{
    xmlDocPtr doc = parse("<a/>");
    eckid_bytes_t text;

    xmlAddChild(xmlDocGetRootElement(doc), xmlNewReference(doc, BAD_CAST "b"));
    refused(eckid_xml_print(&text, doc, pool), ECKID_INTERNAL);
}
END_TEST

UNIT_SUITE(xml_print)
{
    Suite *suite = suite_create("xml_print");
    TCase *tcase = unit_case(suite, "xml_print");

    tcase_add_test(tcase, it_looks_as_it_did);
    tcase_add_loop_test(tcase, a_document_means_the_same, 0, documents_count);
    tcase_add_test(tcase, a_login_means_the_same);
    tcase_add_loop_test(tcase, a_random_document_means_the_same, 0, SEEDS);
    tcase_add_test(tcase, a_node_that_no_parse_makes_is_not_printed);
    return suite;
}
