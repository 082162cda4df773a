/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML5 tokenizer that reads a page in pieces and reports tags with their source positions. */
#ifndef ECKID_HTML_H
#define ECKID_HTML_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/*
 * Implements the tokenization stage of the HTML standard (section 13.2.5) for a page in any
 * encoding that extends ASCII. Of tree construction it implements only what tokenization depends
 * on. The content of title, textarea, style, script, xmp, iframe, noembed, noframes and plaintext
 * is text, but not within svg and math, where CDATA sections exist; and some tags end svg and math.
 * The content of noscript is read as markup, as in a browser without scripts, which is the safe
 * choice when searching for fields. A browser may still see another page (what it ignores within
 * select depends on its age), so a tag that is not reported may nevertheless exist. See
 * eckid_saml_scan.h.
 */

#define ECKID_HTML_ATTRS_MAX 256

typedef struct eckid_html_attr_t {
    eckid_bytes_t name;  /* as in the source; compare case-insensitively */
    eckid_bytes_t value; /* as in the source, references not decoded; empty if there is none */
    apr_off_t from, to;  /* position of the value with its quotes; equal if there is none */
} eckid_html_attr_t;

typedef struct eckid_html_tag_t {
    const char *name; /* in lower case */
    bool is_end;
    apr_off_t from; /* position of its "<" */
    int attr_count;
    const eckid_html_attr_t *attrs; /* in source order, including duplicates */
} eckid_html_tag_t;

/* Receives each wanted tag, which is valid only during the call. An error ends the reading. */
typedef eckid_err_t *eckid_html_sink_t(void *self, const eckid_html_tag_t *tag);

typedef struct eckid_html_t eckid_html_t;

/* Wanted is a NULL-terminated list of tag names in lower case. A wanted tag with more than
 * tag_max bytes or ECKID_HTML_ATTRS_MAX attributes is refused with ECKID_TOO_LONG. Lives as long
 * as pool. */
eckid_html_t *eckid_html_make(const char *const *wanted, apr_size_t tag_max,
                              eckid_html_sink_t *sink, void *self, apr_pool_t *pool);

/* Reads the next piece. The error is the sink's or ECKID_TOO_LONG, in the tokenizer's pool. */
eckid_err_t *eckid_html_feed(eckid_html_t *html, eckid_bytes_t piece);

/* Offset of the first byte that is not decided yet. No byte before it is part of a wanted tag that
 * is still to be reported. */
apr_off_t eckid_html_settled(const eckid_html_t *html);

/* Whether the input so far ends within a tag that may be a wanted one. */
bool eckid_html_within_tag(const eckid_html_t *html);

/* Whether the input so far ends within a comment, a CDATA section or an element whose content is
 * text. Another reader of the page may see the bytes before as markup. */
bool eckid_html_within_text(const eckid_html_t *html);

/* How many bytes were read. */
apr_off_t eckid_html_offset(const eckid_html_t *html);

/* The first attribute with that name, or NULL. Browsers ignore duplicates. */
const eckid_html_attr_t *eckid_html_attr(const eckid_html_tag_t *tag, const char *name);

#endif
