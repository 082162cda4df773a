/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The algorithms of RFC 7518, RFC 8037 and RFC 9864: their names, kinds of key and digests. */
#ifndef ECKID_JWA_H
#define ECKID_JWA_H

#include "crypto/eckid_digest.h"
#include "crypto/eckid_key_sign.h"

/* The algorithm with that name, of which EdDSA has two (RFC 9864 section 2.2); false for any other
 * name, including "none" and those with SHA-1. */
bool eckid_jwa_find(eckid_key_alg_t *alg, const char *name);

/* The name of the algorithm; NULL if JOSE does not define it. */
const char *eckid_jwa_name(eckid_key_alg_t alg);

/* Whether the algorithm works with keys of that kind. A curve has only one algorithm. */
bool eckid_jwa_fits(eckid_key_alg_t alg, eckid_key_kind_t kind);

/* The digest for at_hash, c_hash and s_hash (OpenID Connect Core section 3.1.3.6). */
eckid_digest_alg_t eckid_jwa_digest(eckid_key_alg_t alg);

#endif
