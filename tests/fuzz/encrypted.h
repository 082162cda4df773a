/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile ciphertexts and plaintexts of encrypted SAML logins. */
#ifndef FUZZ_ENCRYPTED_H
#define FUZZ_ENCRYPTED_H

#include "base/eckid_codec.h"

void fuzz_ciphertext(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_plaintext(eckid_bytes_t input, apr_pool_t *pool);

#endif
