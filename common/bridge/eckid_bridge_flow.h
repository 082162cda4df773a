/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One request at our identity provider while it is handled. Only eckid_bridge and eckid_bridge_*
 * include this. */
#ifndef ECKID_BRIDGE_FLOW_H
#define ECKID_BRIDGE_FLOW_H

#include "bridge/eckid_bridge.h"
#include "bridge/eckid_pending.h"
#include "saml/eckid_saml_answer.h"

typedef struct eckid_bridge_flow_t {
    const eckid_bridge_t *bridge;
    const eckid_moment_t *moment;
    eckid_metadata_wait_t wait;         /* for metadata, of all suppliers together */
    const eckid_policy_t *policy;       /* by what is known now */
    const eckid_described_t *described; /* the entity of the supplier; its role is set */
    eckid_pending_t *pending;           /* what is asked for */
    eckid_bridge_answer_t answer;       /* its decision has the supplier */
    apr_pool_t *pool;
} eckid_bridge_flow_t;

/* A new one. */
eckid_bridge_flow_t eckid_bridge_flow(const eckid_bridge_t *bridge, const eckid_moment_t *moment,
                                      apr_pool_t *pool);

/* Finds the supplier that has the entity, with its metadata; fresh says that they are fetched anew.
 * ECKID_REQUEST_SUPPLIER, ECKID_METADATA. */
eckid_err_t *eckid_bridge_flow_find(eckid_bridge_flow_t *flow, const char *entity, bool fresh);

/* Whether no time is left to fetch the metadata of the entity, as fetching others has used it up.
 */
bool eckid_bridge_flow_is_late(const eckid_bridge_flow_t *flow, const char *entity);

/* Whether the error may come from metadata that are out of date: the supplier may have a new key or
 * a new consumer. Then they are fetched again, so that this costs no login. */
bool eckid_bridge_flow_may_be_old(const eckid_bridge_flow_t *flow, const eckid_err_t *err);

/* The status of a page about an error. */
int eckid_bridge_flow_status(eckid_code_t code);

/* The answer for an error. */
eckid_bridge_answer_t eckid_bridge_flow_end(eckid_bridge_flow_t *flow, const eckid_err_t *err);

/* Tells the supplier by a status, with cause as the reason for the log. */
eckid_err_t *eckid_bridge_flow_tell(eckid_bridge_flow_t *flow, const eckid_saml_status_t *status,
                                    const eckid_err_t *cause);

/* Whether the request was answered before, and noting that it is now. */
bool eckid_bridge_flow_is_answered(const eckid_bridge_flow_t *flow);
void eckid_bridge_flow_note_answered(const eckid_bridge_flow_t *flow);

/* The head of a Response to the request. */
eckid_saml_head_t eckid_bridge_flow_head(const eckid_bridge_flow_t *flow);

/* The key that signs for the supplier. */
const eckid_key_t *eckid_bridge_flow_key(const eckid_bridge_flow_t *flow);

/* The endpoint at which the user comes back. A user who must log in anew comes to PASSIVE first,
 * where nobody is asked to log in, and where it shows which session there is. */
const char *eckid_bridge_flow_place(const eckid_pending_t *pending);

/* Sends the browser to an endpoint with the request sealed in the URL. */
eckid_err_t *eckid_bridge_flow_send_on(eckid_bridge_flow_t *flow, const char *place);

/* How requests on their way are sealed. */
eckid_bridge_seal_t eckid_bridge_flow_seal(const eckid_bridge_t *bridge);

#endif
