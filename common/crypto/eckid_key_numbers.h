/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Public keys as the numbers that a JSON Web Key holds. */
#ifndef ECKID_KEY_NUMBERS_H
#define ECKID_KEY_NUMBERS_H

#include "crypto/eckid_key.h"

/* A public key as numbers: n and e of RSA, x and y of a curve, x alone of Ed25519; big-endian. */
typedef struct eckid_key_numbers_t {
    eckid_key_kind_t kind;
    eckid_bytes_t first, second;
} eckid_key_numbers_t;

/* A public key from its numbers. ECKID_KEY: not a key, a point that is not on the curve, too short.
 */
eckid_err_t *eckid_key_from_numbers(eckid_key_t **key, const eckid_key_numbers_t *numbers,
                                    const char *name, apr_pool_t *pool);

/* The numbers of a key; coordinates are as long as the curve (RFC 7518 section 6.2.1.2). */
eckid_err_t *eckid_key_to_numbers(eckid_key_numbers_t *numbers, const eckid_key_t *key,
                                  apr_pool_t *pool);

#endif
