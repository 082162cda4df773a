/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity provider's own metadata as it is published: with our keys, without the endpoints
 * that are refused. */
#ifndef ECKID_SAML_PUBLISH_H
#define ECKID_SAML_PUBLISH_H

#include "saml/eckid_saml_login.h"

/* What is changed in the identity provider's own metadata. */
typedef struct eckid_saml_publish_edit_t {
    const char *entity_id;
    const apr_array_header_t *keys; /* const eckid_key_t *: their certificates are added */
    const eckid_key_t *signer;      /* or NULL: then it is not signed */
} eckid_saml_publish_edit_t;

/*
 * Rewrites metadata: in the entity's IDPSSODescriptor our certificates are added as signing keys;
 * endpoints whose responses would be refused (SOAP, artifact, SimpleSign, SAML 1.1) are removed,
 * and so are the signatures that this breaks. Found tells whether the metadata has the entity;
 * otherwise rewritten is not written, and other is the entity ID of another identity provider that
 * it has, or NULL. ECKID_XML, ECKID_LIMIT, ECKID_METADATA.
 */
eckid_err_t *eckid_saml_publish_rewrite(eckid_bytes_t *rewritten, bool *found, const char **other,
                                        const eckid_saml_publish_edit_t *edit, eckid_bytes_t text,
                                        apr_pool_t *pool);

/* Adds a KeyDescriptor with the key's certificate to a role, where the schema wants it. */
xmlNodePtr eckid_saml_publish_add_key(xmlNodePtr role, const eckid_key_t *key, const char *use);

/* Removes the signatures of a node and of all around it, which a change breaks. */
void eckid_saml_publish_unsign(xmlNodePtr node);

/* Signs metadata that have no signature, by their root. */
eckid_err_t *eckid_saml_publish_sign(xmlNodePtr root, const eckid_key_t *signer, apr_pool_t *pool);

/* The same as a decision about a response: PASS if the metadata does not have the identity
 * provider of the setup. */
eckid_decision_t eckid_saml_publish(const eckid_saml_setup_t *setup, eckid_bytes_t body,
                                    apr_time_t now, apr_pool_t *pool);

#endif
