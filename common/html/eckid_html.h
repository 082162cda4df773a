/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML5 tokenizer that takes a page in pieces and gives out tags with their source positions. */
#ifndef ECKID_HTML_H
#define ECKID_HTML_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/*
 * The tokenization stage of the HTML standard (section 13.2.5) on a page in any encoding that
 * extends ASCII. Of tree construction only that is done on which tokenization depends: the content
 * of title, textarea, style, script, xmp, iframe, noembed, noframes and plaintext is text, except
 * within svg and math, where CDATA sections are; and what leads out of svg and math. The content of
 * noscript is read as markup, as a browser without scripts would: for who looks for fields, that is
 * the careful choice. A browser may still see another page (what it ignores within select depends
 * on its age): so a tag that was not given out is no proof that there is none. See
 * eckid_saml_scan.h.
 */

#define ECKID_HTML_ATTRS_MAX 256

typedef struct eckid_html_attr_t {
    eckid_bytes_t name;  /* as in the source; compare without regard to case */
    eckid_bytes_t value; /* as in the source, references not decoded; empty when there is none */
    apr_off_t from, to;  /* where the value stands, quotes included; equal when there is none */
} eckid_html_attr_t;

typedef struct eckid_html_tag_t {
    const char *name; /* in lower case */
    bool is_end;
    apr_off_t from; /* of its "<" */
    int attr_count;
    const eckid_html_attr_t *attrs; /* in source order, repeated ones included */
} eckid_html_tag_t;

/* Is given each wanted tag; all it points to is gone afterwards. An error ends the reading. */
typedef eckid_err_t *eckid_html_sink_t(void *self, const eckid_html_tag_t *tag);

typedef struct eckid_html_t eckid_html_t;

/* Wanted is a NULL-terminated list of tag names in lower case. A wanted tag of more than tag_max
 * bytes or ECKID_HTML_ATTRS_MAX attributes is refused: ECKID_TOO_LONG. Lives as long as pool. */
eckid_html_t *eckid_html_make(const char *const *wanted, apr_size_t tag_max,
                              eckid_html_sink_t *sink, void *self, apr_pool_t *pool);

/* Reads the next piece. Errors are the sink's, or ECKID_TOO_LONG, in the pool of the tokenizer. */
eckid_err_t *eckid_html_feed(eckid_html_t *html, eckid_bytes_t piece);

/* Where what has not been decided yet begins: all bytes before it are no part of a wanted tag that
 * is still to be given out. */
apr_off_t eckid_html_settled(const eckid_html_t *html);

/* Whether what was read up to now ends within a tag that may be a wanted one. */
bool eckid_html_within_tag(const eckid_html_t *html);

/* Whether it ends within a comment, a CDATA section or an element whose content is text: what comes
 * before it may be seen as markup by another reader of the page. */
bool eckid_html_within_text(const eckid_html_t *html);

/* How many bytes were read. */
apr_off_t eckid_html_offset(const eckid_html_t *html);

/* The first attribute of that name (a browser ignores the others), or NULL. */
const eckid_html_attr_t *eckid_html_attr(const eckid_html_tag_t *tag, const char *name);

#endif
