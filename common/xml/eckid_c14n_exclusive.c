/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exclusive XML Canonicalization of what ordinary documents consist of, in one pass. */
#include "xml/eckid_c14n_exclusive.h"
#include "xml/eckid_xml_writer.h"

#include <apr_lib.h>
#include <apr_tables.h>

/* Which documents are ordinary */

static const xmlChar *skip_plain(const xmlChar *at, const char *others)
{
    while (apr_isalnum(*at) || (*at && strchr(others, *at))) {
        at++;
    }
    return at;
}

/* Whether it is an absolute URI, of characters that mean nothing else in markup. Namespaces with a
 * relative one have no canonical form (Canonical XML section 1.3). */
static bool is_plain_uri(const xmlChar *uri)
{
    const xmlChar *at = uri && apr_isalpha(*uri) ? skip_plain(uri, "+-.") : NULL;

    if (!at || *at++ != ':') {
        return false;
    }
    if (at[0] == '/' && at[1] == '/') {
        at = skip_plain(at + 2, "-.");
        if (*at && !strchr("/?#", *at)) {
            return false; /* a port or a user, which can be wrong */
        }
    }
    at = skip_plain(at, "-._~/:=+,;@?");
    return !*at || (*at == '#' && !*skip_plain(at + 1, "-._~/:=+,;@?"));
}

static bool is_text_alone(const xmlNode *node)
{
    while (node && node->type == XML_TEXT_NODE) {
        node = node->next;
    }
    return !node;
}

static bool is_plain_element(const xmlNode *element)
{
    for (const xmlNs *ns = element->nsDef; ns; ns = ns->next) {
        if (!is_plain_uri(ns->href)) {
            return false;
        }
    }
    for (const xmlAttr *attr = element->properties; attr; attr = attr->next) {
        if (!is_text_alone(attr->children)) {
            return false;
        }
    }
    return element->ns != NULL;
}

static bool is_plain_node(const xmlNode *node)
{
    switch (node->type) {
    case XML_ELEMENT_NODE:
        return is_plain_element(node);
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE:
    case XML_COMMENT_NODE:
        return true;
    default:
        return false;
    }
}

static bool is_plain_document(const xmlDoc *doc)
{
    const xmlNode *top = (const xmlNode *)doc;
    const xmlNode *node = top->children;

    while (node && is_plain_node(node)) {
        node = eckid_xml_walk(top, node);
    }
    return !node;
}

/* Writing */

typedef struct state_t {
    eckid_xml_writer_t out;
    const xmlNode *without;
    bool comments;
    char *const *prefixes;
    apr_array_header_t *rendered;   /* const xmlNs *, by the elements that are open */
    apr_array_header_t *namespaces; /* const xmlNs *, that the element at hand renders, in order */
    apr_array_header_t *attributes; /* const xmlAttr *, of the element at hand, in order */
    apr_size_t uris;                /* bytes of the namespaces that were written */
} state_t;

typedef int compare_t(const void *a, const void *b);

static void insert(apr_array_header_t *list, const void *item, compare_t *compare)
{
    apr_array_push(list);
    const void **all = (const void **)list->elts;
    int at = list->nelts - 1;

    for (; at > 0 && compare(all[at - 1], item) > 0; at--) {
        all[at] = all[at - 1];
    }
    all[at] = item;
}

static int by_prefix(const void *a, const void *b)
{
    return xmlStrcmp(((const xmlNs *)a)->prefix, ((const xmlNs *)b)->prefix);
}

/* By namespace URI, then by local name; those without namespace come first. */
static int by_name(const void *a, const void *b)
{
    const xmlAttr *left = a, *right = b;
    int order = left->ns == right->ns ? 0
                                      : xmlStrcmp(left->ns ? left->ns->href : NULL,
                                                  right->ns ? right->ns->href : NULL);

    return order ? order : xmlStrcmp(left->name, right->name);
}

static bool is_rendered(const state_t *state, const xmlNs *ns)
{
    for (int i = state->rendered->nelts; i-- > 0;) {
        const xmlNs *last = APR_ARRAY_IDX(state->rendered, i, const xmlNs *);

        if (last == ns) {
            return true;
        }
        if (xmlStrEqual(last->prefix, ns->prefix)) {
            return xmlStrEqual(last->href, ns->href);
        }
    }
    return false;
}

static void utilize(state_t *state, const xmlNs *ns)
{
    if (ns && !xmlStrEqual(ns->prefix, BAD_CAST "xml") && !is_rendered(state, ns)) {
        APR_ARRAY_PUSH(state->rendered, const xmlNs *) = ns;
        insert(state->namespaces, ns, by_prefix);
    }
}

/* Section 3: what is visibly utilized, and what the PrefixList names. */
static void sort_namespaces(state_t *state, const xmlNode *element)
{
    apr_array_clear(state->namespaces);
    for (char *const *prefix = state->prefixes; *prefix; prefix++) {
        utilize(state, xmlSearchNs(element->doc, (xmlNodePtr)element, BAD_CAST * prefix));
    }
    utilize(state, element->ns);
    for (const xmlAttr *attr = element->properties; attr; attr = attr->next) {
        utilize(state, attr->ns);
    }
}

static void sort_attributes(state_t *state, const xmlNode *element)
{
    apr_array_clear(state->attributes);
    for (const xmlAttr *attr = element->properties; attr; attr = attr->next) {
        insert(state->attributes, attr, by_name);
    }
}

static void write_start(state_t *state, const xmlNode *element)
{
    eckid_xml_writer_t *out = &state->out;

    sort_namespaces(state, element);
    sort_attributes(state, element);
    eckid_xml_write(out, "<");
    eckid_xml_write_name(out, element->ns, element->name);
    for (int i = 0; i < state->namespaces->nelts; i++) {
        apr_size_t before = out->len;

        eckid_xml_write_namespace(out, APR_ARRAY_IDX(state->namespaces, i, const xmlNs *));
        state->uris += out->len - before;
    }
    for (int i = 0; i < state->attributes->nelts; i++) {
        eckid_xml_write_attribute(out, APR_ARRAY_IDX(state->attributes, i, const xmlAttr *));
    }
    eckid_xml_write(out, ">");
}

static void write_element(state_t *state, const xmlNode *element);

static void write_node(state_t *state, const xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE) {
        write_element(state, node);
    }
    else if (node->type != XML_COMMENT_NODE) {
        eckid_xml_write_text(&state->out, node->content);
    }
    else if (state->comments) {
        eckid_xml_write(&state->out, "<!--");
        eckid_xml_write(&state->out, (const char *)node->content);
        eckid_xml_write(&state->out, "-->");
    }
}

/* Calls itself no deeper than the document is, which ECKID_XML_DEPTH_MAX bounds. */
static void write_element(state_t *state, const xmlNode *element)
{
    int rendered = state->rendered->nelts;

    write_start(state, element);
    for (const xmlNode *child = element->children; child && state->uris <= ECKID_C14N_URIS_MAX;
         child = child->next) {
        if (child != state->without) {
            write_node(state, child);
        }
    }
    eckid_xml_write(&state->out, "</");
    eckid_xml_write_name(&state->out, element->ns, element->name);
    eckid_xml_write(&state->out, ">");
    state->rendered->nelts = rendered;
}

static bool has_default(char *const *prefixes)
{
    while (*prefixes && strcmp(*prefixes, "#default") != 0) {
        prefixes++;
    }
    return *prefixes != NULL;
}

static apr_array_header_t *make_list(apr_pool_t *pool)
{
    return apr_array_make(pool, 16, sizeof(const void *));
}

bool eckid_c14n_exclusive(eckid_bytes_t *text, const xmlNode *element, const xmlNode *without,
                          char *const *prefixes, bool comments, apr_pool_t *pool)
{
    state_t state = {.without = without, .comments = comments, .prefixes = prefixes};

    if (has_default(prefixes) || !is_plain_document(element->doc)) {
        return false;
    }
    state.out = eckid_xml_writer(pool);
    state.rendered = make_list(pool);
    state.namespaces = make_list(pool);
    state.attributes = make_list(pool);
    write_element(&state, element);
    *text = eckid_xml_written(&state.out);
    return state.uris <= ECKID_C14N_URIS_MAX;
}
