/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The identity provider's own metadata on its way out: our keys added, refused endpoints left out.
 */
#ifndef ECKID_SAML_PUBLISH_H
#define ECKID_SAML_PUBLISH_H

#include "saml/eckid_saml_login.h"

/* What is to become of the identity provider's own metadata. */
typedef struct eckid_saml_publish_edit_t {
    const char *entity_id;
    const apr_array_header_t *keys; /* const eckid_key_t *: their certificates are added */
    const eckid_key_t *signer;      /* or NULL: then it leaves unsigned */
} eckid_saml_publish_edit_t;

/*
 * Rewrites metadata that passes by: for the entity's IDPSSODescriptor the certificates of ours are
 * added as signing keys; endpoints whose answers would be denied (SOAP, artifact, SimpleSign, SAML
 * 1.1) are left out; the signatures this breaks are removed. Found tells whether the entity is in
 * there; if it is not, rewritten is not written. ECKID_XML, ECKID_LIMIT, ECKID_METADATA.
 */
eckid_err_t *eckid_saml_publish_rewrite(eckid_bytes_t *rewritten, bool *found,
                                        const eckid_saml_publish_edit_t *edit, eckid_bytes_t text,
                                        apr_pool_t *pool);

/* The same as a decision about an answer, by what the setup says: PASS when the identity provider
 * is not in there. */
eckid_decision_t eckid_saml_publish(const eckid_saml_setup_t *setup, eckid_bytes_t body,
                                    apr_pool_t *pool);

#endif
