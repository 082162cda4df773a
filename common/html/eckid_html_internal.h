/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTML tokenizer and the moves of its states. Only eckid_html.c and eckid_html_text.c include
 * this. */
#ifndef ECKID_HTML_INTERNAL_H
#define ECKID_HTML_INTERNAL_H

#include <apr_lib.h>

#include "html/eckid_html.h"
#include "html/eckid_html_foreign.h"

#define ECKID_HTML_NAME_MAX 31 /* longer than any relevant name; the rest is dropped */

/* A state of section 13.2.5. It reads one byte; false means that the next state reads the byte
 * again. */
typedef bool state_t(eckid_html_t *html, char c);

/* An attribute by its offsets from the "<" of its tag. */
typedef struct eckid_html_span_t {
    apr_size_t name_from, name_to, value_from, value_to;
} eckid_html_span_t;

struct eckid_html_t {
    const char *const *wanted;
    apr_size_t tag_max;
    eckid_html_sink_t *sink;
    void *self;
    apr_pool_t *pool;

    state_t *state;
    apr_off_t offset; /* of the current byte */
    eckid_err_t *err;

    /* the current tag; its bytes are kept only while it may be a wanted one */
    apr_off_t tag_from;
    bool is_end, self_closing, kept;
    char name[ECKID_HTML_NAME_MAX + 1];
    apr_size_t name_len;
    char *raw;
    apr_size_t raw_len, raw_room;
    eckid_html_span_t *spans; /* ECKID_HTML_ATTRS_MAX */
    int span_count;

    /* for content that is text */
    char text_element[ECKID_HTML_NAME_MAX + 1];
    state_t *text_state; /* to return to if "</" does not begin its end tag */
    int matched;         /* length of the keyword prefix that was matched */

    eckid_html_foreign_t foreign;
};

/* Where content begins that is text: RCDATA and RAWTEXT, script data, PLAINTEXT. */
state_t eckid_html_text, eckid_html_script, eckid_html_plaintext;

/* Where it ends: behind the name of its end tag. */
state_t eckid_html_before_attr_name;

/* Changes the state and consumes the byte. */
static inline bool to(eckid_html_t *html, state_t *next)
{
    html->state = next;
    return true;
}

/* "Reconsume in": changes the state, which then reads the byte again. */
static inline bool again(eckid_html_t *html, state_t *next)
{
    html->state = next;
    return false;
}

static inline void begin_tag(eckid_html_t *html, bool is_end)
{
    html->is_end = is_end;
    html->self_closing = false;
    html->name_len = 0;
    html->span_count = 0;
}

static inline void append_name(eckid_html_t *html, char c)
{
    if (html->name_len < ECKID_HTML_NAME_MAX) {
        html->name[html->name_len++] = (char)apr_tolower(c);
    }
    html->name[html->name_len] = '\0';
}

#endif
