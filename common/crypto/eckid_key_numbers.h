/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converts public keys to and from the numbers in a JSON Web Key. */
#ifndef ECKID_KEY_NUMBERS_H
#define ECKID_KEY_NUMBERS_H

#include "crypto/eckid_key.h"

/* A public key as big-endian numbers: n and e for RSA, x and y for EC, only x for Ed25519. Zeros in
 * front of x and y may be missing when they are read. */
typedef struct eckid_key_numbers_t {
    eckid_key_kind_t kind;
    eckid_bytes_t first, second;
} eckid_key_numbers_t;

/* Makes a public key from numbers. ECKID_KEY if they are not a key, not a point on the curve, or
 * too short. */
eckid_err_t *eckid_key_from_numbers(eckid_key_t **key, const eckid_key_numbers_t *numbers,
                                    const char *name, apr_pool_t *pool);

/* The numbers of a key, which live as long as it does; coordinates have the length of the curve
 * (RFC 7518 section 6.2.1.2). */
eckid_err_t *eckid_key_to_numbers(eckid_key_numbers_t *numbers, const eckid_key_t *key,
                                  apr_pool_t *pool);

#endif
