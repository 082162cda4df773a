/* SPDX-License-Identifier: GPL-3.0-or-later */
/* AES in the modes of XML Encryption, and the RSA that carries its keys. */
#ifndef ECKID_CIPHER_H
#define ECKID_CIPHER_H

#include "crypto/eckid_digest.h"
#include "crypto/eckid_key.h"

#define ECKID_CIPHER_KEY_MAX 32 /* bytes */
#define ECKID_CIPHER_IV_MAX 16

typedef enum eckid_cipher_t {
    ECKID_AES256_GCM,
    ECKID_AES192_GCM,
    ECKID_AES128_GCM,
    ECKID_AES256_CBC, /* says nothing about who made it, nor whether it was changed */
    ECKID_AES192_CBC,
    ECKID_AES128_CBC
} eckid_cipher_t;

bool eckid_cipher_authenticates(eckid_cipher_t cipher); /* whether it is GCM */
apr_size_t eckid_cipher_key_len(eckid_cipher_t cipher); /* bytes */

/*
 * Encrypts, as XML Encryption 1.1 section 5.2 has it: the IV, the ciphertext, and with GCM the tag
 * of 16 bytes. Key and iv are random and used once; as many bytes of them as the cipher needs are
 * read.
 */
eckid_err_t *eckid_cipher_encrypt(eckid_bytes_t *sealed, eckid_cipher_t cipher,
                                  const unsigned char *key, const unsigned char *iv,
                                  eckid_bytes_t plain, apr_pool_t *pool);

/*
 * The other way round. Plain is written in any case, so that the caller can do the same with it
 * whether it is good or not: with a bad padding or tag it is what came out. False for those, and
 * for ciphertext of an impossible length, of which plain is empty. The last byte of CBC counts the
 * padding, whose other bytes can be any.
 */
bool eckid_cipher_decrypt(eckid_bytes_t *plain, eckid_cipher_t cipher, const unsigned char *key,
                          eckid_bytes_t sealed, apr_pool_t *pool);

/* RSAES-OAEP, RFC 8017 section 7.1. */
typedef struct eckid_oaep_t {
    eckid_digest_alg_t digest, mgf1;
    eckid_bytes_t label;
} eckid_oaep_t;

/* Encrypts the key of a cipher to an RSA key. ECKID_KEY for a key of another kind. */
eckid_err_t *eckid_oaep_wrap(eckid_bytes_t *wrapped, const eckid_key_t *key,
                             const eckid_oaep_t *oaep, eckid_bytes_t content_key, apr_pool_t *pool);

/* Decrypts such a key, of len bytes, by a private RSA key. False when that cannot be done. */
bool eckid_oaep_unwrap(unsigned char *content_key, apr_size_t len, const eckid_key_t *key,
                       const eckid_oaep_t *oaep, eckid_bytes_t wrapped, apr_pool_t *pool);

/* Random bytes, to be used in place of a key that could not be had, so that what follows takes the
 * same way. */
void eckid_cipher_decoy(unsigned char *content_key, apr_size_t len);

/* Overwrites a key that is no longer needed, which no compiler leaves out. */
void eckid_cipher_wipe(unsigned char *content_key, apr_size_t len);

#endif
