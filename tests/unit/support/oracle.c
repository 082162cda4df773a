/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libgumbo, a full HTML5 parser, finds on a page: the second opinion about ours. */
#include "support/oracle.h"

#include <apr_strings.h>
#include <gumbo.h>

#include "html/eckid_html.h"
#include "unit.h"

typedef struct list_t {
    const char *text;
    apr_pool_t *pool;
} list_t;

static void add(list_t *list, const char *name, const char *value)
{
    list->text =
        apr_pstrcat(list->pool, list->text, name ? name : "", "\t", value ? value : "", "\n", NULL);
}

static bool is_control(GumboTag tag)
{
    return tag == GUMBO_TAG_INPUT || tag == GUMBO_TAG_BUTTON || tag == GUMBO_TAG_SELECT ||
           tag == GUMBO_TAG_TEXTAREA;
}

static const char *value_of(const GumboElement *element, const char *name)
{
    GumboAttribute *attribute = gumbo_get_attribute(&element->attributes, name);

    return attribute ? attribute->value : NULL;
}

static void visit(list_t *list, const GumboNode *node)
{
    if (node->type != GUMBO_NODE_ELEMENT && node->type != GUMBO_NODE_TEMPLATE) {
        return;
    }
    if (is_control(node->v.element.tag) && node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML) {
        add(list, value_of(&node->v.element, "name"), value_of(&node->v.element, "value"));
    }
    for (unsigned i = 0; i < node->v.element.children.length; i++) {
        visit(list, node->v.element.children.data[i]);
    }
}

static const char *controls_of_gumbo(eckid_bytes_t page, apr_pool_t *p)
{
    list_t list = {"", p};
    GumboOutput *output = gumbo_parse_with_options(&kGumboDefaultOptions, page.data, page.len);

    visit(&list, output->root);
    gumbo_destroy_output(&kGumboDefaultOptions, output);
    return list.text;
}

static const char *decoded(const eckid_html_tag_t *tag, const char *name, apr_pool_t *p)
{
    const eckid_html_attr_t *attr = eckid_html_attr(tag, name);

    return attr ? eckid_codec_html_decode(attr->value, p).data : NULL;
}

static eckid_err_t *on_tag(void *self, const eckid_html_tag_t *tag)
{
    list_t *list = self;

    if (!tag->is_end) {
        add(list, decoded(tag, "name", list->pool), decoded(tag, "value", list->pool));
    }
    return NULL;
}

static const char *ours(eckid_bytes_t page, apr_size_t piece, apr_pool_t *p)
{
    static const char *const wanted[] = {"input", "button", "select", "textarea", NULL};
    list_t list = {"", p};
    eckid_html_t *html = eckid_html_make(wanted, page.len, on_tag, &list, p);

    while (page.len) {
        apr_size_t len = page.len < piece ? page.len : piece;

        if (eckid_html_feed(html, eckid_bytes(page.data, len))) {
            return "refused";
        }
        page = eckid_bytes(page.data + len, page.len - len);
    }
    return list.text;
}

static void check(eckid_bytes_t page, apr_size_t piece, const char *theirs)
{
    const char *seen = ours(page, piece, pool);

    ck_assert_msg(strcmp(seen, theirs) == 0, "%s\nours:\n%s\ngumbo:\n%s", page.data, seen, theirs);
}

void oracle_check(const char *page, apr_size_t piece)
{
    check(str(page), piece, controls_of_gumbo(str(page), pool));
}

void oracle_check_pieces(const char *page)
{
    const char *theirs = controls_of_gumbo(str(page), pool);

    for (apr_size_t size = strlen(page); size > 0; size--) {
        check(str(page), size, theirs);
    }
}
