/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every other way in which a login could travel to a supplier: recognised, and refused. */
#ifndef ECKID_CARRIER_H
#define ECKID_CARRIER_H

#include "eckid_whose.h"

/*
 * All of these return NULL when what was looked at may pass: it carries no login, or one that names
 * no supplier. ECKID_CARRIER when it is a supplier's. What looks like a login and cannot be read
 * cannot be shown to be nobody's, and is refused too.
 */

/* A URL to which the browser is sent, by Location or Refresh, a link or a meta element:
 * SAMLResponse (HTTP-Redirect, SAML bindings section 3.4), SAMLart (section 3.6.3) and wresult. */
eckid_err_t *eckid_carrier_url(const eckid_policy_t *policy, const char *url, apr_pool_t *pool);

/* A form field SAMLart, whose value says nothing here: action is that of its form, or NULL. */
eckid_err_t *eckid_carrier_artifact(const eckid_policy_t *policy, const char *action,
                                    apr_pool_t *pool);

/* A form field wresult, with its value and the action of its form, or NULL. */
eckid_err_t *eckid_carrier_wresult(const eckid_policy_t *policy, const char *action,
                                   eckid_bytes_t xml, apr_pool_t *pool);

/* The start of an XML body: whether its root is one of SOAP or SAML, so that it may hold a login.
 */
bool eckid_carrier_is_message(eckid_bytes_t start);

/* An XML body: ECP and PAOS, artifact resolution, attribute queries. */
eckid_err_t *eckid_carrier_body(const eckid_policy_t *policy, eckid_bytes_t body, apr_pool_t *pool);

#endif
