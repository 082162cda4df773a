/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bindings that are refused: every way but HTTP-POST in which a login can reach a supplier. */
#ifndef ECKID_SAML_BINDINGS_H
#define ECKID_SAML_BINDINGS_H

#include "saml/eckid_saml_recipient.h"
#include "saml/eckid_saml_unread.h"

/*
 * All of these return NULL if the input may pass: it carries no login, or one that names no
 * supplier. ECKID_BINDING if it carries a login for a supplier. Input that looks like a login but
 * cannot be read is decided about by eckid_saml_unread: ECKID_BINDING, ECKID_FIELDS, or the error
 * of reading it.
 */

/* A URL to which the browser is sent, by a link, a form, a frame or a meta element: SAMLResponse
 * (HTTP-Redirect, SAML bindings section 3.4), SAMLart (section 3.6.3) and wresult. The last two do
 * not show their supplier, so the host decides. */
eckid_err_t *eckid_saml_bindings_check_url(eckid_saml_context_t *context, const char *url,
                                           apr_pool_t *pool);

/* The same for the value of a Location field or the URL of a Refresh, either of which may hold
 * several URLs. */
eckid_err_t *eckid_saml_bindings_check_location(eckid_saml_context_t *context, const char *value,
                                                apr_pool_t *pool);

/* A form field SAMLart, by the action of its form, or NULL: its value does not show the supplier.
 */
eckid_err_t *eckid_saml_bindings_check_artifact(eckid_saml_context_t *context, const char *action,
                                                apr_pool_t *pool);

/* A form field SAMLResponse whose value is not an attribute, such as a textarea, by the action of
 * its form, or NULL: ECKID_FIELDS. */
eckid_err_t *eckid_saml_bindings_check_control(eckid_saml_context_t *context, const char *action,
                                               apr_pool_t *pool);

/* A form field wresult, with its value and the action of its form, or NULL. */
eckid_err_t *eckid_saml_bindings_check_wresult(eckid_saml_context_t *context, const char *action,
                                               eckid_bytes_t xml, apr_pool_t *pool);

/* Whether the root of an XML body, of which this is the start, is one of SOAP or SAML, so that it
 * may hold a login. */
bool eckid_saml_bindings_is_message(eckid_bytes_t start);

/* Bytes of a page outside the fields that were read: a login may stand there too. */
eckid_err_t *eckid_saml_bindings_check_bytes(eckid_saml_context_t *context, eckid_bytes_t bytes,
                                             apr_pool_t *pool);

/* An XML body with any root: ECP and PAOS, artifact resolution, attribute queries, XHTML. A body
 * that is not well-formed counts as unread if it looks like a message or holds a login. */
eckid_err_t *eckid_saml_bindings_check_xml(eckid_saml_context_t *context, eckid_bytes_t body,
                                           apr_pool_t *pool);

#endif
