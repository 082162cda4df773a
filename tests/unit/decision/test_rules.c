/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/web.h"

START_TEST(a_key_of_ours_is_known_unless_it_is_shared)
{
    web_scene_t *scene = web_scene();
    apr_array_header_t *signers = (apr_array_header_t *)scene->gateway.rules.signers;

    ck_assert(eckid_rules_is_ours(test_pair(RSA_2048, 1), signers));
    ck_assert(!eckid_rules_is_ours(test_pair(RSA_2048, 0), signers));
    APR_ARRAY_IDX(signers, 0, eckid_signer_t).shared = true;
    ck_assert(!eckid_rules_is_ours(test_pair(RSA_2048, 1), signers));
}
END_TEST

START_TEST(a_supplier_s_own_keys_sign_for_it)
{
    const web_scene_t *scene = web_scene();
    const eckid_rules_t *rules = &scene->gateway.rules;
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    ck_assert_ptr_eq(eckid_rules_signers(rules, supplier), rules->signers);
    supplier->signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    ck_assert_ptr_eq(eckid_rules_signers(rules, supplier), supplier->signers);
}
END_TEST

START_TEST(all_signers_are_those_of_suppliers_too)
{
    const web_scene_t *scene = web_scene();
    const eckid_rules_t *rules = &scene->gateway.rules;
    eckid_supplier_t *supplier =
        (eckid_supplier_t *)APR_ARRAY_IDX(scene->policy->suppliers, 0, const eckid_supplier_t *);
    int before = eckid_rules_all_signers(rules, pool)->nelts;

    supplier->signers = apr_array_make(pool, 1, sizeof(eckid_signer_t));
    APR_ARRAY_PUSH(supplier->signers, eckid_signer_t) =
        eckid_signer_make(test_pair(P_256, 0), false, pool);
    ck_assert_int_eq(eckid_rules_all_signers(rules, pool)->nelts, before + 1);
}
END_TEST

UNIT_SUITE(rules)
{
    Suite *suite = suite_create("rules");
    TCase *tcase = unit_case(suite, "rules");

    tcase_add_test(tcase, a_key_of_ours_is_known_unless_it_is_shared);
    tcase_add_test(tcase, a_supplier_s_own_keys_sign_for_it);
    tcase_add_test(tcase, all_signers_are_those_of_suppliers_too);
    return suite;
}
