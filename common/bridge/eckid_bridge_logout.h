/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single logout at our own identity provider (profiles section 4.4), through the browser. */
#ifndef ECKID_BRIDGE_LOGOUT_H
#define ECKID_BRIDGE_LOGOUT_H

#include "bridge/eckid_bridge.h"
#include "bridge/eckid_bridge_send.h"

/* What the browser gets. */
typedef enum eckid_logout_show_t {
    ECKID_LOGOUT_SHOW_SENT,    /* it takes a message to a supplier, or goes to the module */
    ECKID_LOGOUT_SHOW_ASK,     /* a page that asks whether to log out */
    ECKID_LOGOUT_SHOW_DONE,    /* a page that says that all is done */
    ECKID_LOGOUT_SHOW_PARTIAL, /* a page that says that some is done */
    ECKID_LOGOUT_SHOW_REFUSED  /* a page with an error status; nothing is signed */
} eckid_logout_show_t;

/* What becomes of one step of a logout. No member holds personal data, but for sent and cookies. */
typedef struct eckid_logout_answer_t {
    eckid_logout_show_t show;
    eckid_bridge_sent_t sent; /* with SENT */
    const char *token;        /* with ASK: what its form repeats */
    bool can_go_on;           /* with REFUSED: another logout is under way */
    int status;               /* with REFUSED */
    bool has_begun;           /* it begins with this step, and there is a line to be logged */
    int others;               /* with has_begun: how many other suppliers are to be asked */
    bool is_over;             /* it has ended, and there is a line to be logged */
    const char *begun;        /* with is_over: the reference of the step that began it; or NULL */
    bool told;                /* it is refused, and the supplier is told by an error status */
    const eckid_err_t *cause; /* of a refusal, or of a logout that is not whole; or NULL */
    const char *supplier;     /* the name of who sent the message or began it; NULL: the user,
                                 or it is not known */
    int ended;                /* how many other suppliers have confirmed */
    apr_array_header_t *cookies; /* eckid_bridge_cookie_t */
} eckid_logout_answer_t;

/*
 * A supplier's message: a LogoutRequest, which begins a logout, or a LogoutResponse, by which it
 * goes on. Both must be signed. Cookies is the field of the request, or NULL. May fetch metadata of
 * suppliers, and then blocks for the longest of their timeouts at most.
 */
eckid_logout_answer_t eckid_bridge_logout_message(const eckid_bridge_t *bridge,
                                                  const eckid_bridge_carrier_t *carrier,
                                                  const char *cookies, const eckid_moment_t *moment,
                                                  apr_pool_t *pool);

/*
 * The user comes to the page of logouts: of their own accord, with the token of its form, or back
 * from the authentication module, to be sent on to ECKID_BRIDGE_PASSIVE. A supplier that was
 * awaited then has not answered, and the others are asked. Token is NULL if there is none. May
 * block as above.
 */
eckid_logout_answer_t eckid_bridge_logout_page(const eckid_bridge_t *bridge, const char *cookies,
                                               const char *token, const eckid_moment_t *moment,
                                               apr_pool_t *pool);

/* The browser comes to ECKID_BRIDGE_PASSIVE with the query ECKID_BRIDGE_OVER: the logout is over.
 * has_user says whether the authentication module still names a user there. At another time it is
 * as eckid_bridge_logout_page without a token. */
eckid_logout_answer_t eckid_bridge_logout_over(const eckid_bridge_t *bridge, const char *cookies,
                                               bool has_user, const eckid_moment_t *moment,
                                               apr_pool_t *pool);

#endif
