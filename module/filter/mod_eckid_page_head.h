/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an answer: whether its body is held, and where it sends the browser itself. */
#ifndef MOD_ECKID_PAGE_HEAD_H
#define MOD_ECKID_PAGE_HEAD_H

#include "filter/mod_eckid_page.h"

/* Whether EckidMetadataPath has the path of the request. */
bool mod_eckid_page_is_metadata(const request_rec *r, const mod_eckid_dir_t *dir);

/* The first thing that happens to an answer: what is sent in the head is judged, and the exchange
 * holds or passes from here on, or has ended with a refusal. */
apr_status_t mod_eckid_page_head(ap_filter_t *f);

#endif
