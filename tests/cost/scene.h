/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who judges input: gateways for SAML and for OpenID Connect, at one moment. */
#ifndef SCENE_H
#define SCENE_H

#include "support/gateway.h"
#include "support/web.h"

typedef struct scene_t {
    gateway_scene_t *saml;
    web_scene_t *oidc;
    const eckid_moment_t *moment;
} scene_t;

/* Keys are of P-256, so that signatures cost little beside the lists; limits are four times as
 * large as usual, so that these are reached. */
const scene_t *scene_make(void);

/* What became of an input, in words. */
const char *scene_outcome(eckid_decision_t decision, apr_pool_t *p);

#endif
