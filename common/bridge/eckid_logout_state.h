/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logout on its way through a browser, in a sealed cookie. */
#ifndef ECKID_LOGOUT_STATE_H
#define ECKID_LOGOUT_STATE_H

#include "bridge/eckid_bridge_cookie.h"
#include "bridge/eckid_bridge_seal.h"

#include <apr_time.h>

#define ECKID_LOGOUT_COOKIE ECKID_COOKIE_PREFIX "logout"
#define ECKID_LOGOUT_AGE apr_time_from_sec(600) /* how long it may take */
#define ECKID_LOGOUT_MISSED_MAX 600             /* bytes */

/* What the browser is expected to come back from. */
typedef enum eckid_logout_phase_t {
    ECKID_LOGOUT_ASKED,    /* the page that asks the user */
    ECKID_LOGOUT_SUPPLIER, /* a supplier that was sent a LogoutRequest */
    ECKID_LOGOUT_MODULE,   /* the authentication module */
    ECKID_LOGOUT_NEXT      /* itself: the next supplier is to be asked */
} eckid_logout_phase_t;

typedef struct eckid_logout_state_t {
    eckid_logout_phase_t phase;
    apr_time_t begun;
    const char *reference;   /* of the step that began it */
    const char *supplier;    /* the entity ID of who asked for it; NULL: the user */
    const char *request;     /* the ID of its request; NULL: the user asked */
    const char *relay_state; /* or NULL */
    const char *awaited;     /* the entity ID of the supplier, in that phase */
    const char *id;          /* of our request to it; or what the page of ours repeats */
    int ended;               /* how many suppliers have confirmed */
    const char *missed;      /* which have not, and why, for the log; NULL: none so far */
} eckid_logout_state_t;

/* Adds to changes (eckid_bridge_cookie_t) what makes the browser keep it. ECKID_REQUEST if it does
 * not fit into a cookie. */
eckid_err_t *eckid_logout_state_keep(apr_array_header_t *changes, const eckid_logout_state_t *state,
                                     const eckid_bridge_seal_t *seal,
                                     const unsigned char nonce[ECKID_SECRET_NONCE],
                                     apr_pool_t *pool);

/* The logout in the cookies of a browser; NULL if there is none, or it is too old. */
eckid_logout_state_t *eckid_logout_state_find(const apr_array_header_t *cookies,
                                              const eckid_bridge_seal_t *seal, apr_time_t now,
                                              apr_pool_t *pool);

/* Adds what makes the browser forget it. */
void eckid_logout_state_forget(apr_array_header_t *changes);

/* Notes what has not been ended, and why. */
void eckid_logout_state_miss(eckid_logout_state_t *state, const char *what, apr_pool_t *pool);

#endif
