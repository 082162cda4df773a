/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured rules for the logins of one identity provider, and the keys that sign them. */
#ifndef ECKID_RULES_H
#define ECKID_RULES_H

#include "decision/eckid_lookup.h"
#include "decision/eckid_policy.h"
#include "decision/eckid_person.h"

/* Points into the configuration: read-only, shared by threads. */
typedef struct eckid_rules_t {
    const eckid_policy_t *policy;
    const eckid_kind_t *kinds; /* the first of them; NULL if nobody has an ECK iD */
    eckid_lookup_setup_t lookup;
    const apr_array_header_t *signers; /* eckid_signer_t: the first one signs */
    apr_interval_time_t skew;          /* the accepted clock skew */
    const eckid_secret_t *pseudonyms;  /* makes those of the audit log; NULL without one */
} eckid_rules_t;

/* All our keys, including those of suppliers (eckid_signer_t). */
apr_array_header_t *eckid_rules_all_signers(const eckid_rules_t *rules, apr_pool_t *pool);

/* The keys that sign for a supplier (eckid_signer_t): its own, or those of the rules if it has
 * none. */
const apr_array_header_t *eckid_rules_signers(const eckid_rules_t *rules,
                                              const eckid_supplier_t *supplier);

/* Whether the key belongs to one of the signers (eckid_signer_t) and is not shared with the
 * identity provider. Such a key is never trusted, even if the identity provider publishes it.
 * Otherwise somebody could send a login that we signed through us again. */
bool eckid_rules_is_ours(const eckid_key_t *key, const apr_array_header_t *signers);

#endif
