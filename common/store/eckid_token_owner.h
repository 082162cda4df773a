/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remembers the owner of access and refresh tokens, encrypted, indexed by a keyed digest. */
#ifndef ECKID_TOKEN_OWNER_H
#define ECKID_TOKEN_OWNER_H

#include "store/eckid_cache.h"

/* The longest record, in bytes. */
#define ECKID_TOKEN_OWNER_RECORD_MAX 2048

typedef enum eckid_token_kind_t { ECKID_ACCESS_TOKEN, ECKID_REFRESH_TOKEN } eckid_token_kind_t;

/* Where owners are stored. It is not the store of the ECK iDs. */
typedef struct eckid_token_owners_t {
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* still used to read older records; or NULL */
    const char *realm;              /* a key that was made in another realm is not used */
    eckid_store_t store;
} eckid_token_owners_t;

/* To whom a token belongs, and the decision about the login that issued it. */
typedef struct eckid_token_owner_t {
    const char *issuer;
    const char *client;
    const char *subject; /* "" if unknown */
    const char *scope;   /* the scope that the provider granted; "" if unknown */
    bool decided;        /* whether outcome is valid, and key with outcome FOUND */
    eckid_outcome_t outcome;
    eckid_student_key_t key;
} eckid_token_owner_t;

/* Reads the owner of a token; it is undecided if the decision was made in another realm. False if
 * there is no record, it has expired, or it cannot be decrypted. */
bool eckid_token_owner_get(eckid_token_owner_t *owner, const eckid_token_owners_t *owners,
                           eckid_token_kind_t kind, const char *issuer, const char *token,
                           apr_time_t now, apr_pool_t *pool);

/* Stores the owner until then, with the nonce of moment for that kind. An error of the store is
 * ignored. */
void eckid_token_owner_put(const eckid_token_owners_t *owners, eckid_token_kind_t kind,
                           const char *token, const eckid_token_owner_t *owner, apr_time_t until,
                           const eckid_moment_t *moment, apr_pool_t *pool);

#endif
