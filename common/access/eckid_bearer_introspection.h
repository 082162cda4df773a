/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7662: asks an authorization server about an access token, and remembers what it said. */
#ifndef ECKID_BEARER_INTROSPECTION_H
#define ECKID_BEARER_INTROSPECTION_H

#include <apr_time.h>

#include "base/eckid_json.h"
#include "http/eckid_http.h"

/* Calls of a process that may be under way at once: who sends worthless tokens holds no more
 * workers than these. */
#define ECKID_BEARER_CALLS_MAX 4

/* Shared by threads; each process remembers for itself. */
typedef struct eckid_bearer_introspection_t eckid_bearer_introspection_t;

/* Made before the server forks; asks nobody. Authorization is the value of the field by which we
 * authenticate. Strings must live as long as pool. */
eckid_err_t *eckid_bearer_introspection_make(eckid_bearer_introspection_t **introspection,
                                             const char *url, const char *authorization,
                                             const eckid_transport_t *transport, apr_pool_t *pool);

/*
 * The claims of a token that is active. Blocks for the transport's timeout. ECKID_PUSH_TOKEN if it
 * is not active, or if the server refuses to read it (400, 413, 422). ECKID_PUSH_ISSUER if the
 * server does not say, if ECKID_BEARER_CALLS_MAX calls are under way, and for five seconds after it
 * did not say. What it said is remembered for a minute, so a token that is revoked works for that
 * long. Tokens are remembered by their digest.
 */
eckid_err_t *eckid_bearer_introspection_ask(json_t **claims,
                                            eckid_bearer_introspection_t *introspection,
                                            const char *token, apr_time_t now, apr_pool_t *pool);

#endif
