/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key of a person, and the possible results of looking it up. */
#include "model/eckid_finding.h"

#include <string.h>

const char *eckid_kind_name(const char *kind)
{
    return kind ? kind : ECKID_KIND_STUDENT;
}

bool eckid_kind_same(const char *kind, const char *other)
{
    return strcmp(eckid_kind_name(kind), eckid_kind_name(other)) == 0;
}

static const char *const names[ECKID_OUTCOMES] = {
#define X(outcome, name) name,
    ECKID_EACH_OUTCOME(X)
#undef X
};

const char *eckid_outcome_name(eckid_outcome_t outcome)
{
    return names[outcome];
}

bool eckid_outcome_find(eckid_outcome_t *outcome, const char *name)
{
    for (int i = 0; i < ECKID_OUTCOMES; i++) {
        if (strcmp(names[i], name) == 0) {
            *outcome = (eckid_outcome_t)i;
            return true;
        }
    }
    return false;
}

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
