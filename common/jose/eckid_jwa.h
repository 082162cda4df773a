/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What RFC 7518 and RFC 8037 call the algorithms, and what they are bound to. */
#ifndef ECKID_JWA_H
#define ECKID_JWA_H

#include "crypto/eckid_digest.h"
#include "crypto/eckid_key_sign.h"

/* The algorithm of that name; false for every other name, "none" and those with SHA-1 included. */
bool eckid_jwa_find(eckid_key_alg_t *alg, const char *name);

/* Its name; NULL when JOSE has none for it. */
const char *eckid_jwa_name(eckid_key_alg_t alg);

/* Whether keys of that kind make such signatures; each curve has one algorithm only. */
bool eckid_jwa_fits(eckid_key_alg_t alg, eckid_key_kind_t kind);

/* The digest of at_hash and its like (OpenID Connect Core section 3.1.3.6). */
eckid_digest_alg_t eckid_jwa_digest(eckid_key_alg_t alg);

#endif
