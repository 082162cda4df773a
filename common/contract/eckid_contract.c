/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract with a LAS: how a request is written, and how its response is read. */
#include "contract/eckid_contract.h"

#include <string.h>

const char *const eckid_contract_school_types[] = {"V_ID",  "OIE_CODE", "BP_ID",  "DD_ID",
                                                   "AS_ID", "OIN",      "master", NULL};

bool eckid_contract_knows(const char *const *types, const char *type)
{
    if (!types) {
        return true;
    }
    while (*types && strcmp(*types, type) != 0) {
        types++;
    }
    return *types != NULL;
}

/* NULL where only the LAS can say why. */
static const char *advice_for(int status)
{
    if (status >= 300 && status < 400) {
        return "redirects are not followed: EckidLas must have the URL to which the LAS leads";
    }
    switch (status) {
    case 400:
    case 405:
    case 406:
    case 415:
    case 422:
        return "does the LAS have this version of the contract at the URL in EckidLas? its own log "
               "says what it misses";
    case 401:
        return "does the LAS know our key by the name in keyid=, and take this signature or token? "
               "one that wants a token needs EckidLasToken, one that wants mutual TLS certificate= "
               "of EckidLas";
    case 403:
        return "may this key or client ask for this school? the school gives its consent in the "
               "LAS";
    case 404:
        return "does EckidLas have the base URL of the API, without the operation?";
    case 429:
        return "it takes fewer calls: lower calls= of EckidLas";
    default:
        return status >= 500 ? "the LAS has trouble of its own; ask it, with the time of this line"
                             : NULL;
    }
}

eckid_err_t *eckid_contract_refused(int status, apr_pool_t *pool)
{
    return eckid_err_advise(eckid_err_make(pool, ECKID_LAS_REFUSED, "status %d", status),
                            advice_for(status));
}

eckid_err_t *eckid_contract_check_head(const eckid_http_response_t *response, bool knows_status,
                                       apr_pool_t *pool)
{
    const char *type = apr_table_get(response->headers, "Content-Type");

    if (!knows_status) {
        return eckid_contract_refused(response->status, pool);
    }
    if (response->status != 204 && !eckid_http_is_json(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status %d, but not JSON", response->status);
    }
    if (response->status == 200 && eckid_http_is_problem(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status 200, but a problem");
    }
    return NULL;
}
