/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a KeyDescriptor: certificates, and keys without one. */
#ifndef ECKID_SAML_KEY_DESCRIPTOR_H
#define ECKID_SAML_KEY_DESCRIPTOR_H

#include "crypto/eckid_key.h"
#include "xml/eckid_xml.h"

/* Whether a KeyDescriptor is for that use, "signing" or "encryption". One that does not say is for
 * both (metadata section 2.4.1.1). */
bool eckid_saml_key_is_for(const xmlNode *descriptor, const char *wanted, apr_pool_t *pool);

/* The X509Certificates below a KeyDescriptor, one after the other: first with NULL. */
xmlNodePtr eckid_saml_key_next_certificate(const xmlNode *descriptor, xmlNodePtr certificate);

/* The key of an X509Certificate. ECKID_KEY. */
eckid_err_t *eckid_saml_key_certificate(eckid_key_t **key, const xmlNode *certificate,
                                        apr_pool_t *pool);

/* The key of a KeyDescriptor without certificate: an RSAKeyValue, ECKeyValue or DEREncodedKeyValue
 * (XML Signature 1.1 sections 4.5.2 and 4.5.9). ECKID_KEY. */
eckid_err_t *eckid_saml_key_value(eckid_key_t **key, const xmlNode *descriptor, apr_pool_t *pool);

#endif
