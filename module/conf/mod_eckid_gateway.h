/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes the gateway for a login from the configuration. */
#ifndef MOD_ECKID_GATEWAY_H
#define MOD_ECKID_GATEWAY_H

#include "conf/mod_eckid_config.h"
#include "gateway/eckid_gateway.h"

/* What the module stores with a request. */
typedef struct mod_eckid_request_t {
    const mod_eckid_dir_t *dir; /* the settings from which the gateway was made */
    eckid_gateway_t *gateway;   /* NULL until it is needed */
    void *oidc;                 /* the context of the OpenID Connect filter; or NULL */
    const void *page;           /* the same of the filter for pages */
    bool is_asked_noted;        /* whether the next two have been read from the request */
    const char *asked; /* the client_id of the authorization request that is answered; or NULL */
    const char *redirect_uri; /* the same of its redirect_uri, with a client_id */
    eckid_hint_t hint;        /* the id_token_hint that was brought */
} mod_eckid_request_t;

/* Created at the first call; lives as long as the request. */
mod_eckid_request_t *mod_eckid_request(const request_rec *r);

/* The suppliers as they are known by now: what is configured, and what was fetched. Never blocks.
 */
const eckid_policy_t *mod_eckid_policy(const mod_eckid_dir_t *dir, apr_pool_t *pool);

/* Whether the engine is on or observes, in front of an identity provider. */
bool mod_eckid_is_at_work(const mod_eckid_dir_t *dir);

/* Whether it is on or observes as an identity provider of our own. */
bool mod_eckid_is_idp(const mod_eckid_dir_t *dir);

/* Whether these are the settings of the request's own location, and not of another one of its
 * virtual host (see mod_eckid_host.h). */
bool mod_eckid_is_own(const request_rec *r, const mod_eckid_dir_t *dir);

/* Whether the request is one of our own that came back, so that the backend is this server
 * itself. */
bool mod_eckid_is_loop(const request_rec *r, const mod_eckid_dir_t *dir);

/* The current metadata and keys of the OpenID provider, valid as long as the request; NULL with an
 * error if nothing is known about it. Changes are logged. */
eckid_err_t *mod_eckid_view(const eckid_provider_view_t **view, request_rec *r,
                            const mod_eckid_dir_t *dir, apr_time_t now);

/* A directive without which these settings make no gateway; or NULL. */
const char *mod_eckid_gateway_wants(const mod_eckid_dir_t *dir);

/* The gateway, valid as long as the request. It is made once for a request, with the metadata and
 * the keys that are known then, and shared by the filters. ECKID_CONFIG when several locations
 * apply of which none has all that is needed: configtest sees each of them, but not every
 * combination. */
eckid_err_t *mod_eckid_gateway(const eckid_gateway_t **gateway, request_rec *r,
                               const mod_eckid_dir_t *dir, apr_time_t now);

#endif
