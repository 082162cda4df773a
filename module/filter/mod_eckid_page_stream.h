/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page too long to be held: searched while it goes on, and broken off at what is found. */
#ifndef MOD_ECKID_PAGE_STREAM_H
#define MOD_ECKID_PAGE_STREAM_H

#include "filter/mod_eckid_page.h"

/* From here on the body is searched by all settings at once. ECKID_CONFIG. */
eckid_err_t *mod_eckid_page_watch(mod_eckid_page_t *page);

/* Searches the next piece. The error is what was found; it counts by the settings that found it. */
eckid_err_t *mod_eckid_page_feed(mod_eckid_page_t *page, eckid_bytes_t piece);

/* Searches a bucket and takes it into what is held. What is found is logged, and breaks the answer
 * off. */
apr_status_t mod_eckid_page_stream(ap_filter_t *f, apr_bucket *bucket);

/* Sends of what is held as much as is decided. */
apr_status_t mod_eckid_page_send_settled(ap_filter_t *f);

#endif
