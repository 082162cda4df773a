/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is encrypted in a login response: an EncryptedAssertion, attributes, a NameID. */
#ifndef ECKID_SAML_DECRYPT_H
#define ECKID_SAML_DECRYPT_H

#include "saml/eckid_saml_message.h"
#include "xml/eckid_xmldsig_encrypted.h"

#define ECKID_SAML_PARTS_MAX 8 /* attributes that are encrypted one by one */

/*
 * For a message of kind ECKID_SAML_ENCRYPTED: verifies the Response's signature over the
 * ciphertext, decrypts the one EncryptedAssertion, verifies the signature of the Assertion (see
 * eckid_xmldsig_verify_encrypted), and reads the names anew from what was verified. If only
 * attributes are encrypted, nothing is done yet. The message is of kind ECKID_SAML_LOGIN then.
 *
 * ECKID_ENCRYPTED if decryption is NULL; ECKID_STRUCTURE if there is another assertion.
 */
eckid_err_t *eckid_saml_decrypt(eckid_saml_message_t *message, const eckid_trust_t *trust,
                                const eckid_decryption_t *decryption, apr_pool_t *pool);

/*
 * Decrypts the EncryptedAttributes of a verified Assertion and the EncryptedID of its Subject. One
 * that is encrypted to others stays, as it hides nothing that is not to be released; so do both
 * where decryption is NULL, but attributes are ECKID_ENCRYPTED then. ECKID_LIMIT for more than
 * ECKID_SAML_PARTS_MAX.
 */
eckid_err_t *eckid_saml_decrypt_parts(eckid_verified_t *verified,
                                      const eckid_decryption_t *decryption, apr_pool_t *pool);

#endif
