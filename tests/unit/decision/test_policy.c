/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_policy.h"

static eckid_supplier_t *make(const char *entity_id, const char *consumer)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->name = entity_id;
    APR_ARRAY_PUSH(supplier->entity_ids, const char *) = entity_id;
    APR_ARRAY_PUSH(supplier->consumers, const char *) = consumer;
    return supplier;
}

START_TEST(a_supplier_is_found_by_every_name_it_has)
{
    eckid_policy_t *policy = eckid_policy_make(pool);
    eckid_supplier_t *a = make("urn:a", "https://a.example/acs"), *b = make("urn:b", "https://b/");

    APR_ARRAY_PUSH(a->entity_ids, const char *) = "urn:a2";
    ok(eckid_policy_add(policy, a, pool));
    ok(eckid_policy_add(policy, b, pool));
    ck_assert_ptr_eq(eckid_policy_find_entity(policy, "urn:a"), a);
    ck_assert_ptr_eq(eckid_policy_find_entity(policy, "urn:a2"), a);
    ck_assert_ptr_eq(eckid_policy_find_entity(policy, "urn:b"), b);
    ck_assert_ptr_null(eckid_policy_find_entity(policy, "urn:A"));
    ck_assert_ptr_eq(eckid_policy_find_consumer(policy, "HTTPS://A.example:443/acs", pool), a);
    ck_assert_ptr_null(eckid_policy_find_consumer(policy, "https://a.example/acs/", pool));
    ck_assert_ptr_null(eckid_policy_find_consumer(policy, "/acs", pool));
}
END_TEST

START_TEST(no_name_belongs_to_two)
{
    eckid_policy_t *policy = eckid_policy_make(pool);

    ok(eckid_policy_add(policy, make("urn:a", "https://a.example/acs"), pool));
    refused(eckid_policy_add(policy, make("urn:a", "https://b.example/acs"), pool), ECKID_CONFIG);
    refused(eckid_policy_add(policy, make("urn:b", "https://A.example/acs"), pool), ECKID_CONFIG);
}
END_TEST

START_TEST(a_supplier_may_repeat_its_own_names)
{
    eckid_policy_t *policy = eckid_policy_make(pool);
    eckid_supplier_t *a = make("urn:a", "https://a.example/acs");

    APR_ARRAY_PUSH(a->consumers, const char *) = "https://a.example:443/acs";
    ok(eckid_policy_add(policy, a, pool));
}
END_TEST

START_TEST(a_consumer_must_be_a_url)
{
    refused(eckid_policy_add(eckid_policy_make(pool), make("urn:a", "books.example/acs"), pool),
            ECKID_CONFIG);
}
END_TEST

START_TEST(only_what_is_listed_is_released)
{
    eckid_supplier_t *supplier = make("urn:a", "https://a/");

    APR_ARRAY_PUSH(supplier->release, const char *) = "uid";
    ck_assert(eckid_policy_releases(supplier, "uid"));
    ck_assert(!eckid_policy_releases(supplier, "UID"));
    ck_assert(!eckid_policy_releases(supplier, "mail"));
    supplier->release_all = true;
    ck_assert(eckid_policy_releases(supplier, "mail"));
}
END_TEST

START_TEST(by_default_only_who_is_no_student_goes_on)
{
    const eckid_supplier_t *supplier = make("urn:a", "https://a/");

    ck_assert_int_eq(supplier->on[ECKID_IS_NOT_STUDENT], ECKID_OMIT);
    ck_assert_int_eq(supplier->on[ECKID_IS_UNKNOWN], ECKID_DENY);
    ck_assert_int_eq(supplier->on[ECKID_HAS_NONE], ECKID_DENY);
    ck_assert_int_eq(supplier->on[ECKID_LAS_FAILED], ECKID_DENY);
}
END_TEST

UNIT_SUITE(policy)
{
    Suite *suite = suite_create("policy");
    TCase *tcase = unit_case(suite, "policy");

    tcase_add_test(tcase, a_supplier_is_found_by_every_name_it_has);
    tcase_add_test(tcase, no_name_belongs_to_two);
    tcase_add_test(tcase, a_supplier_may_repeat_its_own_names);
    tcase_add_test(tcase, a_consumer_must_be_a_url);
    tcase_add_test(tcase, only_what_is_listed_is_released);
    tcase_add_test(tcase, by_default_only_who_is_no_student_goes_on);
    return suite;
}
