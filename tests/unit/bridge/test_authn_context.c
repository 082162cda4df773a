/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "bridge/eckid_authn_context.h"

#define NONE ECKID_AUTHN_CONTEXT_UNSPECIFIED

/* Password always; mfa where amr has it. */
static const apr_array_header_t *two_rules(void)
{
    apr_array_header_t *rules = apr_array_make(pool, 2, sizeof(eckid_context_rule_t));
    eckid_match_t *match;

    ok(eckid_match_make(&match, "(.*,)?mfa(,.*)?", NULL, pool));
    APR_ARRAY_PUSH(rules, eckid_context_rule_t) = (eckid_context_rule_t){"password", NULL, NULL};
    APR_ARRAY_PUSH(rules, eckid_context_rule_t) = (eckid_context_rule_t){"mfa", "amr", match};
    return rules;
}

static const struct {
    eckid_comparison_t comparison;
    const char *wanted[3];
    const char *by_password, *by_mfa;
} rows[] = {
    {ECKID_CONTEXT_EXACT, {NULL}, "password", "mfa"},
    {ECKID_CONTEXT_EXACT, {"password"}, "password", "password"},
    {ECKID_CONTEXT_EXACT, {"mfa"}, NULL, "mfa"},
    {ECKID_CONTEXT_EXACT, {"mfa", "password"}, "password", "mfa"},
    {ECKID_CONTEXT_EXACT, {"kerberos"}, NULL, NULL},
    {ECKID_CONTEXT_EXACT, {"kerberos", "mfa"}, NULL, "mfa"},
    {ECKID_CONTEXT_EXACT, {NONE}, NONE, NONE},
    {ECKID_CONTEXT_MINIMUM, {"password"}, "password", "mfa"},
    {ECKID_CONTEXT_MINIMUM, {"mfa"}, NULL, "mfa"},
    {ECKID_CONTEXT_MINIMUM, {"kerberos"}, NULL, NULL},
    {ECKID_CONTEXT_MAXIMUM, {"password"}, "password", "password"},
    {ECKID_CONTEXT_MAXIMUM, {"mfa"}, "password", "mfa"},
    {ECKID_CONTEXT_BETTER, {"password"}, NULL, "mfa"},
    {ECKID_CONTEXT_BETTER, {"mfa"}, NULL, NULL},
    {ECKID_CONTEXT_BETTER, {"password", "kerberos"}, NULL, NULL},
};

static const char *choose(int row, const apr_array_header_t *rules, const char *amr)
{
    apr_array_header_t *wanted = apr_array_make(pool, 2, sizeof(const char *));
    eckid_environment_t environment = {apr_table_make(pool, 1), "user"};

    if (amr) {
        apr_table_set((apr_table_t *)(uintptr_t)environment.variables, "amr", amr);
    }
    for (int i = 0; rows[row].wanted[i]; i++) {
        APR_ARRAY_PUSH(wanted, const char *) = rows[row].wanted[i];
    }
    return eckid_authn_context_choose(rules, rows[row].comparison, wanted, &environment);
}

START_TEST(what_is_stated_holds_and_was_asked_for)
{
    ck_assert_pstr_eq(choose(_i, two_rules(), NULL), rows[_i].by_password);
    ck_assert_pstr_eq(choose(_i, two_rules(), "pwd"), rows[_i].by_password);
    ck_assert_pstr_eq(choose(_i, two_rules(), "pwd,mfa"), rows[_i].by_mfa);
}
END_TEST

START_TEST(without_rules_nothing_is_claimed)
{
    ck_assert_pstr_eq(choose(0, apr_array_make(pool, 1, sizeof(eckid_context_rule_t)), NULL), NONE);
    ck_assert_pstr_eq(choose(1, apr_array_make(pool, 1, sizeof(eckid_context_rule_t)), NULL), NULL);
}
END_TEST

UNIT_SUITE(authn_context)
{
    Suite *suite = suite_create("authn_context");
    TCase *tcase = unit_case(suite, "context");

    tcase_add_loop_test(tcase, what_is_stated_holds_and_was_asked_for, 0, COUNT(rows));
    tcase_add_test(tcase, without_rules_nothing_is_claimed);
    return suite;
}
