/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a page is HTML and where it is svg or math, whose content is tokenized in another way. */
#include "html/eckid_html_foreign.h"

#include "base/eckid_words.h"

#define TURNS_MAX 64 /* deeper ones are ignored */

/* An element that begins foreign content (svg, math), or HTML within it (integration points). */
typedef struct eckid_html_turn_t {
    const char *name;
    bool foreign;
} turn_t;

eckid_html_foreign_t eckid_html_foreign_make(apr_pool_t *pool)
{
    return (eckid_html_foreign_t){apr_palloc(pool, TURNS_MAX * sizeof(turn_t)), 0};
}

bool eckid_html_foreign_is(const eckid_html_foreign_t *foreign)
{
    return foreign->count && foreign->turns[foreign->count - 1].foreign;
}

/* 13.2.6.5: start tags that end foreign content, and end tags of elements that may enclose it. We
 * do not know whether such an element is open; "form", "body" and "html" do not close their
 * content. */
static bool leads_out(const char *name, bool is_end)
{
    static const char *const both[] = {
        "b",   "big",    "blockquote", "br",    "center", "code", "dd",   "div",   "dl", "dt",
        "em",  "h1",     "h2",         "h3",    "h4",     "h5",   "h6",   "i",     "li", "menu",
        "ol",  "nobr",   "p",          "pre",   "ruby",   "s",    "span", "small", "tt", "strong",
        "sub", "strike", "sup",        "table", "u",      "ul",   "var",  "font",  NULL};
    static const char *const starts[] = {"body", "embed", "head", "hr", "img", "meta", NULL};
    static const char *const ends[] = {
        "article", "aside",  "button", "caption", "details", "fieldset", "figure",
        "footer",  "header", "label",  "main",    "nav",     "section",  "summary",
        "tbody",   "td",     "tfoot",  "thead",   "th",      "tr",       NULL};

    return eckid_words_have(both, name) || eckid_words_have(is_end ? ends : starts, name);
}

static void begin_turn(eckid_html_foreign_t *foreign, const char *name)
{
    static const turn_t turns[] = {{"svg", true},   {"math", true},   {"foreignobject", false},
                                   {"desc", false}, {"title", false}, {"mi", false},
                                   {"mo", false},   {"mn", false},    {"ms", false},
                                   {"mtext", false}};

    for (unsigned i = 0; i < sizeof(turns) / sizeof(*turns); i++) {
        if (eckid_words_same(turns[i].name, name) &&
            (turns[i].foreign || eckid_html_foreign_is(foreign)) && foreign->count < TURNS_MAX) {
            foreign->turns[foreign->count++] = turns[i];
        }
    }
}

static void end_turn(eckid_html_foreign_t *foreign, const char *name)
{
    for (int i = foreign->count - 1; i >= 0; i--) {
        if (eckid_words_same(foreign->turns[i].name, name)) {
            foreign->count = i;
            return;
        }
    }
}

void eckid_html_foreign_follow(eckid_html_foreign_t *foreign, const char *name, bool is_end,
                               bool is_self_closing)
{
    while (eckid_html_foreign_is(foreign) && leads_out(name, is_end)) {
        foreign->count--;
    }
    if (is_end) {
        end_turn(foreign, name);
    }
    else if (!is_self_closing) {
        begin_turn(foreign, name);
    }
}
