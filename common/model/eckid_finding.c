/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A student key, and how looking it up can end. */
#include "model/eckid_finding.h"

eckid_err_t *eckid_finding_make(eckid_finding_t *finding, const json_t *value, const char *name,
                                bool pilot, apr_pool_t *pool)
{
    if (!value || json_is_null(value)) {
        finding->outcome = ECKID_HAS_NONE;
        return NULL;
    }
    if (!json_is_string(value) ||
        !eckid_eck_id_parse(&finding->value,
                            eckid_bytes(json_string_value(value), json_string_length(value)),
                            pilot)) {
        return eckid_err_make(pool, ECKID_MALFORMED, "%s", name);
    }
    finding->outcome = ECKID_FOUND;
    return NULL;
}
