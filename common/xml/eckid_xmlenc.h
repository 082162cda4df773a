/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Encryption 1.1 of one element: decrypted by our keys, encrypted to somebody else's. */
#ifndef ECKID_XMLENC_H
#define ECKID_XMLENC_H

#include "crypto/eckid_encryption.h"
#include "crypto/eckid_moment.h"
#include "xml/eckid_xml.h"

/* How often RSA decryption is tried for one element: each costs some tenths of a millisecond. */
#define ECKID_XMLENC_TRIES_MAX 8

/* What is decrypted by. */
typedef struct eckid_decryption_t {
    const apr_array_header_t *keys;  /* const eckid_key_t *: private ones of RSA */
    const apr_array_header_t *names; /* const char *: where an EncryptedKey has a Recipient that is
                                        none of these, it is tried last; or NULL */
} eckid_decryption_t;

/*
 * Decrypts the element that stands encrypted in holder: an EncryptedData, and EncryptedKeys in its
 * KeyInfo or beside it (SAML core section 2.3.4). Several keys of ours are tried, the one whose
 * certificate the EncryptedKey names first. Accepted are AES with 128, 192 and 256 bits, GCM or
 * CBC, and RSA-OAEP: rsa-oaep-mgf1p with any digest, and that of XML Encryption 1.1 with any digest
 * and MGF1. RSA 1.5 and 3DES are not, nor a CipherReference.
 *
 * The plaintext is parsed like any document from a stranger, in the namespaces of holder (XML
 * Encryption section 4.4), and must be one element of that name. Element is the root or a child of
 * it in a document of its own, which lives as long as pool.
 *
 * ECKID_CIPHER, ECKID_STRUCTURE and ECKID_LIMIT tell what can be seen without a key. Whatever is
 * wrong beyond that is ECKID_DECRYPTION with a detail that depends on the ciphertext's own words
 * alone; with a random key in place of one that could not be had, the same work is done.
 */
eckid_err_t *eckid_xmlenc_decrypt(xmlNodePtr *element, const xmlNode *holder, const char *namespace,
                                  const char *name, const eckid_decryption_t *decryption,
                                  apr_pool_t *pool);

/* The ECKID_DECRYPTION that says what can be said of any failure with this ciphertext. */
eckid_err_t *eckid_xmlenc_failed(const xmlNode *holder, apr_pool_t *pool);

/* Whether the element in holder is encrypted by a cipher that shows changes, GCM. */
bool eckid_xmlenc_authenticates(const xmlNode *holder, apr_pool_t *pool);

/*
 * Appends EncryptedData to holder: the element, a text that declares all namespaces it needs and
 * has no XML declaration, encrypted to somebody by the randomness of moment, which is used for
 * nothing else. Recipient is written as a hint, unless it is NULL.
 */
eckid_err_t *eckid_xmlenc_encrypt(xmlNodePtr holder, eckid_bytes_t element,
                                  const eckid_encryption_t *encryption, const char *recipient,
                                  const eckid_moment_t *moment, apr_pool_t *pool);

#endif
