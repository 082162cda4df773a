/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Authorization responses in URLs: what they bring to a client by way of the browser. */
#ifndef ECKID_AUTHORIZATION_RESPONSE_H
#define ECKID_AUTHORIZATION_RESPONSE_H

#include "oidc/eckid_redirect.h"

/*
 * A URL to which an answer sends the browser; client_id is that of the request, or NULL. With
 * CHANGE the body is the URL to be used instead. A refusal is told to the client (told_supplier),
 * at the place in the URL itself: code and tokens are dropped, state and iss stay (RFC 6749 section
 * 4.1.2.1, RFC 9207). Of all other parameters a supplier gets those that eckid_beside_stays allows.
 */
eckid_decision_t eckid_authorization_response_location(const eckid_oidc_setup_t *setup,
                                                       const char *client_id, const char *url,
                                                       const eckid_moment_t *moment,
                                                       apr_pool_t *pool);

/* A link of a page, or a Refresh: ECKID_RESPONSE_MODE when it carries a supplier's ID token, or one
 * that cannot be read, unless the client that asked is certainly no supplier; or when it brings a
 * supplier that asked something that is not released. */
eckid_err_t *eckid_authorization_response_link(const eckid_oidc_setup_t *setup,
                                               const char *client_id, const char *url,
                                               apr_pool_t *pool);

/* The same of all links of a page (const char *). */
eckid_err_t *eckid_authorization_response_links(const eckid_oidc_setup_t *setup,
                                                const char *client_id,
                                                const apr_array_header_t *links, apr_pool_t *pool);

/* Of links that were searched for tokens already: ECKID_RESPONSE_MODE when one brings the login's
 * supplier something beside a code or an error that is not released. */
eckid_err_t *eckid_authorization_response_beside(const apr_array_header_t *links,
                                                 eckid_redirect_asked_t *asked,
                                                 const eckid_oidc_login_t *login);

#endif
