/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of a logout: whether the user wants it, and how it ended. */
#ifndef ECKID_LOGOUT_PAGE_H
#define ECKID_LOGOUT_PAGE_H

#include "decision/eckid_refusal_page.h"

typedef enum eckid_logout_page_kind_t {
    ECKID_LOGOUT_PAGE_ASK,
    ECKID_LOGOUT_PAGE_DONE,
    ECKID_LOGOUT_PAGE_PARTIAL,
    ECKID_LOGOUT_PAGE_REFUSED
} eckid_logout_page_kind_t;

/* What stands on it; each may be NULL. */
typedef struct eckid_logout_page_t {
    const char *action;    /* the URL of a form with a button, by which the logout begins */
    const char *token;     /* which that repeats */
    const char *go_on;     /* a URL by which a logout that was interrupted goes on */
    const char *reference; /* the code for the helpdesk */
} eckid_logout_page_t;

/* In Dutch or English. */
eckid_bytes_t eckid_logout_page(eckid_logout_page_kind_t kind, const eckid_logout_page_t *page,
                                const char *accept_language, const eckid_refusal_look_t *look,
                                apr_pool_t *pool);

#endif
