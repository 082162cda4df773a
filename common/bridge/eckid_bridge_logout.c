/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single logout at our own identity provider (profiles section 4.4), through the browser. */
#include "bridge/eckid_bridge_logout.h"
#include "bridge/eckid_logout_flow.h"
#include "bridge/eckid_logout_message.h"

/* A supplier's message */

static eckid_err_t *believe(eckid_logout_flow_t *logout, const eckid_bridge_message_t *message,
                            const char *issuer, bool fresh)
{
    eckid_bridge_flow_t *flow = &logout->flow;

    ECKID_ERR(eckid_bridge_flow_find(flow, issuer, fresh));
    const eckid_trust_t trust = {flow->described->role->keys, flow->bridge->sha1};

    return eckid_bridge_message_verify(message, true, &trust, flow->pool);
}

/* Whether the supplier that it names has signed it, for us, and a moment ago. A new key of the
 * supplier is fetched. */
static eckid_err_t *verify(eckid_logout_flow_t *logout, const eckid_bridge_message_t *message,
                           const eckid_message_head_t *head, const eckid_bridge_carrier_t *carrier)
{
    const eckid_bridge_flow_t *flow = &logout->flow;
    eckid_err_t *err = believe(logout, message, head->issuer, false);

    if (err && eckid_bridge_flow_may_be_old(flow, err)) {
        err = believe(logout, message, head->issuer, true);
    }
    if (flow->answer.decision.supplier) {
        logout->answer.supplier = flow->answer.decision.supplier->name;
    }
    return err ? err
               : eckid_message_head_check(head, true, carrier->location, flow->moment->now,
                                          flow->bridge->rules->skew, flow->pool);
}

/* A LogoutRequest */

static eckid_err_t *check_until(const eckid_bridge_flow_t *flow,
                                const eckid_logout_request_t *request)
{
    apr_time_t now = flow->moment->now;

    return !request->until || now < request->until + flow->bridge->rules->skew
               ? NULL
               : eckid_err_make(flow->pool, ECKID_REQUEST_TIME,
                                "its NotOnOrAfter was %" APR_TIME_T_FMT " s ago",
                                apr_time_sec(now - request->until));
}

static eckid_err_t *check_replay(eckid_logout_flow_t *logout, const eckid_logout_request_t *request)
{
    eckid_bridge_flow_t *flow = &logout->flow;

    flow->pending->supplier = request->head.issuer;
    flow->pending->request = request->head.id;
    if (eckid_bridge_flow_is_answered(flow)) {
        return eckid_err_make(flow->pool, ECKID_REQUEST_REPLAYED, "%s", "");
    }
    eckid_bridge_flow_note_answered(flow);
    return NULL;
}

static bool has_index(const eckid_logout_request_t *request, const char *index)
{
    bool found = request->indexes->nelts == 0;

    for (int i = 0; i < request->indexes->nelts; i++) {
        found = found || strcmp(APR_ARRAY_IDX(request->indexes, i, const char *), index) == 0;
    }
    return found;
}

/* Whether this browser has the session that is to end (core section 3.7.3.2). */
static bool is_known(const eckid_logout_flow_t *logout, const eckid_logout_request_t *request)
{
    const eckid_bridge_session_t *session =
        eckid_bridge_sessions_find(logout->sessions, request->head.issuer);

    return session && eckid_name_id_same(&request->name_id, &session->name_id) &&
           has_index(request, session->index);
}

/* Why it cannot be done: a status of core section 3.2.2.2, and the error for the log; or NULL. */
static const eckid_saml_status_t *unfit(eckid_err_t **why, const eckid_logout_flow_t *logout,
                                        const eckid_logout_request_t *request)
{
    static const eckid_saml_status_t version = {"VersionMismatch", NULL, NULL},
                                     encrypted = {"Responder", "RequestUnsupported", NULL},
                                     unknown = {"Requester", "UnknownPrincipal", NULL};
    apr_pool_t *pool = logout->flow.pool;

    if (strcmp(request->head.version, "2.0") != 0) {
        *why = eckid_err_make(pool, ECKID_REQUEST_UNFIT, "another version than 2.0");
        return &version;
    }
    if (!request->name_id.value) {
        *why = eckid_err_make(pool, ECKID_REQUEST_UNFIT, "the logout of a user without NameID");
        return &encrypted;
    }
    if (!is_known(logout, request)) {
        *why = eckid_err_make(pool, ECKID_LOGOUT_UNKNOWN, "%s", "");
        return &unknown;
    }
    return NULL;
}

static eckid_err_t *take_request(eckid_logout_flow_t *logout, const eckid_bridge_carrier_t *carrier)
{
    eckid_bridge_message_t *message;
    eckid_logout_request_t *request;
    eckid_err_t *why;

    logout->answer.begun = NULL; /* it would begin one of its own */
    ECKID_ERR(eckid_bridge_message_read(&message, carrier, "SAMLRequest", logout->flow.pool));
    ECKID_ERR(eckid_logout_request_read(&request, message->root, logout->flow.pool));
    ECKID_ERR(verify(logout, message, &request->head, carrier));
    ECKID_ERR(check_until(&logout->flow, request));
    ECKID_ERR(check_replay(logout, request));
    const eckid_saml_status_t *status = unfit(&why, logout, request);

    if (status) {
        return eckid_logout_flow_tell(logout, status, request->head.id, message->relay_state, why);
    }
    eckid_logout_flow_begin(logout, request->head.issuer, request->head.id, message->relay_state);
    return eckid_logout_flow_go_on(logout);
}

/* A LogoutResponse */

/* Only the supplier that was asked in this browser has anything to answer. */
static eckid_err_t *check_awaited(const eckid_logout_flow_t *logout,
                                  const eckid_logout_response_t *response)
{
    const eckid_logout_state_t *state = logout->state;

    return state && state->phase == ECKID_LOGOUT_SUPPLIER &&
                   strcmp(state->id, response->request) == 0 &&
                   strcmp(state->awaited, response->head.issuer) == 0
               ? NULL
               : eckid_err_make(logout->flow.pool, ECKID_LOGOUT_ANSWER, "%s", "");
}

static eckid_err_t *take_response(eckid_logout_flow_t *logout,
                                  const eckid_bridge_carrier_t *carrier)
{
    eckid_bridge_message_t *message;
    eckid_logout_response_t *response;

    ECKID_ERR(eckid_bridge_message_read(&message, carrier, "SAMLResponse", logout->flow.pool));
    ECKID_ERR(eckid_logout_response_read(&response, message->root, logout->flow.pool));
    ECKID_ERR(verify(logout, message, &response->head, carrier));
    ECKID_ERR(check_awaited(logout, response));
    eckid_logout_flow_confirm(logout, response->succeeded ? NULL : "answered with an error status");
    return eckid_logout_flow_go_on(logout);
}

eckid_logout_answer_t eckid_bridge_logout_message(const eckid_bridge_t *bridge,
                                                  const eckid_bridge_carrier_t *carrier,
                                                  const char *cookies, const eckid_moment_t *moment,
                                                  apr_pool_t *pool)
{
    eckid_logout_flow_t logout = eckid_logout_flow(bridge, cookies, moment, pool);
    bool is_request = eckid_bridge_message_has(carrier, "SAMLRequest");
    bool is_response = eckid_bridge_message_has(carrier, "SAMLResponse");
    eckid_err_t *err = is_request == is_response
                           ? eckid_err_make(pool, ECKID_REQUEST,
                                            "there is not one of SAMLRequest and SAMLResponse")
                       : is_request ? take_request(&logout, carrier)
                                    : take_response(&logout, carrier);

    return eckid_logout_flow_end(&logout, err);
}

/* The user's own page */

/* Another site can make the browser come here, but not read the page, so it cannot log out the
 * user. */
static eckid_err_t *ask_user(eckid_logout_flow_t *logout)
{
    const eckid_moment_t *moment = logout->flow.moment;
    const eckid_logout_state_t state = {
        .phase = ECKID_LOGOUT_ASKED,
        .begun = moment->now,
        .id = eckid_saml_answer_id(moment->message_id, logout->flow.pool)};

    logout->answer.show = ECKID_LOGOUT_SHOW_ASK;
    logout->answer.token = state.id;
    return eckid_logout_state_keep(logout->answer.cookies, &state, &logout->seal,
                                   moment->request_nonce, logout->flow.pool);
}

static eckid_err_t *visit(eckid_logout_flow_t *logout, const char *token)
{
    const eckid_logout_state_t *state = logout->state;

    if (state && state->phase == ECKID_LOGOUT_MODULE) {
        eckid_logout_flow_look(logout);
        return NULL;
    }
    if (state && state->phase == ECKID_LOGOUT_NEXT) {
        return eckid_logout_flow_go_on(logout);
    }
    if (state && state->phase == ECKID_LOGOUT_SUPPLIER) {
        eckid_logout_flow_confirm(logout, "did not answer");
        return eckid_logout_flow_go_on(logout);
    }
    if (!state || !token || strcmp(state->id, token) != 0) {
        return ask_user(logout);
    }
    eckid_logout_flow_begin(logout, NULL, NULL, NULL);
    return eckid_logout_flow_go_on(logout);
}

eckid_logout_answer_t eckid_bridge_logout_page(const eckid_bridge_t *bridge, const char *cookies,
                                               const char *token, const eckid_moment_t *moment,
                                               apr_pool_t *pool)
{
    eckid_logout_flow_t logout = eckid_logout_flow(bridge, cookies, moment, pool);

    return eckid_logout_flow_end(&logout, visit(&logout, token));
}

/* Who comes there at another time comes to the page: a logout that is under way goes on. */
eckid_logout_answer_t eckid_bridge_logout_over(const eckid_bridge_t *bridge, const char *cookies,
                                               bool has_user, const eckid_moment_t *moment,
                                               apr_pool_t *pool)
{
    eckid_logout_flow_t logout = eckid_logout_flow(bridge, cookies, moment, pool);
    bool is_last = logout.state && logout.state->phase == ECKID_LOGOUT_MODULE;

    return eckid_logout_flow_end(&logout, is_last ? eckid_logout_flow_finish(&logout, has_user)
                                                  : visit(&logout, NULL));
}
