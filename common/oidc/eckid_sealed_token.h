/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider's token as a supplier holds it: sealed, with whose it is, and of use only here. */
#ifndef ECKID_SEALED_TOKEN_H
#define ECKID_SEALED_TOKEN_H

#include "crypto/eckid_moment.h"
#include "crypto/eckid_secret.h"
#include "model/eckid_finding.h"

/* The longest sealed token; characters. */
#define ECKID_SEALED_TOKEN_MAX 65535

typedef enum eckid_token_kind_t { ECKID_ACCESS_TOKEN, ECKID_REFRESH_TOKEN } eckid_token_kind_t;

/* Whose a token is, and what was decided about the login that made it. */
typedef struct eckid_token_owner_t {
    const char *client;
    const char *subject; /* "" when it is not known */
    const char *scope;   /* what the provider granted; "" when it did not say */
    bool bound;   /* whether anything that was verified, or the token endpoint, says that it is this
                     client's, rather than a URL that a browser brought */
    bool decided; /* whether outcome, the kind, and key with FOUND, have a meaning */
    eckid_outcome_t outcome;
    eckid_person_key_t key;
} eckid_token_owner_t;

/* What tokens are sealed with. Strings must live as long as what is opened with it. */
typedef struct eckid_token_seal_t {
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* the one before: what it sealed still opens; or NULL */
    const char *issuer;             /* of the tokens */
    const char *realm;              /* what student keys mean here: those of another are not used */
} eckid_token_seal_t;

/*
 * Seals a token: "eckid_at_" or "eckid_rt_" by its kind, then base64url of nonce, ciphertext and
 * tag of AES-256-GCM, which also authenticates kind and issuer. All its characters may stand in an
 * Authorization field (RFC 6750 section 2.1) and in a form. What is known of the owner goes with
 * it. The nonce is that of moment for the kind, so one moment seals one token of each.
 * ECKID_TOO_LONG when the result would be longer than ECKID_SEALED_TOKEN_MAX; ECKID_TOKEN_SEAL when
 * the token is a sealed one already.
 */
eckid_err_t *eckid_sealed_token_make(const char **text, const eckid_token_seal_t *seal,
                                     eckid_token_kind_t kind, const char *token,
                                     const eckid_token_owner_t *owner, const eckid_moment_t *moment,
                                     apr_pool_t *pool);

/* Whether a text begins as a sealed token does, in upper or lower case; and as which kind. */
bool eckid_sealed_token_is(const char *text);
eckid_token_kind_t eckid_sealed_token_kind(const char *text);

/*
 * Opens what was sealed, allocated in pool; owner is undecided when it was decided in another realm
 * or more than 30 days ago. ECKID_TOKEN_SEAL, with the check that failed: another kind, too long,
 * not base64url, changed, another secret or provider.
 */
eckid_err_t *eckid_sealed_token_open(const char **token, eckid_token_owner_t *owner,
                                     const eckid_token_seal_t *seal, eckid_token_kind_t kind,
                                     const char *text, apr_time_t now, apr_pool_t *pool);

#endif
