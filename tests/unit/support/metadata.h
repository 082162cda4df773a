/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAML metadata for tests, in pieces; all text is allocated in the pool of the test. */
#ifndef METADATA_H
#define METADATA_H

#include "saml/eckid_metadata.h"
#include "support/keys.h"

#define METADATA_IDP "https://idp.example/saml"

/* The certificate of a test key, base64. */
const char *metadata_certificate(test_kind_t kind, int number);

/* A KeyDescriptor; use is an attribute with a space before it, or "". */
const char *metadata_descriptor(const char *use, const char *base64);

/* An EntityDescriptor, and an EntitiesDescriptor, with their content. */
const char *metadata_entity(const char *id, const char *content);
const char *metadata_entities(const char *content);

/* An IDPSSODescriptor and an SPSSODescriptor with their content. */
const char *metadata_idp_role(const char *content);
const char *metadata_sp_role(const char *content);

/* Two identity providers, one of them METADATA_IDP within an aggregate of its own, and a supplier.
 */
const char *metadata_aggregate(void);

/* A file with that content, gone with the pool; and another content for it. */
const char *metadata_file(const char *content);
void metadata_replace(const char *path, const char *content);

/* The metadata of an identity provider with these keys, which must have certificates, in a file. */
const char *metadata_idp(const char *id, const apr_array_header_t *keys);
eckid_metadata_t *metadata_source(const char *path);

#endif
