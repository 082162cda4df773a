/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page a browser gets for a refused login: short, in Dutch or English, and it says what to
 * do. */
#ifndef ECKID_REFUSAL_PAGE_H
#define ECKID_REFUSAL_PAGE_H

#include "base/eckid_codec.h"
#include "model/eckid_finding.h"

/* What the school says on the page, and how it looks. Texts are escaped. Read-only. */
typedef struct eckid_refusal_look_t {
    const char *helpdesk;           /* the last sentence; or NULL */
    const char *school;             /* the name above the page; or NULL */
    const char *color, *background; /* of that name, "#rrggbb"; NULL for white on dark grey */
} eckid_refusal_look_t;

/* Whether a browser with that Accept-Language (RFC 9110 section 12.5.4; may be NULL) rather wants
 * English than Dutch. */
bool eckid_refusal_page_is_english(const char *accept_language);

/* A page of ours in that look: the title is its heading too, and main is HTML. */
eckid_bytes_t eckid_refusal_page_frame(const char *title, const char *main, bool is_english,
                                       const eckid_refusal_look_t *look, apr_pool_t *pool);

/* Its line with a reference code, as HTML. */
const char *eckid_refusal_page_reference(const char *reference, bool is_english, apr_pool_t *pool);

/* What eckid_refusal_page says, without HTML, for explaining a login. */
const char *eckid_refusal_page_says(int status, eckid_outcome_t outcome, const char *kind,
                                    bool is_english, apr_pool_t *pool);

/* An HTML page for status 400, 403, 502 or 503, in Dutch or English, to a person of that kind; NULL
 * for a student. With a 503, the outcome says whether it was the LAS, the directory or something
 * else that failed. */
eckid_bytes_t eckid_refusal_page(int status, eckid_outcome_t outcome, const char *kind,
                                 const char *accept_language, const eckid_refusal_look_t *look,
                                 const char *reference, apr_pool_t *pool);

#endif
