/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers whose access and refresh tokens are, by keyed digests of them, encrypted. */
#ifndef ECKID_TOKEN_OWNER_H
#define ECKID_TOKEN_OWNER_H

#include "store/eckid_cache.h"

/* The longest record; bytes. */
#define ECKID_TOKEN_OWNER_RECORD_MAX 2048

typedef enum eckid_token_kind_t { ECKID_ACCESS_TOKEN, ECKID_REFRESH_TOKEN } eckid_token_kind_t;

/* Where it is remembered; the store is another one than that of ECK iDs. */
typedef struct eckid_token_owners_t {
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* the one before: its records are read still; or NULL */
    const char *realm;              /* what student keys mean here: those of another are not used */
    eckid_store_t store;
} eckid_token_owners_t;

/* Whose a token is, and what was decided about the login that made it. */
typedef struct eckid_token_owner_t {
    const char *issuer;
    const char *client;
    const char *subject; /* "" when it is not known */
    const char *scope;   /* what the provider granted; "" when it did not say */
    bool decided;        /* whether outcome, and key with FOUND, have a meaning */
    eckid_outcome_t outcome;
    eckid_student_key_t key;
} eckid_token_owner_t;

/* What is remembered; undecided when it was decided in another realm. False when nothing is, it is
 * too old, or it cannot be opened. */
bool eckid_token_owner_get(eckid_token_owner_t *owner, const eckid_token_owners_t *bearer,
                           eckid_token_kind_t kind, const char *issuer, const char *token,
                           apr_time_t now, apr_pool_t *pool);

/* Remembers until then. Losing it is no error. The nonce is that of moment for the kind. */
void eckid_token_owner_put(const eckid_token_owners_t *bearer, eckid_token_kind_t kind,
                           const char *token, const eckid_token_owner_t *owner, apr_time_t until,
                           const eckid_moment_t *moment, apr_pool_t *pool);

#endif
