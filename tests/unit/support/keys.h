/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and certificates that tests make for themselves, once. */
#ifndef KEYS_H
#define KEYS_H

#include "crypto/eckid_key.h"

typedef enum test_kind_t {
    RSA_2048,
    RSA_1024,
    P_256,
    P_384,
    P_521,
    ED_25519,
    TEST_KINDS
} test_kind_t;

/* Makes all of them, so that tests that are forked afterwards need not. */
void test_keys_prepare(void);

/* PEM of the number-th key of a kind, the same ones in each call of one process. */
eckid_bytes_t test_private_pem(test_kind_t kind, int number);
eckid_bytes_t test_public_pem(test_kind_t kind, int number);
eckid_bytes_t test_certificate_pem(test_kind_t kind, int number);

/* The same as keys of ours, with the certificate. */
const eckid_key_t *test_pair(test_kind_t kind, int number);

#endif
