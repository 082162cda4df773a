/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The canonical form of an element: what a signature is made over. */
#include "xml/eckid_c14n.h"
#include "xml/eckid_c14n_exclusive.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <libxml/c14n.h>

/* Through declarations of namespaces, in one canonicalization: some milliseconds. */
#define STEPS_MAX 1000000

/* Which nodes of the document are taken. */
typedef struct part_t {
    const xmlNode *element, *without;
    /* the answer for the children of the same parent is mostly the same */
    const xmlNode *last_parent;
    bool last_answer;
} part_t;

static bool is_below(const xmlNode *node, const part_t *part)
{
    while (node && node != part->element) {
        if (node == part->without) {
            return false;
        }
        node = node->parent;
    }
    return node != NULL;
}

/* libxml2 asks about every node, attribute and namespace, together with its parent. */
static int is_visible(void *self, xmlNodePtr node, xmlNodePtr parent)
{
    part_t *part = self;

    if (node == part->element || node == part->without) {
        return node == part->element;
    }
    if (parent != part->last_parent || !parent) {
        part->last_parent = parent;
        part->last_answer = is_below(parent, part);
    }
    return part->last_answer;
}

/* A list of names parted by white space; NULL at its end. */
static apr_array_header_t *split(const char *prefixes, apr_pool_t *pool)
{
    apr_array_header_t *list = apr_array_make(pool, 4, sizeof(char *));
    char *rest = apr_pstrdup(pool, prefixes ? prefixes : ""), *state;

    for (char *name = apr_strtok(rest, " \t\r\n", &state); name;
         name = apr_strtok(NULL, " \t\r\n", &state)) {
        APR_ARRAY_PUSH(list, char *) = name;
    }
    APR_ARRAY_PUSH(list, char *) = NULL;
    return list;
}

eckid_err_t *eckid_c14n_libxml(eckid_bytes_t *text, xmlNodePtr element, const xmlNode *without,
                               const eckid_c14n_t *how, apr_pool_t *pool)
{
    static const int modes[] = {[ECKID_C14N_1_0] = XML_C14N_1_0,
                                [ECKID_C14N_1_1] = XML_C14N_1_1,
                                [ECKID_C14N_EXCLUSIVE] = XML_C14N_EXCLUSIVE_1_0};
    part_t part = {.element = element, .without = without};
    xmlChar **prefixes =
        how->method == ECKID_C14N_EXCLUSIVE ? (xmlChar **)split(how->prefixes, pool)->elts : NULL;
    xmlOutputBufferPtr buffer = xmlAllocOutputBuffer(NULL);
    eckid_xml_quiet_t quiet = eckid_xml_hush();
    int status = xmlC14NExecute(element->doc, is_visible, &part, modes[how->method], prefixes,
                                how->comments, buffer);

    eckid_xml_end_hush(&quiet);
    if (status >= 0) {
        apr_size_t len = xmlOutputBufferGetSize(buffer);

        *text = eckid_bytes(
            apr_pstrmemdup(pool, (const char *)xmlOutputBufferGetContent(buffer), len), len);
    }
    xmlOutputBufferClose(buffer);
    return status >= 0 ? NULL : eckid_err_make(pool, ECKID_XML, "it has no canonical form");
}

/* The declarations that a search for a prefix passes on its way to the root, and the elements. */
static apr_size_t scope_of(const xmlNode *element)
{
    apr_size_t count = 0;

    for (const xmlNode *node = element; node && node->type == XML_ELEMENT_NODE;
         node = node->parent) {
        count++;
        for (const xmlNs *declared = node->nsDef; declared; declared = declared->next) {
            count++;
        }
    }
    return count;
}

static apr_size_t length_of(const xmlNs *namespace)
{
    return namespace && namespace->href ? strlen((const char *)namespace->href) : 0;
}

/* The exclusive form may repeat the URIs that an element and its attributes use. */
static apr_size_t uris_of(const xmlNode *element)
{
    apr_size_t len = length_of(element->ns);

    for (const xmlAttr *attr = element->properties; attr; attr = attr->next) {
        len += length_of(attr->ns);
    }
    return len;
}

/* Steps and bytes that are not in proportion to the document: for each element, the exclusive form
 * searches its scope for each prefix of the list, the inclusive one for all that the scope has. */
static bool is_too_much(const xmlNode *element, const eckid_c14n_t *how, apr_size_t prefixes)
{
    bool exclusive = how->method == ECKID_C14N_EXCLUSIVE;
    apr_size_t steps = 0, uris = 0;

    for (const xmlNode *node = element; node && steps <= STEPS_MAX && uris <= ECKID_C14N_URIS_MAX;
         node = eckid_xml_walk(element, node)) {
        if (node->type == XML_ELEMENT_NODE) {
            apr_size_t scope = exclusive && !prefixes ? 0 : scope_of(node);

            steps += scope * (exclusive ? prefixes : scope);
            uris += exclusive ? uris_of(node) : 0;
        }
    }
    return steps > STEPS_MAX || uris > ECKID_C14N_URIS_MAX;
}

/* By our own code, if it can. Without a PrefixList it finds by itself what is too much. */
static bool is_written(eckid_bytes_t *text, const xmlNode *element, const xmlNode *without,
                       const eckid_c14n_t *how, const apr_array_header_t *prefixes,
                       apr_pool_t *pool)
{
    apr_size_t count = (apr_size_t)prefixes->nelts - 1;

    return how->method == ECKID_C14N_EXCLUSIVE && !(count && is_too_much(element, how, count)) &&
           eckid_c14n_exclusive(text, element, without, (char *const *)prefixes->elts,
                                how->comments, pool);
}

eckid_err_t *eckid_c14n(eckid_bytes_t *text, xmlNodePtr element, const xmlNode *without,
                        const eckid_c14n_t *how, apr_pool_t *pool)
{
    const apr_array_header_t *prefixes =
        split(how->method == ECKID_C14N_EXCLUSIVE ? how->prefixes : NULL, pool);

    if (prefixes->nelts > ECKID_C14N_PREFIXES_MAX + 1) {
        return eckid_err_make(pool, ECKID_LIMIT, "a PrefixList has too many prefixes");
    }
    if (is_written(text, element, without, how, prefixes, pool)) {
        return NULL;
    }
    if (is_too_much(element, how, (apr_size_t)prefixes->nelts - 1)) {
        return eckid_err_make(pool, ECKID_LIMIT, "its canonical form would take too long");
    }
    return eckid_c14n_libxml(text, element, without, how, pool);
}
