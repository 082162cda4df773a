/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token for the LAS by the client credentials grant: fetched, kept and renewed. */
#ifndef ECKID_CLIENT_CREDENTIALS_H
#define ECKID_CLIENT_CREDENTIALS_H

#include "jose/eckid_client_assertion.h"
#include "http/eckid_http.h"
#include "crypto/eckid_moment.h"

/* RFC 6749 section 4.4. The client authenticates with an assertion (RFC 7523), with a secret
 * (section 2.3.1), or only with the transport's certificate (RFC 8705). */
typedef struct eckid_client_credentials_options_t {
    const char *url; /* of the token endpoint */
    const char *client_id;
    const char *scope;                         /* or NULL */
    const char *secret;                        /* or NULL */
    const eckid_client_assertion_t *assertion; /* or NULL */
    eckid_transport_t transport;
    eckid_clock_t clock;
} eckid_client_credentials_options_t;

/* The token of one child, shared by its threads. */
typedef struct eckid_client_credentials_t eckid_client_credentials_t;

/* Copies the options, but not what they point to. */
eckid_err_t *eckid_client_credentials_make(eckid_client_credentials_t **credentials,
                                           const eckid_client_credentials_options_t *options,
                                           apr_pool_t *pool);

/*
 * Returns the current token or fetches a new one; it is valid as long as pool. A minute before a
 * token expires, or a tenth of its lifetime if that is less, one thread renews it while the others
 * still use the old one. Without a token one thread fetches it and all block, until deadline at
 * most. ECKID_LAS_TOKEN with the cause; if the fetch fails, it fails for all who waited.
 */
eckid_err_t *eckid_client_credentials_get(const char **token,
                                          eckid_client_credentials_t *credentials,
                                          apr_time_t deadline, apr_pool_t *pool);

/* Call this when the LAS refused the token. True if the token was dropped, so that another attempt
 * makes sense; false if it is so new that a fresh one would be refused too. Never blocks. */
bool eckid_client_credentials_drop(eckid_client_credentials_t *credentials, const char *token,
                                   apr_pool_t *pool);

#endif
