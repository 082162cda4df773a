/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every login is decided by, and the decision: who the student is, what the LAS knows. */
#include "decision/eckid_decision.h"
#include "decision/eckid_student.h"

eckid_decision_t eckid_decision_refuse(const eckid_err_t *cause)
{
    return (eckid_decision_t){
        .verdict = ECKID_REFUSE, .status = 502, .worth_a_line = true, .cause = cause};
}

bool eckid_decision_find_key(eckid_student_key_t *key, eckid_decision_t *decision,
                             const eckid_gateway_t *gateway, eckid_attributes_t login,
                             apr_pool_t *pool)
{
    eckid_err_t *no_key = eckid_student_find_key(key, gateway->student, login, pool);

    if (no_key) {
        decision->outcome =
            no_key->code == ECKID_NOT_STUDENT ? ECKID_IS_NOT_STUDENT : ECKID_IS_UNKNOWN;
        decision->cause = no_key;
    }
    return !no_key;
}

static eckid_err_t *cause_of(const eckid_lookup_t *lookup, apr_pool_t *pool)
{
    switch (lookup->finding.outcome) {
    case ECKID_IS_UNKNOWN:
        return eckid_err_make(pool, ECKID_UNKNOWN, "%s", "");
    case ECKID_HAS_NONE:
        return eckid_err_make(pool, ECKID_NO_ECKID, "%s", "");
    default:
        return lookup->cause;
    }
}

void eckid_decision_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                            const eckid_gateway_t *gateway, const eckid_student_key_t *key,
                            const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_lookup_setup_t means;

    decision->outcome = ECKID_IS_UNKNOWN;
    decision->cause = eckid_lookup_setup_for(&means, &gateway->means, key, pool);
    if (decision->cause) {
        return;
    }
    eckid_lookup_t lookup = eckid_lookup(&means, key, decision->supplier->stale_max, moment, pool);

    decision->looked_up = true;
    decision->source = lookup.source;
    decision->clock = lookup.clock;
    decision->outcome = lookup.finding.outcome;
    decision->cause = cause_of(&lookup, pool);
    *value = lookup.finding.value;
}

bool eckid_decision_goes_on(eckid_decision_t *decision)
{
    if (decision->outcome == ECKID_FOUND ||
        decision->supplier->on[decision->outcome] == ECKID_OMIT) {
        return true;
    }
    decision->verdict = ECKID_REFUSE;
    decision->status = decision->outcome == ECKID_LAS_FAILED ? 503 : 403;
    return false;
}

bool eckid_signers_include(const eckid_key_t *key, const apr_array_header_t *signers)
{
    for (int i = 0; i < signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(signers, i, eckid_signer_t);

        if (!signer->shared && eckid_key_same(signer->key, key)) {
            return true;
        }
    }
    return false;
}
