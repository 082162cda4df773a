/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login that was asked for and not yet answered: it travels in a URL, sealed, through the
 * authentication module and back. */
#ifndef ECKID_PENDING_H
#define ECKID_PENDING_H

#include "bridge/eckid_authn_context.h"
#include "bridge/eckid_bridge_seal.h"

#define ECKID_PENDING_AGE apr_time_from_sec(3600) /* how long a user may take to log in */

/* Bytes: httpd takes 8190 of a request line, with all of the URL. */
#define ECKID_PENDING_MAX 7168

typedef struct eckid_pending_t {
    const char *supplier;    /* its entity ID */
    const char *consumer;    /* the URL to which the answer goes */
    const char *request;     /* the ID of the request; NULL for a login that we begin */
    const char *relay_state; /* or NULL */
    const char *name_format; /* that is asked for; or NULL */
    apr_time_t begun;
    bool force, passive;
    bool again;      /* whether the user was sent to log in anew */
    apr_time_t seen; /* with again: when the session before that had begun; 0: there was none */
    eckid_comparison_t comparison;
    apr_array_header_t *classes; /* const char * */
} eckid_pending_t;

/* Seals it to base64url. The nonce must be random and used once. ECKID_REQUEST if it is too long.
 */
eckid_err_t *eckid_pending_seal(const char **sealed, const eckid_pending_t *pending,
                                const eckid_bridge_seal_t *seal,
                                const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool);

/* ECKID_REQUEST_ENDED if it is too old, or not by this seal. */
eckid_err_t *eckid_pending_open(eckid_pending_t **pending, const char *sealed,
                                const eckid_bridge_seal_t *seal, apr_time_t now, apr_pool_t *pool);

#endif
