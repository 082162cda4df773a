/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who judges input: gateways for SAML and for OpenID Connect, at one moment. */
#include "scene.h"

#include "support/suppliers.h"
#include "unit.h"

const scene_t *scene_make(void)
{
    scene_t *scene = apr_palloc(pool, sizeof(*scene));
    gateway_scene_t *saml = gateway_scene_of(P_256);

    APR_ARRAY_PUSH(first_supplier(saml->policy)->renames, eckid_rename_t) =
        (eckid_rename_t){"n1", {"r1", "urn:format", NULL}};
    saml->gateway.saml.response_max *= 4;
    saml->gateway.page_max *= 4;
    *scene = (scene_t){saml, web_scene(), maker_moment()};
    return scene;
}

const char *scene_outcome(eckid_decision_t decision, apr_pool_t *p)
{
    return decision.verdict == ECKID_CHANGE ? "changed"
           : decision.verdict == ECKID_PASS ? "passed"
                                            : eckid_err_text(decision.cause, p);
}
