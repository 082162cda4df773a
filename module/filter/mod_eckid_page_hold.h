/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page that is collected until it can be judged: whole, or as the start of a longer one. */
#ifndef MOD_ECKID_PAGE_HOLD_H
#define MOD_ECKID_PAGE_HOLD_H

#include "filter/mod_eckid_page.h"

/*
 * Takes a bucket into what is held. At the end of the body, or where it breaks off, what is held is
 * judged, and sent or refused. A body that is longer than is held, and JSON that comes line by
 * line, is streamed from here on, unless its start is refused.
 */
apr_status_t mod_eckid_page_hold(ap_filter_t *f, apr_bucket *bucket);

#endif
