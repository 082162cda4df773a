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

static bool parse(eckid_finding_t *finding, const json_t *value, bool pilot)
{
    return json_is_string(value) &&
           eckid_eck_id_parse(&finding->value,
                              eckid_bytes(json_string_value(value), json_string_length(value)),
                              pilot);
}

static eckid_err_t *malformed(const json_t *value, const char *name, apr_pool_t *pool)
{
    eckid_finding_t of_pilot;

    return parse(&of_pilot, value, true)
               ? eckid_err_advise(
                     eckid_err_make(pool, ECKID_MALFORMED, "%s is one of the pilot", name),
                     "if this is the pilot environment, write: EckidPilot on")
               : eckid_err_make(pool, ECKID_MALFORMED, "%s", name);
}

eckid_err_t *eckid_finding_make(eckid_finding_t *finding, const json_t *value, const char *name,
                                bool pilot, apr_pool_t *pool)
{
    if (!value || json_is_null(value)) {
        finding->outcome = ECKID_HAS_NONE;
        return NULL;
    }
    if (!parse(finding, value, pilot)) {
        return malformed(value, name, pool);
    }
    finding->outcome = ECKID_FOUND;
    return NULL;
}
