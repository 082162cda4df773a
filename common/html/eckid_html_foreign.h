/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a page is HTML and where it is svg or math, whose content is tokenized in another way. */
#ifndef ECKID_HTML_FOREIGN_H
#define ECKID_HTML_FOREIGN_H

#include <apr_pools.h>
#include <stdbool.h>

/*
 * Of tree construction in the HTML standard (section 13.2.6) what tokenization depends on: which
 * tags lead into foreign content and out of it. There are no other elements here, so a page in
 * which tags do not match may be seen in another way than by a browser.
 */
typedef struct eckid_html_foreign_t {
    struct eckid_html_turn_t *turns; /* open elements that begin or end it, outermost first */
    int count;
} eckid_html_foreign_t;

/* At the start of a page, which is HTML. */
eckid_html_foreign_t eckid_html_foreign_make(apr_pool_t *pool);

/* Whether what comes next is foreign content. */
bool eckid_html_foreign_is(const eckid_html_foreign_t *foreign);

/* Goes on behind a tag, whose name is in lower case. */
void eckid_html_foreign_follow(eckid_html_foreign_t *foreign, const char *name, bool is_end,
                               bool is_self_closing);

#endif
