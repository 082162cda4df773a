/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ID tokens as hints: the provider, which does not know our signature, gets its own one back. */
#ifndef ECKID_HINT_H
#define ECKID_HINT_H

#include "crypto/eckid_moment.h"
#include "store/eckid_records.h"

/* Longer ID tokens are not kept; bytes. */
#define ECKID_HINT_MAX 8192

/* An ID token of ours that a request brought as id_token_hint, and the provider's that took its
 * place; NULL where there is none. */
typedef struct eckid_hint_t {
    const char *given, *sent;
} eckid_hint_t;

/* Keeps the provider's ID token for one of ours, for a day. Ours is a JWS, or the JWE around it,
 * which some clients show as it is: once for each of them in a moment. */
void eckid_hint_put(const eckid_records_t *hints, const char *ours, bool is_encrypted,
                    const char *theirs, const eckid_moment_t *moment, apr_pool_t *pool);

/* The provider's ID token that one of ours was made of; NULL when it is not known, or no more. */
const char *eckid_hint_get(const eckid_records_t *hints, const char *ours, apr_time_t now,
                           apr_pool_t *pool);

/* The text with ours in every place where the provider repeats the one that it was sent. */
eckid_bytes_t eckid_hint_restore(const eckid_hint_t *hint, eckid_bytes_t text, apr_pool_t *pool);

#endif
