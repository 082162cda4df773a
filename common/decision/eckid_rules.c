/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured rules for the logins of one identity provider, and the keys that sign them. */
#include "decision/eckid_rules.h"

apr_array_header_t *eckid_rules_all_signers(const eckid_rules_t *rules, apr_pool_t *pool)
{
    return eckid_policy_signers(rules->policy, rules->signers, pool);
}

const apr_array_header_t *eckid_rules_signers(const eckid_rules_t *rules,
                                              const eckid_supplier_t *supplier)
{
    return supplier->signers ? supplier->signers : rules->signers;
}

bool eckid_rules_is_ours(const eckid_key_t *key, const apr_array_header_t *signers)
{
    for (int i = 0; i < signers->nelts; i++) {
        const eckid_signer_t *signer = &APR_ARRAY_IDX(signers, i, eckid_signer_t);

        if (!signer->shared && eckid_key_same(signer->key, key)) {
            return true;
        }
    }
    return false;
}
