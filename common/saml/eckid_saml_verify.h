/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a SAML login can be believed, and signing it again after changes. */
#ifndef ECKID_SAML_VERIFY_H
#define ECKID_SAML_VERIFY_H

#include "decision/eckid_policy.h"
#include "saml/eckid_saml_message.h"
#include "xml/eckid_xmldsig_encrypted.h"

/* What a login must satisfy. */
typedef struct eckid_saml_rules_t {
    const char *issuer;
    eckid_trust_t trust;
    const eckid_decryption_t *decryption; /* NULL if nothing can be decrypted */
    apr_time_t now;
    apr_interval_time_t skew;
    const eckid_policy_t *policy;     /* if supplier is set: finds its consumer URLs */
    const eckid_supplier_t *supplier; /* a confirmation must be for it; NULL: for any recipient */
} eckid_saml_rules_t;

/*
 * Verifies a login: one Assertion, child of the Response; signatures (see eckid_xmldsig.h); issuer;
 * status; and of the web browser SSO profile (profiles section 4.1.4.2) that there is a bearer
 * confirmation that holds, for the supplier, now and in answer to the Response's request; that the
 * Conditions are valid now; and that each AudienceRestriction names the supplier. The caller checks
 * the other names, see eckid_saml_recipient.h. An EncryptedAssertion is decrypted before by
 * eckid_saml_decrypt. EncryptedAttributes are decrypted here, and so is an EncryptedID if that can
 * be.
 *
 * Afterwards the document has no comments, no bearer confirmation that does not hold, no Audience
 * in an AudienceRestriction but the supplier's, and no Advice with an assertion in it.
 */
eckid_err_t *eckid_saml_verify(eckid_verified_t **verified, const eckid_saml_message_t *message,
                               const eckid_saml_rules_t *rules, apr_pool_t *pool);

/* Whether a SubjectConfirmation has the bearer method (profiles section 3.3). */
bool eckid_saml_verify_is_bearer(const xmlNode *confirmation, apr_pool_t *pool);

/* Removes statements without an attribute, signs again what was signed, and prints the response. */
eckid_err_t *eckid_saml_seal(eckid_bytes_t *xml, eckid_verified_t *verified, const eckid_key_t *key,
                             apr_pool_t *pool);

/* The same with the Assertion encrypted to an entity of a supplier. The content key of moment is
 * used. */
eckid_err_t *eckid_saml_seal_encrypted(eckid_bytes_t *xml, eckid_verified_t *verified,
                                       const eckid_key_t *key, const eckid_described_t *reader,
                                       const eckid_moment_t *moment, apr_pool_t *pool);

#endif
