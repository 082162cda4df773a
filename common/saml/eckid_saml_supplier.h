/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A supplier's own metadata as the identity provider gets them: with our key for encryption. */
#ifndef ECKID_SAML_SUPPLIER_H
#define ECKID_SAML_SUPPLIER_H

#include "crypto/eckid_key.h"
#include "xml/eckid_xml.h"

/*
 * Rewrites the metadata of an entity: in its SPSSODescriptors for SAML 2.0 our key becomes the only
 * one for encryption, with the algorithms that are accepted here; its signing keys stay, as it
 * still signs its requests; consumers of bindings that are refused here are removed, unless there
 * are no others; and so are signatures. With a signer they are signed anew. ECKID_XML, ECKID_LIMIT.
 */
eckid_err_t *eckid_saml_supplier_metadata(eckid_bytes_t *rewritten, eckid_bytes_t metadata,
                                          const eckid_key_t *key, const eckid_key_t *signer,
                                          apr_pool_t *pool);

#endif
