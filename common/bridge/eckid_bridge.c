/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own identity provider, for schools whose users log in elsewhere: a supplier's request in. */
#include "bridge/eckid_bridge.h"
#include "base/eckid_json.h"
#include "base/eckid_params.h"
#include "base/eckid_url.h"
#include "bridge/eckid_authn_request.h"
#include "bridge/eckid_bridge_flow.h"
#include "bridge/eckid_name_id.h"

#include <apr_strings.h>

const char *eckid_bridge_sso(const eckid_bridge_t *bridge, apr_pool_t *pool)
{
    return apr_pstrcat(pool, bridge->url, ECKID_BRIDGE_SSO, NULL);
}

const char *eckid_bridge_slo(const eckid_bridge_t *bridge, apr_pool_t *pool)
{
    return apr_pstrcat(pool, bridge->url, ECKID_BRIDGE_SLO, NULL);
}

/* A request is verified before anything but its Issuer is used. */
static eckid_err_t *verify(const eckid_bridge_flow_t *flow, const eckid_bridge_message_t *message)
{
    const eckid_saml_sp_role_t *role = flow->described->role;
    const eckid_trust_t trust = {role->keys, flow->bridge->sha1};

    return eckid_bridge_message_verify(message, role->signs_requests, &trust, flow->pool);
}

/* Only metadata say where answers may go. A binding by which we do not answer is told to the
 * supplier at its default consumer. */
static eckid_err_t *find_consumer(eckid_bridge_flow_t *flow, const eckid_authn_request_t *request)
{
    bool is_other = request->binding && strcmp(request->binding, ECKID_BINDING_POST) != 0;
    const eckid_saml_endpoint_t *consumer =
        is_other ? eckid_saml_sp_role_consumer(flow->described->role, NULL, -1)
                 : eckid_saml_sp_role_consumer(flow->described->role, request->consumer,
                                               request->consumer_index);

    if (!consumer) {
        const char *wanted = request->consumer ? eckid_url_shown(request->consumer, flow->pool)
                                               : "there is none for HTTP-POST by that index";

        return eckid_err_make(flow->pool, ECKID_REQUEST_CONSUMER, "%s", wanted);
    }
    flow->pending->consumer = consumer->response;
    return NULL;
}

static eckid_err_t *believe(eckid_bridge_flow_t *flow, const eckid_bridge_message_t *message,
                            const eckid_authn_request_t *request, bool fresh)
{
    ECKID_ERR(eckid_bridge_flow_find(flow, request->head.issuer, fresh));
    ECKID_ERR(verify(flow, message));
    return find_consumer(flow, request);
}

static eckid_err_t *believe_by_news(eckid_bridge_flow_t *flow,
                                    const eckid_bridge_message_t *message,
                                    const eckid_authn_request_t *request)
{
    eckid_err_t *err = believe(flow, message, request, false);

    return err && eckid_bridge_flow_may_be_old(flow, err) ? believe(flow, message, request, true)
                                                          : err;
}

static void note(eckid_pending_t *pending, const eckid_authn_request_t *request,
                 const char *relay_state)
{
    pending->supplier = request->head.issuer;
    pending->request = request->head.id;
    pending->relay_state = relay_state;
    pending->name_format = request->name_format;
    pending->force = request->force;
    pending->passive = request->passive;
    pending->comparison = request->comparison;
    pending->classes = request->classes;
}

/* What is asked for and cannot be given, whoever the user is: a status of core section 3.2.2.2, or
 * NULL. */
static const eckid_saml_status_t *unfit(const char **what, const eckid_bridge_flow_t *flow,
                                        const eckid_authn_request_t *request)
{
    static const eckid_saml_status_t version = {"VersionMismatch", NULL, NULL},
                                     binding = {"Responder", "UnsupportedBinding", NULL},
                                     policy = {"Requester", "InvalidNameIDPolicy", NULL},
                                     context = {"Responder", "NoAuthnContext", NULL},
                                     unsupported = {"Responder", "RequestUnsupported", NULL};
    const struct {
        const eckid_saml_status_t *status;
        bool is_unfit;
        const char *what;
    } rules[] = {
        {&version, strcmp(request->head.version, "2.0") != 0, "another version than 2.0"},
        {&binding, request->binding && strcmp(request->binding, ECKID_BINDING_POST) != 0,
         "another binding than HTTP-POST"},
        {&policy,
         !eckid_name_id_choose(flow->answer.decision.supplier, request->name_format,
                               flow->bridge->pairwise != NULL),
         "a NameID format that EckidNameId does not have"},
        {&policy, request->sp_qualifier && strcmp(request->sp_qualifier, request->head.issuer) != 0,
         "a NameID of somebody else"},
        {&context, request->has_declarations, "an authentication context by declaration"},
        {&unsupported, request->has_subject, "a certain user"},
        {&unsupported, request->force && request->passive, "both ForceAuthn and IsPassive"},
        {&unsupported, request->force && !flow->bridge->renew,
         "ForceAuthn, for which there is no EckidIdpRenew"},
        {&unsupported, request->force && !flow->bridge->instant,
         "ForceAuthn, for which there is no EckidIdpAuthnInstant"},
    };

    for (unsigned i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        if (rules[i].is_unfit) {
            *what = rules[i].what;
            return rules[i].status;
        }
    }
    return NULL;
}

static eckid_err_t *pass_on(eckid_bridge_flow_t *flow, const eckid_authn_request_t *request)
{
    const char *what;
    const eckid_saml_status_t *status = unfit(&what, flow, request);

    if (status) {
        return eckid_bridge_flow_tell(flow, status,
                                      eckid_err_make(flow->pool, ECKID_REQUEST_UNFIT, "%s", what));
    }
    return eckid_bridge_flow_send_on(flow, eckid_bridge_flow_place(flow->pending));
}

static eckid_err_t *enter(eckid_bridge_flow_t *flow, const eckid_bridge_carrier_t *carrier)
{
    const eckid_bridge_t *bridge = flow->bridge;
    eckid_bridge_message_t *message;
    eckid_authn_request_t *request;

    ECKID_ERR(eckid_bridge_message_read(&message, carrier, "SAMLRequest", flow->pool));
    ECKID_ERR(eckid_authn_request_read(&request, message->root, flow->pool));
    note(flow->pending, request, message->relay_state);
    ECKID_ERR(believe_by_news(flow, message, request));
    ECKID_ERR(eckid_message_head_check(&request->head, message->is_signed, carrier->location,
                                       flow->moment->now, bridge->rules->skew, flow->pool));
    if (eckid_bridge_flow_is_answered(flow)) {
        return eckid_err_make(flow->pool, ECKID_REQUEST_REPLAYED, "%s", "");
    }
    return pass_on(flow, request);
}

eckid_bridge_answer_t eckid_bridge_enter(const eckid_bridge_t *bridge,
                                         const eckid_bridge_carrier_t *carrier,
                                         const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_bridge_flow_t flow = eckid_bridge_flow(bridge, moment, pool);

    return eckid_bridge_flow_end(&flow, enter(&flow, carrier));
}

/* A login that we begin goes to the default consumer. */
static eckid_err_t *begin(eckid_bridge_flow_t *flow, eckid_bytes_t query)
{
    const eckid_params_t *params = eckid_params_parse(query, flow->pool);
    const char *entity, *state;
    const eckid_authn_request_t nothing = {.consumer_index = -1};

    if (eckid_params_get(&entity, params, "supplier", flow->pool) != 1 || !entity ||
        eckid_params_get(&state, params, "RelayState", flow->pool) > 1 ||
        (state && (strlen(state) > ECKID_RELAY_STATE_MAX || !eckid_json_holds(state)))) {
        return eckid_err_make(flow->pool, ECKID_REQUEST,
                              "there is neither a SAMLRequest nor one "
                              "supplier");
    }
    flow->pending->supplier = entity;
    flow->pending->relay_state = state;
    ECKID_ERR(eckid_bridge_flow_find(flow, entity, false));
    ECKID_ERR(find_consumer(flow, &nothing));
    return eckid_bridge_flow_send_on(flow, ECKID_BRIDGE_LOGIN);
}

eckid_bridge_answer_t eckid_bridge_begin(const eckid_bridge_t *bridge, eckid_bytes_t query,
                                         const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_bridge_flow_t flow = eckid_bridge_flow(bridge, moment, pool);

    return eckid_bridge_flow_end(&flow, begin(&flow, query));
}
