/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with any body. Only eckid_page.c and eckid_page_unread.c include this. */
#ifndef ECKID_PAGE_INTERNAL_H
#define ECKID_PAGE_INTERNAL_H

#include "gateway/eckid_page.h"
#include "html/eckid_form.h"

/* One page while it is handled. */
typedef struct eckid_page_t {
    const eckid_gateway_t *gateway;
    const eckid_moment_t *moment;
    eckid_bytes_t text;
    eckid_saml_context_t context;
    const eckid_form_t *form;
    const eckid_form_field_t *saml;         /* the field with a SAML response; or NULL */
    const eckid_form_field_t *id_token;     /* the one with an ID token; or NULL */
    const eckid_form_field_t *access_token; /* the same of an access token */
    const eckid_form_field_t *jwt;          /* the same of a whole response (JARM) */
    bool is_ambiguous; /* whether there is more than one such field, or one that is no input */
    apr_pool_t *pool;
} eckid_page_t;

/* A page of that text, of which nothing has been read. Moment may be NULL where nothing is made. */
eckid_page_t eckid_page_make(const eckid_gateway_t *gateway, eckid_bytes_t text,
                             const eckid_moment_t *moment, apr_pool_t *pool);

/* A body as it came; compressed, up to the length of a page: ECKID_LIMIT where it is longer. */
eckid_err_t *eckid_page_unpack(eckid_bytes_t *body, const eckid_gateway_t *gateway, bool gzip,
                               apr_pool_t *pool);

/* An error if a supplier's ID token stands in the bytes, but for a hint that the request itself
 * brought: the browser has that already. */
eckid_err_t *eckid_page_find_id_token(eckid_page_t *page, eckid_bytes_t bytes);

/* The same for an access token, where a supplier asked: in the script of a page
 * (response_mode=web_message) or in a link. */
eckid_err_t *eckid_page_find_access_token(eckid_page_t *page, eckid_bytes_t bytes);

/* Searches a body in which no field can be found, as unread says: NULL if it may pass. */
eckid_err_t *eckid_page_find_unread(eckid_page_t *page, const eckid_err_t *unread);

/* The same for one that fits only while it is compressed. */
eckid_err_t *eckid_page_search_packed(const eckid_gateway_t *gateway, eckid_bytes_t packed,
                                      bool is_page, apr_pool_t *pool);

/* What was decided, or the refusal of an error. What passes although it could not be read says so.
 */
eckid_decision_t eckid_page_conclude(const eckid_page_t *page, eckid_decision_t decision,
                                     const eckid_err_t *err);

#endif
