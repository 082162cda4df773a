/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "xml/eckid_xml_print.h"

typedef struct bad_t {
    const char *text;
    eckid_code_t code;
} bad_t;

static const bad_t bad[] = {
    {"", ECKID_XML},
    {"<a>", ECKID_XML},
    {"<a></b>", ECKID_XML},
    {"<a/><b/>", ECKID_XML},
    {"<a b='1' b='2'/>", ECKID_XML},
    {"<x:a/>", ECKID_XML},
    {"<a x:b='1'/>", ECKID_XML},
    {"<!DOCTYPE a><a/>", ECKID_XML},
    {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", ECKID_XML},
    {"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", ECKID_XML},
    {"<a>&b;</a>", ECKID_XML},
    {"<a><?pi?></a>", ECKID_XML},
    {"<a xml:id='b'/>", ECKID_XML},
    {"<?xml version='1.0' encoding='UTF-7'?><a/>", ECKID_XML},
    {"<a>\x01</a>", ECKID_XML},
    {"<a>\xff</a>", ECKID_XML},
};

START_TEST(what_is_not_plain_xml_is_refused)
{
    xmlDocPtr doc;

    refused(eckid_xml_parse(&doc, str(bad[_i].text), pool), bad[_i].code);
}
END_TEST

static const char *repeat(const char *text, int count)
{
    apr_size_t len = strlen(text);
    char *out = apr_palloc(pool, len * (apr_size_t)count + 1), *to = out;

    for (int i = 0; i < count; i++) {
        memcpy(to, text, len);
        to += len;
    }
    *to = '\0';
    return out;
}

START_TEST(depth_is_bounded)
{
    xmlDocPtr doc;
    int fits = ECKID_XML_DEPTH_MAX;

    ok(eckid_xml_parse(
        &doc, str(apr_pstrcat(pool, repeat("<a>", fits), repeat("</a>", fits), NULL)), pool));
    refused(eckid_xml_parse(
                &doc,
                str(apr_pstrcat(pool, repeat("<a>", fits + 1), repeat("</a>", fits + 1), NULL)),
                pool),
            ECKID_LIMIT);
    refused(eckid_xml_parse(&doc, str(repeat("<a>", 200000)), pool), ECKID_LIMIT);
}
END_TEST

START_TEST(the_number_of_elements_is_bounded)
{
    xmlDocPtr doc;
    const char *many = apr_pstrcat(pool, "<r>", repeat("<a/>", ECKID_XML_NODES_MAX), "</r>", NULL);

    refused(eckid_xml_parse(&doc, str(many), pool), ECKID_LIMIT);
}
END_TEST

START_TEST(the_number_of_attributes_of_an_element_is_bounded)
{
    const char *fits = "", *one_more;
    xmlDocPtr doc;

    for (int i = 0; i < ECKID_XML_ATTRIBUTES_MAX; i++) {
        fits = apr_psprintf(pool, "%s a%d='>'", fits, i);
    }
    one_more = apr_pstrcat(pool, fits, " b = ''", NULL);
    ok(eckid_xml_parse(&doc, str(apr_pstrcat(pool, "<r><a", fits, "/><a", fits, "/></r>", NULL)),
                       pool));
    refused(eckid_xml_parse(&doc, str(apr_pstrcat(pool, "<r><a", one_more, "/></r>", NULL)), pool),
            ECKID_LIMIT);
}
END_TEST

START_TEST(the_number_of_attributes_is_bounded)
{
    char *text = apr_palloc(pool, 2000000), *to = text;
    xmlDocPtr doc;

    to += sprintf(to, "<a");
    for (int i = 0; i <= ECKID_XML_NODES_MAX; i++) {
        to += sprintf(to, " a%d%s''", i, i % 2 ? "=" : " = ");
    }
    sprintf(to, "/>");
    refused(eckid_xml_parse(&doc, str(text), pool), ECKID_LIMIT);
}
END_TEST

static xmlDocPtr parse(const char *text)
{
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(text), pool));
    return doc;
}

static const char *print(xmlDocPtr doc)
{
    eckid_bytes_t text;

    ok(eckid_xml_print(&text, doc, pool));
    return text.data;
}

START_TEST(utf8_may_be_declared)
{
    ck_assert_str_eq(print(parse("<?xml version='1.0' encoding='utf-8'?><a>\xc3\xa9</a>")),
                     "<a>\xc3\xa9</a>\n");
}
END_TEST

START_TEST(an_instruction_beside_the_root_goes_with_the_comments)
{
    xmlDocPtr doc = parse("<?xml version='1.0'?><?xml-stylesheet href='x'?><!-- c --><a/><?pi?>");

    ck_assert_str_eq(print(doc), "<?xml-stylesheet href='x'?>\n<!-- c -->\n<a/>\n<?pi?>\n");
    eckid_xml_plain(doc, pool);
    ck_assert_str_eq(print(doc), "<a/>\n");
}
END_TEST

START_TEST(names_are_compared_with_their_namespace)
{
    xmlNodePtr root = xmlDocGetRootElement(parse("<a xmlns='u'><b/><c xmlns='v'/><c/><c/></a>"));

    ck_assert(eckid_xml_is(root, "u", "a"));
    ck_assert(!eckid_xml_is(root, "v", "a"));
    ck_assert(!eckid_xml_is(NULL, "u", "a"));
    xmlNodePtr c = eckid_xml_child(root, "u", "c");

    ck_assert_ptr_nonnull(c);
    ck_assert(!xmlHasProp(c, BAD_CAST "xmlns"));
    ck_assert_ptr_nonnull(eckid_xml_next(c, "u", "c"));
    ck_assert_ptr_null(eckid_xml_next(eckid_xml_next(c, "u", "c"), "u", "c"));
    ck_assert_ptr_null(eckid_xml_child(NULL, "u", "c"));
}
END_TEST

START_TEST(an_attribute_with_a_namespace_is_another_one)
{
    xmlNodePtr root = xmlDocGetRootElement(parse("<a xmlns:p='u' p:ID='x'/>"));

    ck_assert_ptr_null(eckid_xml_attribute(root, "ID", pool));
    ck_assert_str_eq(
        eckid_xml_attribute(xmlDocGetRootElement(parse("<a ID='x&amp;&#65;'/>")), "ID", pool),
        "x&A");
}
END_TEST

START_TEST(text_is_read_whole_whatever_parts_it_has)
{
    xmlNodePtr root =
        xmlDocGetRootElement(parse("<a>le<!-- x -->er<![CDATA[<l>]]><b>ing</b>&#33;</a>"));

    ck_assert_str_eq(eckid_xml_text(root, pool).data, "leer<l>ing!");
}
END_TEST

START_TEST(a_token_has_no_white_space_around_it)
{
    const xmlNode *root = xmlDocGetRootElement(parse("<a b=' \n urn:x y&#9;' c=''/>"));

    ck_assert_str_eq(eckid_xml_token(root, "b", pool), "urn:x y");
    ck_assert_str_eq(eckid_xml_token(root, "c", pool), "");
    ck_assert_ptr_null(eckid_xml_token(root, "d", pool));
}
END_TEST

START_TEST(trimmed_text_keeps_white_space_within)
{
    ck_assert_str_eq(eckid_xml_trimmed(xmlDocGetRootElement(parse("<a>\n x y \n</a>")), pool),
                     "x y");
}
END_TEST

START_TEST(plain_has_no_comments_and_no_cdata)
{
    xmlDocPtr doc = parse("<!--0--><a>le<!--1-->er<![CDATA[<l>]]>ing<b><!--2--></b></a><!--3-->");

    eckid_xml_plain(doc, pool);
    ck_assert_str_eq(print(doc), "<a>leer&lt;l&gt;ing<b/></a>\n");
    ck_assert_ptr_null(xmlDocGetRootElement(doc)->children->next->children);
    ck_assert_int_eq(xmlDocGetRootElement(doc)->children->next->type, XML_ELEMENT_NODE);
}
END_TEST

START_TEST(walking_visits_every_node_in_document_order)
{
    xmlNodePtr root = xmlDocGetRootElement(parse("<a><b><c/></b>t<d/></a>"));
    const char *seen = "";

    for (xmlNodePtr node = root; node; node = eckid_xml_walk(root, node)) {
        seen = apr_pstrcat(pool, seen, node->name, " ", NULL);
    }
    ck_assert_str_eq(seen, "a b c text d ");
    ck_assert_str_eq((const char *)eckid_xml_skip(root, root->children)->name, "text");
}
END_TEST

UNIT_SUITE(xml)
{
    Suite *suite = suite_create("xml");
    TCase *tcase = unit_case(suite, "xml");

    tcase_add_loop_test(tcase, what_is_not_plain_xml_is_refused, 0, COUNT(bad));
    tcase_add_test(tcase, depth_is_bounded);
    tcase_add_test(tcase, the_number_of_elements_is_bounded);
    tcase_add_test(tcase, the_number_of_attributes_of_an_element_is_bounded);
    tcase_add_test(tcase, the_number_of_attributes_is_bounded);
    tcase_add_test(tcase, utf8_may_be_declared);
    tcase_add_test(tcase, an_instruction_beside_the_root_goes_with_the_comments);
    tcase_add_test(tcase, names_are_compared_with_their_namespace);
    tcase_add_test(tcase, an_attribute_with_a_namespace_is_another_one);
    tcase_add_test(tcase, text_is_read_whole_whatever_parts_it_has);
    tcase_add_test(tcase, a_token_has_no_white_space_around_it);
    tcase_add_test(tcase, trimmed_text_keeps_white_space_within);
    tcase_add_test(tcase, plain_has_no_comments_and_no_cdata);
    tcase_add_test(tcase, walking_visits_every_node_in_document_order);
    return suite;
}
