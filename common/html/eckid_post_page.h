/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What our own pages have in common whose form sends itself: its fields and the script. */
#ifndef ECKID_POST_PAGE_H
#define ECKID_POST_PAGE_H

#include <apr_pools.h>

/* The script, and the source expression by which a policy allows it and nothing else (CSP level 3,
 * section 2.3.1). */
#define ECKID_POST_PAGE_SCRIPT "<script>document.forms[0].submit()</script>\n"
#define ECKID_POST_PAGE_SOURCE "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='"

/* A hidden field as HTML; "" if the value is NULL. Name is HTML already, value any text. */
const char *eckid_post_page_field(const char *name, const char *value, apr_pool_t *pool);

#endif
