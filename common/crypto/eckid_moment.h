/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time and the random bytes for one login, passed as values. */
#ifndef ECKID_MOMENT_H
#define ECKID_MOMENT_H

#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>

/* Each login has a moment of its own, made from the clock and a cryptographic generator; a second
 * call to the LAS gets another one. Each array has a single purpose, so that no two uses share
 * bytes. */
typedef struct eckid_moment_t {
    apr_time_t now;
    unsigned char http_nonce[16];     /* RFC 9421 section 2.3, the nonce parameter */
    unsigned char jti[12];            /* the jti of a client assertion, RFC 7523 section 3 */
    unsigned char seal_nonce[12];     /* AES-GCM, for the record that a lookup stores at its end */
    unsigned char claim_nonce[12];    /* AES-GCM, for the record that marks a lookup as begun */
    unsigned char token_nonce[2][12]; /* AES-GCM, for an access and a refresh token */
    unsigned char hint_nonce[2][12];  /* AES-GCM, for the records with an ID token */
    unsigned char content_key[32];    /* AES, for an assertion that is encrypted to a supplier */
    unsigned char content_iv[16];     /* its initialization vector */
    unsigned char jitter;             /* varies the lifetime of records */
    unsigned char message_id[16];     /* the ID of a SAML message that we make */
    unsigned char assertion_id[16];   /* of an Assertion that we issue */
    unsigned char session_index[16];  /* of the session that it begins */
    unsigned char transient_id[16];   /* a NameID for this login alone */
    unsigned char request_nonce[12];  /* AES-GCM, for a login or a logout on its way */
    unsigned char answered_nonce[12]; /* AES-GCM, for the record that it was answered */
    unsigned char session_nonce[12];  /* AES-GCM, for a session at a supplier */
    unsigned char reference[5];       /* the code that a student tells the helpdesk */
} eckid_moment_t;

/* Makes a moment for now. False if there is no randomness. */
typedef bool (*eckid_clock_t)(eckid_moment_t *moment);

/* Uses the system clock and the kernel's generator: each response has a moment, and OpenSSL's,
 * which keeps a state for each thread, would cost more than all else that is done with a page. */
bool eckid_moment_now(eckid_moment_t *moment);

/* The reference code of a moment, such as "K7F2-9QXM": 40 random bits in an alphabet without the
 * letters I, L, O and U. */
const char *eckid_moment_reference(const eckid_moment_t *moment, apr_pool_t *pool);

#endif
