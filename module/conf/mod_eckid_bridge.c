/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes our own identity provider for a request from the configuration. */
#include "conf/mod_eckid_bridge.h"
#include "conf/mod_eckid_gateway.h"

/* In one allocation. */
typedef struct objects_t {
    eckid_bridge_t bridge;
    eckid_records_t answered;
} objects_t;

static void note_idp(eckid_bridge_t *bridge, const mod_eckid_idp_t *idp)
{
    bridge->entity_id = idp->entity_id;
    bridge->url = idp->url;
    bridge->path = idp->path;
    bridge->claims = idp->claims;
    bridge->contexts = idp->contexts;
    bridge->instant = idp->instant;
    bridge->renew = idp->renew;
    bridge->logout = idp->logout;
    bridge->logout_is_partial = idp->logout_is_partial;
    bridge->contact = idp->contact;
    bridge->pairwise = idp->pairwise;
    bridge->user = idp->user;
}

eckid_err_t *mod_eckid_bridge(const eckid_bridge_t **out, request_rec *r,
                              const mod_eckid_dir_t *dir, apr_time_t now)
{
    const mod_eckid_process_t *process = mod_eckid_process();
    objects_t *objects = apr_pcalloc(r->pool, sizeof(*objects));
    eckid_bridge_t *bridge = &objects->bridge;
    const eckid_gateway_t *gateway;

    ECKID_ERR(mod_eckid_gateway(&gateway, r, dir, now));
    note_idp(bridge, dir->idp);
    bridge->rules = &gateway->rules;
    bridge->sources = dir->sources;
    bridge->sha1 = gateway->saml.sha1;
    bridge->secret = process->secret;
    bridge->previous = process->previous;
    if (process->store) {
        objects->answered = (eckid_records_t){process->secret, process->previous, *process->store};
        bridge->answered = &objects->answered;
    }
    *out = bridge;
    return NULL;
}
