/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How something is encrypted to somebody. */
#ifndef ECKID_ENCRYPTION_H
#define ECKID_ENCRYPTION_H

#include "crypto/eckid_cipher.h"

/* To whom, and by what. Read-only, shared by threads. */
typedef struct eckid_encryption_t {
    const eckid_key_t *key; /* of RSA */
    eckid_cipher_t cipher;
    eckid_oaep_t oaep;
    bool is_11; /* whether its key transport is that of XML Encryption 1.1, section 5.5.2, in which
                   MGF1 can have any digest; otherwise it has SHA-1 */
} eckid_encryption_t;

#endif
