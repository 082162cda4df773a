/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/documents.h"
#include "support/maker.h"
#include "xml/eckid_c14n.h"

#include <apr_strings.h>

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

#define SEEDS 300

START_TEST(random_documents_are_as_libxml2_has_them)
{
    compare_all(document_by_chance((unsigned)_i));
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

#define LONG 50000

/* A document whose canonical form repeats a long namespace. */
static const char *repeated(int times)
{
    char *uri = memset(apr_pcalloc(pool, LONG + 1), 'u', LONG);
    const char *text = apr_psprintf(pool, "<r xmlns='urn:d' xmlns:a='urn:%s'>", uri);
    apr_array_header_t *children = apr_array_make(pool, times, sizeof(const char *));

    for (int i = 0; i < times; i++) {
        APR_ARRAY_PUSH(children, const char *) = "<a:x/>";
    }
    return apr_pstrcat(pool, text, apr_array_pstrcat(pool, children, '\0'), "</r>", NULL);
}

static const struct {
    int times;
    const char *prefixes;
    eckid_code_t code;
} repetitions[] = {
    {20, NULL, ECKID_OK},   {22, NULL, ECKID_LIMIT},       {22, "a", ECKID_LIMIT},
    {22, "b", ECKID_LIMIT}, {22, "#default", ECKID_LIMIT},
};

START_TEST(a_namespace_is_not_repeated_without_end)
{
    eckid_c14n_t how = {ECKID_C14N_EXCLUSIVE, false, repetitions[_i].prefixes};
    eckid_bytes_t text;
    xmlDocPtr doc;

    ok(eckid_xml_parse(&doc, str(repeated(repetitions[_i].times)), pool));
    eckid_err_t *err = eckid_c14n(&text, xmlDocGetRootElement(doc), NULL, &how, pool);

    ck_assert_int_eq(err ? err->code : ECKID_OK, repetitions[_i].code);
}
END_TEST

UNIT_SUITE(c14n_exclusive)
{
    Suite *suite = suite_create("c14n_exclusive");
    TCase *tcase = unit_case(suite, "c14n_exclusive");

    tcase_add_loop_test(tcase, an_element_is_as_libxml2_has_it, 0, documents_count);
    tcase_add_test(tcase, a_login_is_as_libxml2_has_it);
    tcase_add_loop_test(tcase, random_documents_are_as_libxml2_has_them, 0, SEEDS);
    tcase_add_test(tcase, a_long_prefix_list_is_refused);
    tcase_add_loop_test(tcase, a_namespace_is_not_repeated_without_end, 0, COUNT(repetitions));
    return suite;
}
