/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One moment: what time it is, and randomness that is used once; both given as values. */
#ifndef ECKID_MOMENT_H
#define ECKID_MOMENT_H

#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>

/* Whoever serves a login makes one of these for it, from the clock and a cryptographic generator;
 * a second call to the LAS is made with another one. Each array has one purpose, so that no two
 * uses can ever share bytes. */
typedef struct eckid_moment_t {
    apr_time_t now;
    unsigned char http_nonce[16];     /* RFC 9421 section 2.3, the nonce parameter */
    unsigned char jti[16];            /* RFC 7523 section 3, of a client assertion */
    unsigned char seal_nonce[12];     /* AES-GCM, of the record that a lookup stores at its end */
    unsigned char claim_nonce[12];    /* and of the one that it stores before it asks */
    unsigned char token_nonce[2][12]; /* AES-GCM, of what an access and a refresh token belong to */
    unsigned char jitter;             /* spreads the ends of records */
    unsigned char message_id[16];     /* the ID of a SAML message of our own */
    unsigned char reference[5];       /* the code a student reads to the helpdesk */
} eckid_moment_t;

/* Makes a moment of now. False when there is no randomness to be had. */
typedef bool (*eckid_clock_t)(eckid_moment_t *moment);

/* The clock of this machine and the generator of OpenSSL. */
bool eckid_moment_now(eckid_moment_t *moment);

/* The reference code of a moment, "K7F2-9QXM": 40 random bits without the letters I, L, O and U. */
const char *eckid_moment_reference(const eckid_moment_t *moment, apr_pool_t *pool);

#endif
