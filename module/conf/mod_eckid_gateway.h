/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what was configured to what one login is rewritten by. */
#ifndef MOD_ECKID_GATEWAY_H
#define MOD_ECKID_GATEWAY_H

#include "conf/mod_eckid_config.h"
#include "gateway/eckid_gateway.h"

/* What the module keeps with a request. */
typedef struct mod_eckid_request_t {
    const mod_eckid_dir_t *dir;     /* what the gateway was made of */
    const eckid_gateway_t *gateway; /* NULL until it is first needed */
    void *oidc;                     /* the context of the OpenID Connect filter; or NULL */
} mod_eckid_request_t;

/* Made when it is first needed; lives as long as the request. */
mod_eckid_request_t *mod_eckid_request(const request_rec *r);

/* Whether the engine is on, or observes. */
bool mod_eckid_is_at_work(const mod_eckid_dir_t *dir);

/* Whether the request is one of our own that came back: then the backend is this very server. */
bool mod_eckid_is_loop(const request_rec *r, const mod_eckid_dir_t *dir);

/* The OpenID provider as it is now, valid as long as the request; NULL with an error when nothing
 * is known of it. What is new is logged. */
eckid_err_t *mod_eckid_view(const eckid_provider_view_t **view, request_rec *r,
                            const mod_eckid_dir_t *dir, apr_time_t now);

/* The gateway, valid as long as the request. It is made once for a request, with the metadata and
 * the keys that are known then, and shared by the filters. ECKID_CONFIG when several locations
 * apply of which none has all that is needed: configtest sees each of them, but not every
 * combination. */
eckid_err_t *mod_eckid_gateway(const eckid_gateway_t **gateway, request_rec *r,
                               const mod_eckid_dir_t *dir, apr_time_t now);

#endif
