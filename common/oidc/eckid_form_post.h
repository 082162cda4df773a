/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page whose form brings an answer to a client (OAuth 2.0 Form Post Response Mode). */
#ifndef ECKID_FORM_POST_H
#define ECKID_FORM_POST_H

#include "oidc/eckid_oidc_setup.h"
#include "html/eckid_post_page.h"
#include "html/eckid_form.h"

/* What allows the script of our own page, and nothing else (CSP level 3). */
#define ECKID_FORM_POST_CSP                                                                        \
    "default-src 'none'; "                                                                         \
    "script-src " ECKID_POST_PAGE_SOURCE

/*
 * Rewrites a page whose form carries an ID token, in that field, or else an access token, or all of
 * the response as a JWT (JARM). Client_id is that of the request, or NULL. Of all other fields of
 * its forms a supplier gets those that eckid_beside_stays allows; ECKID_FIELDS if the rest cannot
 * be taken out, and ECKID_RESPONSE_MODE if it stands in the URL of a form or in a link. A refusal
 * is told to the client: with own_page the body is a page of ours that does so.
 */
eckid_decision_t eckid_form_post_rewrite(const eckid_oidc_setup_t *setup, const char *client_id,
                                         const eckid_form_t *form, const eckid_form_field_t *field,
                                         eckid_bytes_t page, const eckid_moment_t *moment,
                                         apr_pool_t *pool);

/* The same for a page without a token: where a supplier asked, forms or a link may bring a code
 * or an error to it, and more beside that. */
eckid_decision_t eckid_form_post_without_token(const eckid_oidc_setup_t *setup,
                                               const char *client_id, eckid_bytes_t page,
                                               const eckid_moment_t *moment, apr_pool_t *pool);

/* The same for XHTML and other XML, which is not rewritten: ECKID_RESPONSE_MODE where
 * something would have to be taken out, or an access token be sealed. */
eckid_err_t *eckid_form_post_check(const eckid_oidc_setup_t *setup, const char *client_id,
                                   eckid_bytes_t document, apr_pool_t *pool);

#endif
