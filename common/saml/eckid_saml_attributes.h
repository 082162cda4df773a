/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of a verified SAML login: read and changed. */
#ifndef ECKID_SAML_ATTRIBUTES_H
#define ECKID_SAML_ATTRIBUTES_H

#include "model/eckid_attributes.h"
#include "xml/eckid_xmldsig.h"

/*
 * The attributes of all statements, indexed by name. The subject is the NameID, or NULL if there is
 * none in the clear. Each call makes an index of its own in pool, so only one of them may be used
 * to change a login.
 */
eckid_attributes_t eckid_saml_attributes(eckid_verified_t *verified, apr_pool_t *pool);

/*
 * Replaces all attributes of that name by one with one value. Makes the AttributeStatement if there
 * is none. The value is typed as xs:string if the login came with typed values, as some suppliers
 * read no others. Attributes are those of eckid_saml_attributes.
 */
eckid_err_t *eckid_saml_attributes_set(eckid_attributes_t attributes,
                                       const eckid_attribute_t *attribute, const char *value,
                                       apr_pool_t *pool);

/* Removes statements that have no attribute left (core section 2.7.3 requires one). */
void eckid_saml_attributes_tidy(eckid_verified_t *verified);

#endif
