/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of a logout while it is handled. */
#include "bridge/eckid_logout_flow.h"
#include "base/eckid_time.h"
#include "base/eckid_url.h"
#include "xml/eckid_xml_namespaces.h"

#include <apr_strings.h>

eckid_logout_flow_t eckid_logout_flow(const eckid_bridge_t *bridge, const char *cookies,
                                      const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_logout_flow_t logout = {.flow = eckid_bridge_flow(bridge, moment, pool),
                                  .seal = eckid_bridge_flow_seal(bridge)};
    const apr_array_header_t *all = eckid_bridge_cookies_read(cookies, pool);

    logout.sessions = eckid_bridge_sessions_read(all, &logout.seal, moment->now, pool);
    logout.state = eckid_logout_state_find(all, &logout.seal, moment->now, pool);
    logout.answer.cookies = apr_array_make(pool, 4, sizeof(eckid_bridge_cookie_t));
    logout.answer.begun = logout.state ? logout.state->reference : NULL;
    return logout;
}

eckid_logout_answer_t eckid_logout_flow_end(eckid_logout_flow_t *logout, const eckid_err_t *err)
{
    if (err) {
        logout->answer = (eckid_logout_answer_t){
            .show = ECKID_LOGOUT_SHOW_REFUSED,
            .status = eckid_bridge_flow_status(err->code),
            .is_over = true,
            .cause = err,
            .supplier = logout->answer.supplier,
            .has_begun = logout->answer.has_begun,
            .others = logout->answer.others,
            .begun = logout->answer.begun,
            .can_go_on = logout->state && logout->state->phase == ECKID_LOGOUT_SUPPLIER,
            .cookies = apr_array_make(logout->flow.pool, 1, sizeof(eckid_bridge_cookie_t)),
        };
    }
    return logout->answer;
}

static const eckid_bridge_session_t *session_at(const eckid_logout_flow_t *logout, int i)
{
    return APR_ARRAY_IDX(logout->sessions, i, const eckid_bridge_session_t *);
}

void eckid_logout_flow_begin(eckid_logout_flow_t *logout, const char *supplier, const char *request,
                             const char *relay_state)
{
    eckid_logout_state_t *state = apr_pcalloc(logout->flow.pool, sizeof(*state));

    state->begun = logout->flow.moment->now;
    state->reference = eckid_moment_reference(logout->flow.moment, logout->flow.pool);
    state->supplier = supplier;
    state->request = request;
    state->relay_state = relay_state;
    logout->state = state;
    logout->answer.has_begun = true;
    logout->answer.begun = state->reference;
    for (int i = 0; i < logout->sessions->nelts; i++) {
        const eckid_bridge_session_t *session = session_at(logout, i);

        logout->answer.others += !supplier || strcmp(session->supplier, supplier) != 0;
        if (session->has_lost && !state->missed) {
            eckid_logout_state_miss(state, "there was no room for older sessions",
                                    logout->flow.pool);
        }
    }
}

/* Sessions end */

/* All of a supplier, of which there can be two after the secret was changed. */
static void forget(eckid_logout_flow_t *logout, const char *supplier)
{
    int kept = 0;

    for (int i = 0; i < logout->sessions->nelts; i++) {
        const eckid_bridge_session_t *each = session_at(logout, i);

        if (strcmp(each->supplier, supplier) == 0) {
            eckid_bridge_sessions_forget(logout->answer.cookies, each);
        }
        else {
            APR_ARRAY_IDX(logout->sessions, kept++, const eckid_bridge_session_t *) = each;
        }
    }
    logout->sessions->nelts = kept;
}

static void miss(eckid_logout_flow_t *logout, const char *supplier, const char *why)
{
    apr_pool_t *pool = logout->flow.pool;

    eckid_logout_state_miss(
        logout->state, apr_pstrcat(pool, eckid_url_shown(supplier, pool), " ", why, NULL), pool);
    forget(logout, supplier);
}

void eckid_logout_flow_confirm(eckid_logout_flow_t *logout, const char *why)
{
    eckid_logout_state_t *state = logout->state;

    if (why) {
        miss(logout, state->awaited, why);
        return;
    }
    state->ended++;
    forget(logout, state->awaited);
}

static eckid_err_t *keep(eckid_logout_flow_t *logout)
{
    return eckid_logout_state_keep(logout->answer.cookies, logout->state, &logout->seal,
                                   logout->flow.moment->request_nonce, logout->flow.pool);
}

/* Core section 3.7.1. */
static xmlNodePtr request_for(const eckid_logout_flow_t *logout,
                              const eckid_bridge_session_t *session, const char *destination)
{
    const eckid_moment_t *moment = logout->flow.moment;
    apr_pool_t *pool = logout->flow.pool;
    const eckid_saml_head_t head = {.name = "LogoutRequest",
                                    .id = logout->state->id,
                                    .now = moment->now,
                                    .destination = destination,
                                    .issuer = logout->flow.bridge->entity_id};
    xmlNodePtr root = eckid_saml_answer_make(&head, NULL, pool);

    xmlSetProp(root, BAD_CAST "NotOnOrAfter",
               BAD_CAST eckid_time_format(moment->now + ECKID_LOGOUT_AGE, pool));
    eckid_name_id_add(root, xmlSearchNsByHref(root->doc, root, BAD_CAST ECKID_NS_SAML),
                      &session->name_id);
    xmlNewTextChild(root, NULL, BAD_CAST "SessionIndex", BAD_CAST session->index);
    return root;
}

/* Why not is NULL once the request is on its way. */
static eckid_err_t *ask(const char **why_not, eckid_logout_flow_t *logout,
                        const eckid_bridge_session_t *session)
{
    eckid_bridge_flow_t *flow = &logout->flow;
    const eckid_err_t *err = eckid_bridge_flow_find(flow, session->supplier, false);
    const eckid_saml_endpoint_t *endpoint =
        err ? NULL : eckid_bridge_send_endpoint(flow->described->role, "SAMLRequest");

    *why_not = err                       ? "is not known now"
               : !endpoint               ? "has no SingleLogoutService"
               : !session->name_id.value ? "was given no NameID"
                                         : NULL;
    if (*why_not) {
        return NULL;
    }
    logout->state->phase = ECKID_LOGOUT_SUPPLIER;
    logout->state->awaited = session->supplier;
    logout->state->id = eckid_saml_answer_id(flow->moment->message_id, flow->pool);
    ECKID_ERR(eckid_bridge_send(&logout->answer.sent,
                                request_for(logout, session, endpoint->location), "SAMLRequest",
                                endpoint, NULL, eckid_bridge_flow_key(flow), flow->pool));
    return keep(logout);
}

/* The session that ends next: not that of the supplier which asked, for it ends its own. */
static const eckid_bridge_session_t *next(const eckid_logout_flow_t *logout)
{
    const char *asking = logout->state->supplier;

    for (int i = 0; i < logout->sessions->nelts; i++) {
        if (!asking || strcmp(session_at(logout, i)->supplier, asking) != 0) {
            return session_at(logout, i);
        }
    }
    return NULL;
}

/* The URL to return to is always the same, because providers want it registered. */
static eckid_err_t *go_to_module(eckid_logout_flow_t *logout)
{
    const eckid_bridge_t *bridge = logout->flow.bridge;
    apr_pool_t *pool = logout->flow.pool;
    const char *back = apr_pstrcat(pool, bridge->url, ECKID_BRIDGE_LOGOUT, NULL);

    logout->state->phase = ECKID_LOGOUT_MODULE;
    logout->state->awaited = NULL;
    logout->answer.sent.location =
        apr_pstrcat(pool, bridge->logout, eckid_codec_percent(eckid_bytes_str(back), pool), NULL);
    return keep(logout);
}

static void go_to(eckid_logout_flow_t *logout, const char *place)
{
    logout->answer.sent.location =
        apr_pstrcat(logout->flow.pool, logout->flow.bridge->path, place, NULL);
}

/* The next request has time of its own, so that no supplier is left out because of others. */
static eckid_err_t *come_again(eckid_logout_flow_t *logout)
{
    logout->state->phase = ECKID_LOGOUT_NEXT;
    go_to(logout, ECKID_BRIDGE_LOGOUT);
    return keep(logout);
}

eckid_err_t *eckid_logout_flow_go_on(eckid_logout_flow_t *logout)
{
    const eckid_bridge_session_t *session;

    while ((session = next(logout))) {
        const char *why_not;

        if (eckid_bridge_flow_is_late(&logout->flow, session->supplier)) {
            return come_again(logout);
        }
        ECKID_ERR(ask(&why_not, logout, session));
        if (!why_not) {
            return NULL;
        }
        miss(logout, session->supplier, why_not);
    }
    return go_to_module(logout);
}

void eckid_logout_flow_look(eckid_logout_flow_t *logout)
{
    go_to(logout, ECKID_BRIDGE_PASSIVE "?" ECKID_BRIDGE_OVER);
}

/* The end */

/* A LogoutResponse to the supplier of flow. */
static eckid_err_t *respond(eckid_logout_flow_t *logout, const eckid_saml_endpoint_t *endpoint,
                            const eckid_saml_status_t *status, const char *request,
                            const char *relay_state)
{
    const eckid_bridge_flow_t *flow = &logout->flow;
    const eckid_saml_head_t head = {.name = "LogoutResponse",
                                    .id =
                                        eckid_saml_answer_id(flow->moment->message_id, flow->pool),
                                    .now = flow->moment->now,
                                    .destination = endpoint->response,
                                    .request = request,
                                    .issuer = flow->bridge->entity_id};

    return eckid_bridge_send(&logout->answer.sent,
                             eckid_saml_answer_make(&head, status, flow->pool), "SAMLResponse",
                             endpoint, relay_state, eckid_bridge_flow_key(flow), flow->pool);
}

static const eckid_saml_endpoint_t *endpoint_of(eckid_logout_flow_t *logout, const char *supplier)
{
    return eckid_bridge_flow_find(&logout->flow, supplier, false)
               ? NULL
               : eckid_bridge_send_endpoint(logout->flow.described->role, "SAMLResponse");
}

/* As logs and numbers have it. */
static const char *name_of(const eckid_logout_flow_t *logout, const char *entity)
{
    const eckid_supplier_t *supplier =
        entity ? eckid_policy_find_entity(logout->flow.policy, entity) : NULL;

    return supplier ? supplier->name : entity;
}

/* What else is left than sessions at suppliers. */
static void check_module(eckid_logout_flow_t *logout, bool has_user)
{
    if (has_user || logout->flow.bridge->logout_is_partial) {
        eckid_logout_state_miss(logout->state,
                                has_user ? "the authentication module still has its session"
                                         : "the provider keeps its session",
                                logout->flow.pool);
    }
}

eckid_err_t *eckid_logout_flow_finish(eckid_logout_flow_t *logout, bool has_user)
{
    static const eckid_saml_status_t whole = {"Success", NULL, NULL},
                                     partial = {"Success", "PartialLogout", NULL};
    const eckid_logout_state_t *state = logout->state;
    eckid_logout_answer_t *answer = &logout->answer;
    const eckid_saml_endpoint_t *endpoint =
        state->supplier ? endpoint_of(logout, state->supplier) : NULL;

    check_module(logout, has_user);
    answer->is_over = true;
    answer->supplier = name_of(logout, state->supplier);
    answer->ended = state->ended;
    eckid_logout_state_forget(answer->cookies);
    if (state->supplier) {
        forget(logout, state->supplier);
    }
    if (state->missed) {
        answer->cause =
            eckid_err_make(logout->flow.pool, ECKID_LOGOUT_PARTIAL, "%s", state->missed);
    }
    if (endpoint) {
        return respond(logout, endpoint, state->missed ? &partial : &whole, state->request,
                       state->relay_state);
    }
    answer->show = state->missed ? ECKID_LOGOUT_SHOW_PARTIAL : ECKID_LOGOUT_SHOW_DONE;
    if (state->supplier && !answer->cause) {
        answer->cause = eckid_err_make(logout->flow.pool, ECKID_LOGOUT_ENDPOINT, "%s", "");
    }
    return NULL;
}

eckid_err_t *eckid_logout_flow_tell(eckid_logout_flow_t *logout, const eckid_saml_status_t *status,
                                    const char *request, const char *relay_state,
                                    eckid_err_t *cause)
{
    const eckid_saml_endpoint_t *endpoint =
        eckid_bridge_send_endpoint(logout->flow.described->role, "SAMLResponse");

    if (!endpoint) {
        return cause;
    }
    logout->answer.is_over = true;
    logout->answer.told = true;
    logout->answer.cause = cause;
    return respond(logout, endpoint, status, request, relay_state);
}
