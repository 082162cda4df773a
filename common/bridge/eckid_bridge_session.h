/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The suppliers at which a browser is logged in, each in a sealed cookie of its own. */
#ifndef ECKID_BRIDGE_SESSION_H
#define ECKID_BRIDGE_SESSION_H

#include "bridge/eckid_bridge_cookie.h"
#include "bridge/eckid_bridge_seal.h"
#include "bridge/eckid_name_id.h"

#define ECKID_SESSIONS_MAX 10    /* of one browser */
#define ECKID_SESSIONS_ROOM 3072 /* bytes of all their cookies: a request has 8190 for all */
#define ECKID_SESSION_AGE apr_time_from_sec(24 * 3600) /* after that it is over by itself */

/* A session at a supplier, as its Assertion has begun it. */
typedef struct eckid_bridge_session_t {
    const char *supplier; /* its entity ID */
    eckid_name_id_t name_id;
    const char *index; /* the SessionIndex */
    apr_time_t since;
    bool has_lost;      /* whether older sessions of the browser had to be forgotten */
    const char *cookie; /* the name of its cookie */
    apr_size_t size;    /* of that cookie */
} eckid_bridge_session_t;

/* The sessions (const eckid_bridge_session_t *) in the cookies of a browser, the oldest first. What
 * is not by our seal, or too old, is left out. */
apr_array_header_t *eckid_bridge_sessions_read(const apr_array_header_t *cookies,
                                               const eckid_bridge_seal_t *seal, apr_time_t now,
                                               apr_pool_t *pool);

/* The session at a supplier; NULL if there is none. */
const eckid_bridge_session_t *eckid_bridge_sessions_find(const apr_array_header_t *sessions,
                                                         const char *supplier);

/*
 * Adds to changes (eckid_bridge_cookie_t) what makes the browser remember the session, in the place
 * of one at the same supplier. Where there is no room left, the oldest sessions are forgotten. The
 * cookie and size of session are set here.
 */
eckid_err_t *
eckid_bridge_sessions_note(apr_array_header_t *changes, const apr_array_header_t *sessions,
                           eckid_bridge_session_t *session, const eckid_bridge_seal_t *seal,
                           const unsigned char nonce[ECKID_SECRET_NONCE], apr_pool_t *pool);

/* Adds what makes it forget one. */
void eckid_bridge_sessions_forget(apr_array_header_t *changes,
                                  const eckid_bridge_session_t *session);

#endif
