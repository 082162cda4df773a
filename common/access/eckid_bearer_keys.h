/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies access tokens that are JWTs by the keys that their server publishes. */
#ifndef ECKID_BEARER_KEYS_H
#define ECKID_BEARER_KEYS_H

#include "access/eckid_bearer_claims.h"
#include "http/eckid_http.h"
#include "jose/eckid_jws.h"

/* A JWK Set at a URL; shared by threads, fetched by each process for itself. */
typedef struct eckid_bearer_keys_t eckid_bearer_keys_t;

/* Made before the server forks; fetches nothing. Strings must live as long as pool. Patience is how
 * long a request waits for another's fetch. */
eckid_err_t *eckid_bearer_keys_make(eckid_bearer_keys_t **keys, const char *url,
                                    const eckid_transport_t *transport,
                                    apr_interval_time_t patience, apr_pool_t *pool);

/*
 * Verifies a token and hands out its claims, which are not checked. ECKID_PUSH_TOKEN if it is no
 * JWT, is of another type than an access token, or its signature is wrong; ECKID_PUSH_ISSUER if
 * there are no keys. Keys are fetched on first need, each hour, and once in 30 seconds for a kid
 * that is unknown; a wrong signature fetches nothing. One thread fetches, for the transport's
 * timeout at most; others use the last ones, for a day.
 */
eckid_err_t *eckid_bearer_keys_verify(json_t **claims, eckid_bearer_keys_t *keys, const char *token,
                                      apr_time_t now, apr_pool_t *pool);

#endif
