/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <apr_strings.h>

#include "support/maker.h"
#include "xml/eckid_c14n.h"

/* Whatever is canonicalized, libxml2 says the same of it, be it the form or that there is none. */
static void compare(xmlNodePtr element, const xmlNode *without, const eckid_c14n_t *how)
{
    eckid_bytes_t ours = {"", 0}, theirs = {"", 0};
    eckid_err_t *err = eckid_c14n(&ours, element, without, how, pool);

    ck_assert(!err == !eckid_c14n_libxml(&theirs, element, without, how, pool));
    ck_assert_str_eq(ours.data, theirs.data);
}

static void compare_ways(xmlNodePtr element, const xmlNode *without)
{
    static const char *const lists[] = {NULL, "a", " b\tc xml\n", "#default a", "none xmlns xs"};

    for (int i = 0; i < COUNT(lists); i++) {
        compare(element, without, &(eckid_c14n_t){ECKID_C14N_EXCLUSIVE, false, lists[i]});
        compare(element, without, &(eckid_c14n_t){ECKID_C14N_EXCLUSIVE, true, lists[i]});
    }
}

/* Each element of the document, whole and without each of its children. */
static void compare_all(const char *text)
{
    xmlDocPtr doc;

    if (eckid_xml_parse(&doc, str(text), pool)) {
        return;
    }
    for (xmlNodePtr node = doc->children; node; node = eckid_xml_walk((xmlNodePtr)doc, node)) {
        if (node->type == XML_ELEMENT_NODE) {
            compare_ways(node, NULL);
            for (const xmlNode *child = node->children; child; child = child->next) {
                compare_ways(node, child);
            }
        }
    }
}

static const char *const documents[] = {
    "<r xmlns='urn:d'/>",
    "<a:r xmlns:a='urn:a' a:z='1' y='2' xml:lang='nl' xml:space='preserve' B='3'/>",
    "<a:r xmlns:b='urn:a' xmlns:a='urn:b' b:z='1' a:y='2' b:x='3'/>",
    "<a:r xmlns:a='urn:a'><a:s xmlns:a='urn:b'><a:t xmlns:a='urn:a'/></a:s></a:r>",
    "<a:r xmlns:a='urn:a'><b:s xmlns:b='urn:a' a:x='1' b:y='2'/></a:r>",
    "<a:r xmlns:a='urn:a' xmlns:b='urn:b'><a:s b:x='1'/><a:s b:x='1'><b:t/></a:s></a:r>",
    "<a:r xmlns:a='urn:a' xmlns='urn:d'><s><a:t><u/></a:t></s></a:r>",
    "<r xmlns='urn:d'><s xmlns=''><t xmlns='urn:d'/></s></r>",
    "<r><s/></r>",
    "<r xmlns='relative'/>",
    "<r xmlns='urn:d'><s xmlns:a='relative'/><t/></r>",
    "<r xmlns='urn:d' xmlns:a='http:'/>",
    "<r xmlns='http://host:port/'/>",
    "<r xmlns='http://host:80/'><s xmlns:a='http:///' a:b=''/></r>",
    "<r xmlns='urn:a&amp;b'/>",
    "<r xmlns='urn:a&quot;b'/>",
    "<r xmlns='urn:a#b#c'/>",
    "<r xmlns='urn:a%2fb'><s xmlns='urn:a%'/></r>",
    "<r xmlns='URN:\xc3\xa9'/>",
    "<?p?><!-- 1 --><r xmlns='urn:d'><!-- 2 --><s/><!----></r><!-- 3 -->",
    "<!-- 1 --><r xmlns='urn:d'><!-- 2 --><s/></r><!-- 3 -->",
    "<r xmlns='urn:d'>1&lt;2 &amp;&amp; 2&gt;1 \"'&#13;&#10;&#9;\xc3\xa9<![CDATA[<&>\"]]></r>",
    "<r xmlns='urn:d' a='1&lt;2 &amp;&amp; 2&gt;1 &quot;&apos;&#13;&#10;&#9;\n\t\xc3\xa9'/>",
};

START_TEST(an_element_is_as_libxml2_has_it)
{
    compare_all(documents[_i]);
}
END_TEST

START_TEST(a_login_is_as_libxml2_has_it)
{
    maker_t maker = maker_usual();

    compare_all(maker_xml(&maker));
}
END_TEST

/* Random documents, put together of what the standard turns on. */

static const char *one_of(const char *const *texts, int count)
{
    return texts[rand() % count];
}

static const char *random_tag(const char *prefix)
{
    static const char *const pieces[] = {" xmlns='urn:d'",
                                         " xmlns='urn:e'",
                                         " xmlns:a='urn:a'",
                                         " xmlns:a='urn:b'",
                                         " xmlns:b='urn:a'",
                                         " xmlns:b='urn:b'",
                                         " xmlns:c='urn:c#1'",
                                         " a:x='1'",
                                         " b:x='&lt;&#xA;'",
                                         " c:y='3'",
                                         " x='4'",
                                         " z='\"'",
                                         " xml:lang='nl'",
                                         " d=''",
                                         "",
                                         "",
                                         " xmlns:xs='urn:xs'"};
    const char *first = one_of(pieces, COUNT(pieces)), *second = one_of(pieces, COUNT(pieces));

    return apr_pstrcat(pool, prefix, first, second == first ? "" : second,
                       rand() % 40 ? "" : " xmlns=''", NULL);
}

static const char *random_element(int depth)
{
    static const char *const names[] = {"e", "f", "a:e", "b:e", "c:f"};
    static const char *const texts[] = {"",         "text",  "&gt;&amp;",      "\n\t",
                                        "<!-- -->", "&#13;", "<![CDATA[&<]]>", "]]&gt;"};
    const char *name = one_of(names, COUNT(names)), *content = "";

    for (int n = depth ? rand() % 4 : 0; n > 0; n--) {
        content = apr_pstrcat(pool, content, one_of(texts, COUNT(texts)), random_element(depth - 1),
                              NULL);
    }
    return apr_pstrcat(pool, "<", random_tag(name), ">", content, "</", name, ">", NULL);
}

#define SEEDS 300

START_TEST(random_documents_are_as_libxml2_has_them)
{
    srand((unsigned)_i);
    compare_all(apr_pstrcat(pool,
                            "<r xmlns='urn:d' xmlns:a='urn:a' xmlns:b='urn:b' xmlns:c='urn:c#1'>",
                            random_element(4), "</r>", NULL));
}
END_TEST

START_TEST(a_long_prefix_list_is_refused)
{
    char list[2 * ECKID_C14N_PREFIXES_MAX + 3];
    eckid_c14n_t how = {ECKID_C14N_EXCLUSIVE, false, list};
    eckid_bytes_t text;
    xmlDocPtr doc;

    for (apr_size_t i = 0; i < sizeof(list); i++) {
        list[i] = i % 2 ? ' ' : 'a';
    }
    list[sizeof(list) - 1] = '\0';
    ok(eckid_xml_parse(&doc, str("<r xmlns='urn:d'/>"), pool));
    refused(eckid_c14n(&text, xmlDocGetRootElement(doc), NULL, &how, pool), ECKID_LIMIT);
    list[2 * ECKID_C14N_PREFIXES_MAX] = '\0';
    ok(eckid_c14n(&text, xmlDocGetRootElement(doc), NULL, &how, pool));
}
END_TEST

UNIT_SUITE(c14n_exclusive)
{
    Suite *suite = suite_create("c14n_exclusive");
    TCase *tcase = unit_case(suite, "c14n_exclusive");

    tcase_add_loop_test(tcase, an_element_is_as_libxml2_has_it, 0, COUNT(documents));
    tcase_add_test(tcase, a_login_is_as_libxml2_has_it);
    tcase_add_loop_test(tcase, random_documents_are_as_libxml2_has_them, 0, SEEDS);
    tcase_add_test(tcase, a_long_prefix_list_is_refused);
    return suite;
}
