/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_decision.h"

START_TEST(a_login_goes_on_as_the_supplier_s_block_says)
{
    static const struct {
        eckid_outcome_t outcome;
        eckid_action_t action;
        int status; /* 0: it goes on */
    } cases[] = {
        {ECKID_FOUND, ECKID_DENY, 0},
        {ECKID_IS_UNKNOWN, ECKID_OMIT, 0},
        {ECKID_IS_UNKNOWN, ECKID_DENY, 403},
        {ECKID_HAS_NONE, ECKID_DENY, 403},
        {ECKID_LAS_FAILED, ECKID_DENY, 503},
        {ECKID_LAS_FAILED, ECKID_OMIT, 0},
        {ECKID_PROVIDER_FAILED, ECKID_DENY, 503},
        {ECKID_PROVIDER_FAILED, ECKID_OMIT, 0},
        {ECKID_IS_NOT_STUDENT, ECKID_DENY, 403},
    };

    for (int i = 0; i < COUNT(cases); i++) {
        eckid_supplier_t *supplier = eckid_policy_supplier(pool);
        eckid_decision_t decision = {.supplier = supplier, .known.outcome = cases[i].outcome};

        supplier->on[cases[i].outcome] = cases[i].action;
        ck_assert(eckid_decision_goes_on(&decision) == (cases[i].status == 0));
        ck_assert_int_eq(decision.status, cases[i].status);
    }
}
END_TEST

START_TEST(a_kind_of_people_may_have_an_action_of_its_own)
{
    static const struct {
        bool has_kind;
        const char *kind;
        eckid_outcome_t outcome;
        bool goes_on;
    } cases[] = {
        {true, "employee", ECKID_HAS_NONE, true},  {true, NULL, ECKID_HAS_NONE, false},
        {true, "trainee", ECKID_HAS_NONE, false},  {true, "employee", ECKID_IS_UNKNOWN, false},
        {true, NULL, ECKID_LAS_FAILED, false},     {true, "trainee", ECKID_LAS_FAILED, true},
        {false, NULL, ECKID_IS_NOT_STUDENT, true},
    };
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    APR_ARRAY_PUSH(supplier->on_kind, eckid_kind_action_t) =
        (eckid_kind_action_t){"employee", ECKID_HAS_NONE, ECKID_OMIT};
    APR_ARRAY_PUSH(supplier->on_kind, eckid_kind_action_t) =
        (eckid_kind_action_t){"student", ECKID_LAS_FAILED, ECKID_DENY};
    supplier->on[ECKID_LAS_FAILED] = ECKID_OMIT;
    for (int i = 0; i < COUNT(cases); i++) {
        eckid_decision_t decision = {.supplier = supplier,
                                     .known = {.outcome = cases[i].outcome,
                                               .has_kind = cases[i].has_kind,
                                               .kind = cases[i].kind}};

        ck_assert(eckid_decision_goes_on(&decision) == cases[i].goes_on);
    }
}
END_TEST

START_TEST(only_an_error_refuses)
{
    const eckid_err_t *err = eckid_err_make(pool, ECKID_TRUNCATED, "%s", "");

    ck_assert_int_eq(eckid_decision_pass_unless(NULL).verdict, ECKID_PASS);
    ck_assert_int_eq(eckid_decision_pass_unless(err).verdict, ECKID_REFUSE);
    ck_assert_ptr_eq(eckid_decision_pass_unless(err).cause, err);
}
END_TEST

START_TEST(each_word_is_another)
{
    for (int i = 0; i < ECKID_CHANNELS; i++) {
        for (int j = 0; j < i; j++) {
            ck_assert_str_ne(eckid_channel_name((eckid_channel_t)i),
                             eckid_channel_name((eckid_channel_t)j));
        }
    }
    for (int i = 0; i < ECKID_RESULTS; i++) {
        for (int j = 0; j < i; j++) {
            ck_assert_str_ne(eckid_result_name((eckid_result_t)i),
                             eckid_result_name((eckid_result_t)j));
        }
    }
}
END_TEST

UNIT_SUITE(decision)
{
    Suite *suite = suite_create("decision");
    TCase *tcase = unit_case(suite, "decision");

    tcase_add_test(tcase, a_login_goes_on_as_the_supplier_s_block_says);
    tcase_add_test(tcase, a_kind_of_people_may_have_an_action_of_its_own);
    tcase_add_test(tcase, only_an_error_refuses);
    tcase_add_test(tcase, each_word_is_another);
    return suite;
}
