/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules that every login of one identity provider is decided by, and the keys that sign it. */
#ifndef ECKID_RULES_H
#define ECKID_RULES_H

#include "decision/eckid_lookup.h"
#include "decision/eckid_policy.h"
#include "decision/eckid_student.h"

/* Pointers to what was configured: read-only, shared by threads. */
typedef struct eckid_rules_t {
    const eckid_policy_t *policy;
    const eckid_student_t *student;
    eckid_lookup_setup_t lookup;
    const apr_array_header_t *signers; /* eckid_signer_t: the first signs */
    apr_interval_time_t skew;          /* how far clocks may differ */
} eckid_rules_t;

/* All keys of ours, those of suppliers included (eckid_signer_t). */
apr_array_header_t *eckid_rules_all_signers(const eckid_rules_t *rules, apr_pool_t *pool);

/* The keys that sign for a supplier (eckid_signer_t): its own, or else those of the rules. */
const apr_array_header_t *eckid_rules_signers(const eckid_rules_t *rules,
                                              const eckid_supplier_t *supplier);

/* Whether one of the signers (eckid_signer_t) has this key and does not share it with the identity
 * provider. Such a key is never trusted, even if the identity provider publishes it: otherwise a
 * login that we signed could be sent through us again. */
bool eckid_rules_is_ours(const eckid_key_t *key, const apr_array_header_t *signers);

#endif
