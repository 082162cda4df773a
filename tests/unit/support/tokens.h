/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider in a few lines: makes tokens by OpenSSL, and the keys to verify them. */
#ifndef TOKENS_H
#define TOKENS_H

#include "jose/eckid_jwk.h"
#include "support/keys.h"

/* A compact JWS; more is JSON behind the first member of the header. */
const char *token_of(const char *payload, test_kind_t kind, int number, eckid_key_alg_t alg,
                     const char *more);
const char *token_by(const char *payload, const eckid_key_t *key, eckid_key_alg_t alg,
                     const char *more);

/* The set with that one key (eckid_jwk_t), its kid being "key" and its number. */
apr_array_header_t *token_keys(test_kind_t kind, int number);

#endif
