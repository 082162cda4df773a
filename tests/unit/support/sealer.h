/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XML Encryption by xmlsec's own API: the other implementation, in both directions. */
#ifndef SEALER_H
#define SEALER_H

#include "support/keys.h"

/* How an element is encrypted. */
typedef struct sealing_t {
    const char *holder; /* such as "EncryptedAssertion" */
    const char *cipher; /* such as "2009/xmlenc11#aes128-gcm" */
    int bits;
    int key;               /* its number: an RSA key's */
    bool beside;           /* the EncryptedKey beside the EncryptedData instead of within it */
    const char *recipient; /* or NULL */
} sealing_t;

/* In a holder of that name: the element encrypted, its key by rsa-oaep-mgf1p. */
const char *sealer_seal(const sealing_t *sealing, const char *xml);

/* The document with its EncryptedData replaced by what that RSA key decrypts it to; NULL if xmlsec
 * cannot. */
const char *sealer_open(const char *xml, int key);

#endif
