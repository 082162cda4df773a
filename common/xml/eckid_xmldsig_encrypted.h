/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures around and within what is encrypted: verified on the way in, made on the way out. */
#ifndef ECKID_XMLDSIG_ENCRYPTED_H
#define ECKID_XMLDSIG_ENCRYPTED_H

#include "xml/eckid_xmldsig.h"
#include "xml/eckid_xmlenc.h"

/*
 * Verifies a message whose inner element stands encrypted in holder. The outer signature, if there
 * is one, covers the ciphertext and is verified first. Then the inner element, of that name, is
 * decrypted and put in holder's place, and its own signature is verified there, if there is one. At
 * least one of the two must be. All rules of eckid_xmldsig_verify hold for the document before and
 * after.
 *
 * The message is as it was after an error, so that other keys can be tried.
 *
 * Errors are those of eckid_xmlenc_decrypt and eckid_xmldsig_verify. Without an outer signature the
 * ciphertext may be anybody's, and one in CBC may be somebody else's with changes: whatever is
 * wrong with its plaintext is ECKID_DECRYPTION then, the inner signature included.
 */
eckid_err_t *eckid_xmldsig_verify_encrypted(eckid_verified_t **verified, xmlNodePtr outer,
                                            xmlNodePtr holder, const char *namespace,
                                            const char *name, const eckid_trust_t *trust,
                                            const eckid_decryption_t *decryption, apr_pool_t *pool);

/* An element within the inner one that is encrypted by itself. */
typedef struct eckid_encrypted_part_t {
    xmlNodePtr holder;
    const char *namespace, *name; /* of what is in it */
    bool may_stay;                /* whether it stays as it is where it cannot be decrypted */
} eckid_encrypted_part_t;

/* Decrypts parts (eckid_encrypted_part_t) of the inner element, each in its place; the signatures
 * that were verified cover their ciphertext. Errors are those of eckid_xmlenc_decrypt, and
 * ECKID_STRUCTURE where an ID is there twice now, or a signature. */
eckid_err_t *eckid_xmldsig_decrypt(eckid_verified_t *verified, const apr_array_header_t *parts,
                                   const eckid_decryption_t *decryption, apr_pool_t *pool);

/* To whom the inner element is encrypted. */
typedef struct eckid_seal_t {
    const eckid_encryption_t *encryption;
    const char *namespace, *name; /* of the element that holds what is encrypted */
    const char *recipient;        /* a hint, see eckid_xmlenc_encrypt */
    const eckid_moment_t *moment; /* its content key is used */
} eckid_seal_t;

/* Like eckid_xmldsig_sign, but between the two signatures the inner element is encrypted. After
 * this it is the element that holds it. */
eckid_err_t *eckid_xmldsig_sign_encrypted(eckid_verified_t *verified, const eckid_key_t *key,
                                          const eckid_seal_t *seal, apr_pool_t *pool);

#endif
