/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request at our identity provider while it is handled. */
#include "bridge/eckid_bridge_flow.h"
#include "base/eckid_url.h"
#include "bridge/eckid_bridge_response.h"

#include <apr_strings.h>

eckid_bridge_flow_t eckid_bridge_flow(const eckid_bridge_t *bridge, const eckid_moment_t *moment,
                                      apr_pool_t *pool)
{
    eckid_bridge_flow_t flow = {.bridge = bridge,
                                .moment = moment,
                                .wait = {.now = moment->now},
                                .policy = bridge->rules->policy,
                                .pending = apr_pcalloc(pool, sizeof(eckid_pending_t)),
                                .pool = pool};

    flow.pending->classes = apr_array_make(pool, 0, sizeof(const char *));
    flow.pending->begun = moment->now;
    flow.answer.decision.log.wanted = true;
    return flow;
}

static eckid_err_t *unknown(const eckid_bridge_flow_t *flow, const char *entity, const char *why)
{
    return eckid_err_make(flow->pool, ECKID_REQUEST_SUPPLIER, "%s%s",
                          eckid_url_shown(entity, flow->pool), why);
}

eckid_err_t *eckid_bridge_flow_find(eckid_bridge_flow_t *flow, const char *entity, bool fresh)
{
    const eckid_supplier_sources_t *sources = flow->bridge->sources;
    const eckid_supplier_t *supplier = eckid_policy_find_entity(flow->policy, entity);

    if (!supplier) {
        return unknown(flow, entity, "");
    }
    flow->answer.decision.supplier = supplier;
    if (sources && eckid_supplier_sources_has(sources, supplier->name)) {
        ECKID_ERR(
            eckid_supplier_sources_fetch(sources, supplier->name, fresh, &flow->wait, flow->pool));
        flow->policy = eckid_supplier_sources_policy(sources, flow->pool);
        supplier = eckid_policy_find_entity(flow->policy, entity);
        flow->answer.decision.supplier = supplier;
    }
    flow->described = eckid_policy_find_described(supplier, entity);
    return flow->described && flow->described->role
               ? NULL
               : unknown(flow, entity, " has no metadata here");
}

bool eckid_bridge_flow_is_late(const eckid_bridge_flow_t *flow, const char *entity)
{
    const eckid_supplier_sources_t *sources = flow->bridge->sources;
    const eckid_supplier_t *supplier = eckid_policy_find_entity(flow->policy, entity);

    return sources && supplier &&
           eckid_supplier_sources_is_late(sources, supplier->name, &flow->wait);
}

bool eckid_bridge_flow_may_be_old(const eckid_bridge_flow_t *flow, const eckid_err_t *err)
{
    const eckid_supplier_sources_t *sources = flow->bridge->sources;

    return (err->code == ECKID_REQUEST_SIGNATURE || err->code == ECKID_REQUEST_CONSUMER) &&
           sources && eckid_supplier_sources_has(sources, flow->answer.decision.supplier->name);
}

/* What a student can do about it differs: 400 is for who asks wrongly, 503 for what will pass, 502
 * for what the operator must mend. */
int eckid_bridge_flow_status(eckid_code_t code)
{
    return code == ECKID_METADATA ? 503
           : (code >= ECKID_REQUEST && code <= ECKID_REQUEST_ENDED) ||
                   (code >= ECKID_LOGOUT_UNKNOWN && code <= ECKID_LOGOUT_ENDPOINT)
               ? 400
               : 502;
}

eckid_bridge_answer_t eckid_bridge_flow_end(eckid_bridge_flow_t *flow, const eckid_err_t *err)
{
    const eckid_supplier_t *supplier = flow->answer.decision.supplier;

    if (err) {
        flow->answer = (eckid_bridge_answer_t){.decision = eckid_decision_refuse(err)};
        flow->answer.decision.status = eckid_bridge_flow_status(err->code);
        flow->answer.decision.supplier = supplier;
    }
    return flow->answer;
}

const eckid_key_t *eckid_bridge_flow_key(const eckid_bridge_flow_t *flow)
{
    return APR_ARRAY_IDX(eckid_rules_signers(flow->bridge->rules, flow->answer.decision.supplier),
                         0, eckid_signer_t)
        .key;
}

eckid_saml_head_t eckid_bridge_flow_head(const eckid_bridge_flow_t *flow)
{
    return (eckid_saml_head_t){.name = "Response",
                               .id = eckid_saml_answer_id(flow->moment->message_id, flow->pool),
                               .now = flow->moment->now,
                               .destination = flow->pending->consumer,
                               .request = flow->pending->request,
                               .issuer = flow->bridge->entity_id};
}

eckid_err_t *eckid_bridge_flow_tell(eckid_bridge_flow_t *flow, const eckid_saml_status_t *status,
                                    const eckid_err_t *cause)
{
    eckid_bridge_answer_t *answer = &flow->answer;
    const eckid_saml_head_t head = eckid_bridge_flow_head(flow);
    const eckid_saml_status_t told = {
        status->code, status->second,
        apr_pstrcat(flow->pool, eckid_err_fact(cause->code), " (reference ",
                    eckid_moment_reference(flow->moment, flow->pool), ")", NULL)};

    ECKID_ERR(eckid_bridge_response_refuse(&answer->decision.body, &head, &told,
                                           eckid_bridge_flow_key(flow), flow->pool));
    answer->decision.verdict = ECKID_CHANGE;
    answer->decision.cause = cause;
    answer->decision.log.told_supplier = true;
    answer->consumer = flow->pending->consumer;
    answer->relay_state = flow->pending->relay_state;
    return NULL;
}

/* A request is known by its ID and who sent it. */
static void index_of(eckid_records_index_t *index, const eckid_bridge_flow_t *flow)
{
    const eckid_bytes_t parts[] = {
        eckid_bytes_str("answered request"), eckid_bytes_str(flow->bridge->entity_id),
        eckid_bytes_str(flow->pending->supplier), eckid_bytes_str(flow->pending->request)};

    eckid_records_index(index, flow->bridge->answered, parts, 4, flow->pool);
}

bool eckid_bridge_flow_is_answered(const eckid_bridge_flow_t *flow)
{
    eckid_records_index_t index;
    eckid_bytes_t record;

    if (!flow->bridge->answered || !flow->pending->request) {
        return false;
    }
    index_of(&index, flow);
    return eckid_records_get(&record, flow->bridge->answered, &index, 16, flow->pool);
}

void eckid_bridge_flow_note_answered(const eckid_bridge_flow_t *flow)
{
    eckid_records_index_t index;

    if (flow->bridge->answered && flow->pending->request) {
        index_of(&index, flow);
        eckid_records_put(flow->bridge->answered, &index, eckid_bytes_str("1"),
                          flow->moment->now + 2 * ECKID_PENDING_AGE, flow->moment->answered_nonce,
                          flow->pool);
    }
}

eckid_bridge_seal_t eckid_bridge_flow_seal(const eckid_bridge_t *bridge)
{
    return (eckid_bridge_seal_t){bridge->secret, bridge->previous, bridge->entity_id};
}

const char *eckid_bridge_flow_place(const eckid_pending_t *pending)
{
    return pending->again                       ? ECKID_BRIDGE_AGAIN
           : pending->force || pending->passive ? ECKID_BRIDGE_PASSIVE
                                                : ECKID_BRIDGE_LOGIN;
}

eckid_err_t *eckid_bridge_flow_send_on(eckid_bridge_flow_t *flow, const char *place)
{
    const eckid_bridge_seal_t seal = eckid_bridge_flow_seal(flow->bridge);
    const char *sealed;

    ECKID_ERR(
        eckid_pending_seal(&sealed, flow->pending, &seal, flow->moment->request_nonce, flow->pool));
    flow->answer.location = apr_pstrcat(flow->pool, flow->bridge->path, place, "?r=", sealed, NULL);
    flow->answer.decision.log.wanted = false; /* the line comes with the answer */
    return NULL;
}
