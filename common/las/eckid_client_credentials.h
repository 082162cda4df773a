/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token for the LAS by the client credentials grant: fetched, kept and renewed. */
#ifndef ECKID_CLIENT_CREDENTIALS_H
#define ECKID_CLIENT_CREDENTIALS_H

#include "jose/eckid_client_assertion.h"
#include "http/eckid_http.h"
#include "crypto/eckid_moment.h"

/* RFC 6749 section 4.4. How the client proves who it is: by assertion (RFC 7523) or secret
 * (section 2.3.1), or by the transport's certificate alone (RFC 8705). */
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

/* The options are copied, what they point to is not. */
eckid_err_t *eckid_client_credentials_make(eckid_client_credentials_t **credentials,
                                           const eckid_client_credentials_options_t *options,
                                           apr_pool_t *pool);

/*
 * The token that is at hand, or a new one; valid as long as pool. A minute before it ends, or a
 * tenth of its lifetime if that is less, one thread renews it while the others still use it. If
 * there is none, one thread fetches it and blocks until deadline at most; the others wait for it as
 * long. ECKID_LAS_TOKEN with the cause; those that waited fail with the thread that fetched.
 */
eckid_err_t *eckid_client_credentials_get(const char **token,
                                          eckid_client_credentials_t *credentials,
                                          apr_time_t deadline, apr_pool_t *pool);

/* The LAS refused that token. True when it may have ended early, and is not used again; false when
 * it is so new that another one would fare no better. Never blocks. */
bool eckid_client_credentials_drop(eckid_client_credentials_t *credentials, const char *token,
                                   apr_pool_t *pool);

#endif
