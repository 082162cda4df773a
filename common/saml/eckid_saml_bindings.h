/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every other way in which a login could travel to a supplier: recognised, and refused. */
#ifndef ECKID_SAML_BINDINGS_H
#define ECKID_SAML_BINDINGS_H

#include "saml/eckid_saml_recipient.h"

/*
 * All of these return NULL when what was looked at may pass: it carries no login, or one that names
 * no supplier. ECKID_BINDING when it is a supplier's. What looks like a login and cannot be read
 * cannot be shown to be nobody's, and is refused too.
 */

/* A URL to which the browser is sent, by a link, a form, a frame or a meta element: SAMLResponse
 * (HTTP-Redirect, SAML bindings section 3.4), SAMLart (section 3.6.3) and wresult. The last two say
 * nothing here, so it is the host that decides. */
eckid_err_t *eckid_saml_bindings_check_url(const eckid_policy_t *policy, const char *url,
                                           apr_pool_t *pool);

/* The same for the value of a Location field or the URL of a Refresh, which may be several. */
eckid_err_t *eckid_saml_bindings_check_location(const eckid_policy_t *policy, const char *value,
                                                apr_pool_t *pool);

/* A form field SAMLart, whose value says nothing here: action is that of its form, or NULL. */
eckid_err_t *eckid_saml_bindings_check_artifact(const eckid_policy_t *policy, const char *action,
                                                apr_pool_t *pool);

/* A form field wresult, with its value and the action of its form, or NULL. */
eckid_err_t *eckid_saml_bindings_check_wresult(const eckid_policy_t *policy, const char *action,
                                               eckid_bytes_t xml, apr_pool_t *pool);

/* The start of an XML body: whether its root is one of SOAP or SAML, so that it may hold a login.
 */
bool eckid_saml_bindings_is_message(eckid_bytes_t start);

/* Bytes of a page in which no field was found: whether a login stands in them nevertheless. */
eckid_err_t *eckid_saml_bindings_check_bytes(const eckid_policy_t *policy, eckid_bytes_t bytes,
                                             apr_pool_t *pool);

/* An XML body, whatever its root: ECP and PAOS, artifact resolution, attribute queries, XHTML.
 * What is not well-formed is refused if it looks like a message or holds a login. */
eckid_err_t *eckid_saml_bindings_check_xml(const eckid_policy_t *policy, eckid_bytes_t body,
                                           apr_pool_t *pool);

#endif
