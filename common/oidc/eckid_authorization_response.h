/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the front channel: what authorization answers bring by way of the browser. */
#ifndef ECKID_AUTHORIZATION_RESPONSE_H
#define ECKID_AUTHORIZATION_RESPONSE_H

#include "oidc/eckid_oidc_setup.h"
#include "html/eckid_form.h"

/* What allows the script of our own page, and nothing else (CSP level 3). */
#define ECKID_AUTHORIZATION_RESPONSE_CSP                                                           \
    "default-src 'none'; "                                                                         \
    "script-src 'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='"

/*
 * A URL to which an answer sends the browser; client_id is that of the request, or NULL. With
 * CHANGE the body is the URL to be used instead. A refusal is told to the client (told_supplier),
 * at the place in the URL itself: code and tokens are dropped, state and iss stay (RFC 6749 section
 * 4.1.2.1, RFC 9207).
 */
eckid_decision_t eckid_authorization_response_location(const eckid_oidc_setup_t *setup,
                                                       const char *client_id, const char *url,
                                                       const eckid_moment_t *moment,
                                                       apr_pool_t *pool);

/* The same for a page whose form carries an ID token, in that field, or else an access token, or
 * all of the response as a JWT (JARM). With own_page the body is a page of ours that tells the
 * client. */
eckid_decision_t eckid_authorization_response_page(const eckid_oidc_setup_t *setup,
                                                   const char *client_id, const eckid_form_t *form,
                                                   const eckid_form_field_t *field,
                                                   eckid_bytes_t page, const eckid_moment_t *moment,
                                                   apr_pool_t *pool);

/* A link of a page, or a Refresh: ECKID_RESPONSE_MODE when it carries a supplier's ID token, or one
 * that cannot be read, unless the client that asked is certainly no supplier. */
eckid_err_t *eckid_authorization_response_link(const eckid_oidc_setup_t *setup,
                                               const char *client_id, const char *url,
                                               apr_pool_t *pool);

#endif
