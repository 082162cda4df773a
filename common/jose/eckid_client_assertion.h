/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7523: an assertion with which a client authenticates to a token endpoint; no I/O. */
#ifndef ECKID_CLIENT_ASSERTION_H
#define ECKID_CLIENT_ASSERTION_H

#include "crypto/eckid_key.h"

/* The parameter client_assertion_type (section 2.2). */
#define ECKID_CLIENT_ASSERTION_TYPE "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* The longest lifetime of an assertion, in seconds. */
#define ECKID_CLIENT_ASSERTION_SECONDS 60

/* Our identity at an authorization server. Read-only, shared by threads. */
typedef struct eckid_client_assertion_t {
    const char *client_id;  /* UTF-8; issuer and subject */
    const char *audience;   /* UTF-8; the issuer or the token URL, whichever the server expects */
    const eckid_key_t *key; /* private */
    const char *kid;        /* NULL: no kid */
    const char *algorithm;  /* a name from RFC 7518; NULL: the default of the key's kind */
    int lifetime;           /* seconds, from 1 to ECKID_CLIENT_ASSERTION_SECONDS */
} eckid_client_assertion_t;

/* Whether such an assertion can be signed, for configtest. ECKID_KEY if the key does not support
 * the algorithm (ES256, ES384, PS256, RS256 or EdDSA), ECKID_CONFIG for a lifetime out of
 * bounds. */
eckid_err_t *eckid_client_assertion_check(const eckid_client_assertion_t *assertion,
                                          apr_pool_t *pool);

/*
 * Makes the assertion (section 3) with iss, sub, aud, jti, iat, nbf and exp, as a compact JWS (RFC
 * 7515 section 7.1). Unique are random bytes for jti, which no other assertion may have. ECKID_KEY
 * and ECKID_CONFIG as above, or if the key is not private.
 */
eckid_err_t *eckid_client_assertion_make(const char **text,
                                         const eckid_client_assertion_t *assertion, apr_time_t now,
                                         eckid_bytes_t unique, apr_pool_t *pool);

#endif
