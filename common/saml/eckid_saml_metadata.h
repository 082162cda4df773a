/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAML metadata: who is who, with which keys and endpoints; rewriting the identity provider's own.
 */
#ifndef ECKID_SAML_METADATA_H
#define ECKID_SAML_METADATA_H

#include "crypto/eckid_key.h"

/* An identity provider, as far as it concerns us. */
typedef struct eckid_idp_t {
    const char *entity_id;
    apr_array_header_t *keys; /* const eckid_key_t *: its signing keys, at least one */
    apr_time_t valid_until;   /* 0 when it is not said */
} eckid_idp_t;

/*
 * Reads the identity provider from a metadata file: the entity of that ID, or the only one with
 * an IDPSSODescriptor when entity_id is NULL. The file may be an aggregate; it is streamed. Signing
 * keys are the certificates of KeyDescriptors with use "signing" or without use (metadata section
 * 2.4.1.1); what is signed, who signed it and until when it is valid is not judged here.
 * ECKID_FILE, ECKID_METADATA.
 */
eckid_err_t *eckid_saml_metadata_idp(eckid_idp_t **idp, const char *file, const char *entity_id,
                                     apr_pool_t *pool);

/* Appends the location of each AssertionConsumerService of the entity, of any binding, to urls
 * (const char *). ECKID_METADATA when there is no such service provider. */
eckid_err_t *eckid_saml_metadata_consumers(apr_array_header_t *urls, const char *file,
                                           const char *entity_id, apr_pool_t *pool);

/* What is to become of the identity provider's own metadata. */
typedef struct eckid_saml_metadata_edit_t {
    const char *entity_id;
    const apr_array_header_t *keys; /* const eckid_key_t *: their certificates are added */
    const eckid_key_t *signer;      /* or NULL: then it leaves unsigned */
} eckid_saml_metadata_edit_t;

/*
 * Rewrites metadata that passes by: for the entity's IDPSSODescriptor the certificates of ours are
 * added as signing keys; endpoints whose answers would be denied (SOAP, artifact, SimpleSign, SAML
 * 1.1) are left out; the signatures this breaks are removed. Found tells whether the entity is in
 * there; if it is not, rewritten is not written. ECKID_XML, ECKID_LIMIT, ECKID_METADATA.
 */
eckid_err_t *eckid_saml_metadata_rewrite(eckid_bytes_t *rewritten, bool *found,
                                         const eckid_saml_metadata_edit_t *edit, eckid_bytes_t text,
                                         apr_pool_t *pool);

#endif
