/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a browser gets for a refused login: a short page, in Dutch or English, that says what to do.
 */
#ifndef ECKID_REFUSAL_PAGE_H
#define ECKID_REFUSAL_PAGE_H

#include "base/eckid_codec.h"

/*
 * An HTML page for status 403, 502 or 503. The language is the one that accept_language (RFC 9110
 * section 12.5.4; may be NULL) prefers, and Dutch if it prefers neither. Helpdesk is the operator's
 * own text, not HTML, or NULL.
 */
eckid_bytes_t eckid_refusal_page(int status, const char *accept_language, const char *helpdesk,
                                 const char *reference, apr_pool_t *pool);

#endif
