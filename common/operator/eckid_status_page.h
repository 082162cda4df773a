/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status as a page, in Dutch or English, for whoever keeps the school's logins going. */
#ifndef ECKID_STATUS_PAGE_H
#define ECKID_STATUS_PAGE_H

#include "decision/eckid_refusal_page.h"
#include "operator/eckid_status.h"

/* An HTML page that fetches nothing. The school's name and colors are those of the page for
 * students; accept_language may be NULL. */
eckid_bytes_t eckid_status_page(const eckid_status_t *status, const eckid_refusal_look_t *look,
                                const char *accept_language, apr_pool_t *pool);

#endif
