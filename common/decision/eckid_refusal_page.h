/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page a browser gets for a refused login: short, in Dutch or English, and it says what to
 * do. */
#ifndef ECKID_REFUSAL_PAGE_H
#define ECKID_REFUSAL_PAGE_H

#include "base/eckid_codec.h"

/*
 * An HTML page for status 403, 502 or 503, in the language that accept_language prefers (RFC 9110
 * section 12.5.4; may be NULL), or in Dutch without a preference. Helpdesk is the operator's text,
 * which is escaped; or NULL.
 */
eckid_bytes_t eckid_refusal_page(int status, const char *accept_language, const char *helpdesk,
                                 const char *reference, apr_pool_t *pool);

#endif
