/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of a logout while it is handled. Only eckid_bridge_logout includes this. */
#ifndef ECKID_LOGOUT_FLOW_H
#define ECKID_LOGOUT_FLOW_H

#include "bridge/eckid_bridge_flow.h"
#include "bridge/eckid_bridge_logout.h"
#include "bridge/eckid_bridge_session.h"
#include "bridge/eckid_logout_state.h"

typedef struct eckid_logout_flow_t {
    eckid_bridge_flow_t flow; /* its supplier is the one whose message is read or made */
    eckid_bridge_seal_t seal;
    apr_array_header_t *sessions; /* const eckid_bridge_session_t *: those that are left */
    eckid_logout_state_t *state;  /* NULL if none is under way */
    eckid_logout_answer_t answer;
} eckid_logout_flow_t;

/* A new one, with what the cookies say. */
eckid_logout_flow_t eckid_logout_flow(const eckid_bridge_t *bridge, const char *cookies,
                                      const eckid_moment_t *moment, apr_pool_t *pool);

/* The answer: that of the steps before, or for the error unless that is NULL. */
eckid_logout_answer_t eckid_logout_flow_end(eckid_logout_flow_t *logout, const eckid_err_t *err);

/* Begins one. With a supplier, its request is answered at the end. */
void eckid_logout_flow_begin(eckid_logout_flow_t *logout, const char *supplier, const char *request,
                             const char *relay_state);

/* The supplier that was awaited has ended its session, or has not, as why says. */
void eckid_logout_flow_confirm(eckid_logout_flow_t *logout, const char *why);

/* Asks the next supplier, or sends the browser to the module if none is left. If there is no time
 * left to fetch a supplier's metadata, the browser comes again for it. */
eckid_err_t *eckid_logout_flow_go_on(eckid_logout_flow_t *logout);

/* The browser is back from the module: sends it to the place that tells whether its session has
 * ended. */
void eckid_logout_flow_look(eckid_logout_flow_t *logout);

/* It comes from there: answers who has asked. has_user says whether the session is still there. */
eckid_err_t *eckid_logout_flow_finish(eckid_logout_flow_t *logout, bool has_user);

/* Tells the supplier of flow by a status that its request is refused. */
eckid_err_t *eckid_logout_flow_tell(eckid_logout_flow_t *logout, const eckid_saml_status_t *status,
                                    const char *request, const char *relay_state,
                                    eckid_err_t *cause);

#endif
