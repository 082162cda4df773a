/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of a login over SAML that was verified: read and changed. */
#ifndef ECKID_SAML_ATTRIBUTES_H
#define ECKID_SAML_ATTRIBUTES_H

#include "model/eckid_attributes.h"
#include "xml/eckid_xmldsig.h"

/*
 * The attributes of all statements, found by name without a search; the subject is the NameID in
 * the clear. Only one of these may change a login at a time, as each keeps an index. All is in
 * pool.
 */
eckid_attributes_t eckid_saml_attributes(eckid_verified_t *verified, apr_pool_t *pool);

/*
 * Makes it the one attribute of that name, with one value; makes the statement if need be. The
 * value is typed as xs:string if the login came with typed values: some suppliers read no others.
 * Attributes are those of eckid_saml_attributes.
 */
void eckid_saml_attributes_set(eckid_attributes_t attributes, const eckid_attribute_t *attribute,
                               const char *value, apr_pool_t *pool);

/* Removes statements that are left without an attribute (core section 2.7.3 wants one). */
void eckid_saml_attributes_tidy(eckid_verified_t *verified);

#endif
