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

eckid_err_t *eckid_contract_check_head(const eckid_http_response_t *response, bool knows_status,
                                       apr_pool_t *pool)
{
    const char *type = apr_table_get(response->headers, "Content-Type");

    if (!knows_status) {
        return eckid_err_make(pool, ECKID_LAS_REFUSED, "status %d", response->status);
    }
    if (response->status != 204 && !eckid_http_is_json(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status %d, but not JSON", response->status);
    }
    if (response->status == 200 && eckid_http_is_problem(type, pool)) {
        return eckid_err_make(pool, ECKID_LAS_SHAPE, "status 200, but a problem");
    }
    return NULL;
}
