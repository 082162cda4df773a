/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAML metadata as it is read: entities, their keys and their endpoints. */
#ifndef ECKID_SAML_METADATA_H
#define ECKID_SAML_METADATA_H

#include "base/eckid_expiry.h"
#include "crypto/eckid_key.h"
#include "saml/eckid_saml_sp_role.h"
#include "xml/eckid_xmlenc.h"

/* What metadata says about its own age; 0 where it says nothing. */
typedef struct eckid_saml_metadata_life_t {
    apr_time_t until;          /* the earliest validUntil of the entity and of what it stands in */
    apr_interval_time_t cache; /* the shortest cacheDuration */
    apr_time_t created;        /* the creationInstant of the outermost PublicationInfo */
} eckid_saml_metadata_life_t;

/* What is read of an identity provider. */
typedef struct eckid_idp_t {
    const char *entity_id;
    apr_array_header_t *keys;     /* const eckid_key_t *: its signing keys, at least one */
    apr_array_header_t *expiries; /* eckid_expiry_t: of the metadata itself, and of certificates */
    eckid_saml_metadata_life_t life;
} eckid_idp_t;

/*
 * Reads the identity provider from a metadata file: the entity with that ID, or if entity_id is
 * NULL the only one with an IDPSSODescriptor. The file may be an aggregate; it is streamed. Signing
 * keys are the certificates of KeyDescriptors with use "signing" or without use (metadata section
 * 2.4.1.1), or the key value of one without certificate, of every IDPSSODescriptor for
 * SAML 2.0. Signatures of the metadata and its validity are not checked here.
 * ECKID_FILE, ECKID_METADATA.
 */
eckid_err_t *eckid_saml_metadata_idp(eckid_idp_t **idp, const char *file, const char *entity_id,
                                     apr_pool_t *pool);

/* The same from a document; name stands for it in messages. */
eckid_err_t *eckid_saml_metadata_idp_in(eckid_idp_t **idp, xmlDocPtr doc, const char *name,
                                        const char *entity_id, apr_pool_t *pool);

/* What is read of a supplier. */
typedef struct eckid_saml_metadata_sp_t {
    apr_array_header_t *consumers; /* const char *: where its AssertionConsumerServices are */
    const eckid_encryption_t *encryption; /* by its first key for encryption that can be used */
    const eckid_err_t *why_not;           /* where that is NULL: why, if there is any such key */
    const eckid_saml_sp_role_t *role;     /* what it says to an identity provider */
    eckid_bytes_t text;                   /* its EntityDescriptor */
    apr_array_header_t *expiries;         /* eckid_expiry_t: of the metadata, of its key */
    eckid_saml_metadata_life_t life;
} eckid_saml_metadata_sp_t;

/* Reads the service provider with that entity ID, its consumers of any binding. Keys for
 * encryption are of KeyDescriptors with use "encryption" or without use, in roles of SAML 2.0.
 * ECKID_FILE, ECKID_METADATA. */
eckid_err_t *eckid_saml_metadata_sp(eckid_saml_metadata_sp_t **sp, const char *file,
                                    const char *entity_id, apr_pool_t *pool);

/* The same from a document; name stands for it in messages. */
eckid_err_t *eckid_saml_metadata_sp_in(eckid_saml_metadata_sp_t **sp, xmlDocPtr doc,
                                       const char *name, const char *entity_id, apr_pool_t *pool);

/* The entityID without white space around it, of which an xs:anyURI has none; NULL without one. */
const char *eckid_saml_metadata_id(const xmlNode *entity, apr_pool_t *pool);

/* Whether the role is one of SAML 2.0 (protocolSupportEnumeration). */
bool eckid_saml_metadata_is_saml2(const xmlNode *role, apr_pool_t *pool);

/* Adds the signing keys of a role that can be used (const eckid_key_t *). The error is about one
 * that cannot; NULL if there is none. */
eckid_err_t *eckid_saml_metadata_keys(apr_array_header_t *keys, const xmlNode *role,
                                      apr_pool_t *pool);

/* Whether a KeyDescriptor of the role, an IDPSSODescriptor, lists the key's certificate for
 * signing.
 */
bool eckid_saml_metadata_has_key(const xmlNode *role, const eckid_key_t *key, apr_pool_t *pool);

#endif
