/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages and XML on their way to the browser: held up to a bound, judged by the library, sent. */
#ifndef MOD_ECKID_PAGE_FILTER_H
#define MOD_ECKID_PAGE_FILTER_H

#include <httpd.h>

/* Makes the filters known to httpd: one before all filters that compress, and a second one behind
 * mod_headers, for what passed the first one as no page. */
void mod_eckid_page_filter_register(void);

/* Hook fixups: takes out of the request what would let the answer come in a form that cannot be
 * read: Range and If-Range, codings other than gzip, conditions on metadata. */
int mod_eckid_page_filter_fixups(request_rec *r);

/* Hooks insert_filter and insert_error_filter. The second one comes behind mod_headers. */
void mod_eckid_page_filter_insert(request_rec *r);
void mod_eckid_page_filter_insert_final(request_rec *r);

#endif
