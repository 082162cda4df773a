/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An Assertion of our own: the one way to a signature over something that was not verified. */
#ifndef ECKID_XMLDSIG_ISSUE_H
#define ECKID_XMLDSIG_ISSUE_H

#include "xml/eckid_xmldsig.h"

/*
 * Takes an Assertion that we issue, inner, within a Response, outer, as if it had been verified:
 * eckid_xmldsig_sign and eckid_xmldsig_sign_encrypted then sign it, or the Response around it, or
 * both. Each needs an ID and an Issuer, and none may have a signature. Only the room bridge may
 * call this, for a user whom httpd has authenticated; the rules of the house check that.
 */
eckid_verified_t *eckid_xmldsig_issue(xmlNodePtr outer, xmlNodePtr inner, bool sign_outer,
                                      bool sign_inner, apr_pool_t *pool);

#endif
