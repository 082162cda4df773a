/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "bridge/eckid_claims.h"

/* A rule for the variable "v", its value, and the values that come of it, joined by "|"; NULL for
 * an error. */
static const struct {
    eckid_claim_form_t form;
    const char *separator, *text, *values;
} rows[] = {
    {ECKID_CLAIM_ONE, NULL, "one", "one"},
    {ECKID_CLAIM_ONE, NULL, "a,b", "a,b"},
    {ECKID_CLAIM_ONE, NULL, "<b>&\"'", "<b>&\"'"},
    {ECKID_CLAIM_ONE, NULL, "\xc3\xab", "\xc3\xab"},
    {ECKID_CLAIM_ONE, NULL, "\xff", NULL},
    {ECKID_CLAIM_ONE, NULL, "a\001b", NULL},
    {ECKID_CLAIM_ONE, NULL, "\xef\xbf\xbf", NULL},
    {ECKID_CLAIM_ONE, NULL, "a\tb\nc", "a\tb\nc"},
    {ECKID_CLAIM_ONE, NULL, "", ""},
    {ECKID_CLAIM_SEPARATED, ";", "student; a b ;\t;member", "student|a b|member"},
    {ECKID_CLAIM_SEPARATED, ",", "a,b", "a|b"},
    {ECKID_CLAIM_SEPARATED, ",", "a", "a"},
    {ECKID_CLAIM_SEPARATED, ",", ",a,,b,", "a|b"},
    {ECKID_CLAIM_SEPARATED, "; ", "a; b;c", "a|b;c"},
    {ECKID_CLAIM_SEPARATED, ",", ",,", ""},
    {ECKID_CLAIM_JSON, NULL, "[\"a\",\"b\"]", "a|b"},
    {ECKID_CLAIM_JSON, NULL, " [\"a,b\", 12]", "a,b|12"},
    {ECKID_CLAIM_JSON, NULL, "\"a\"", "a"},
    {ECKID_CLAIM_JSON, NULL, "7", "7"},
    {ECKID_CLAIM_JSON, NULL, "[]", ""},
    {ECKID_CLAIM_JSON, NULL, "[\"a\",", NULL},
    {ECKID_CLAIM_JSON, NULL, "a", NULL},
    {ECKID_CLAIM_JSON, NULL, "{\"a\":1}", NULL},
    {ECKID_CLAIM_JSON, NULL, "[[\"a\"]]", NULL},
    {ECKID_CLAIM_JSON, NULL, "[null]", NULL},
    {ECKID_CLAIM_JSON, NULL, "[1.5]", NULL},
    {ECKID_CLAIM_JSON, NULL, "[\"\\u0000\"]", NULL},
    {ECKID_CLAIM_JSON, NULL, "1],[2", NULL},
};

static eckid_environment_t environment_of(const char *name, const char *value)
{
    apr_table_t *variables = apr_table_make(pool, 1);

    apr_table_set(variables, name, value);
    return (eckid_environment_t){variables, "the user"};
}

static eckid_err_t *read_it(eckid_user_claims_t **claims, const eckid_claim_t *rule,
                            const eckid_environment_t *environment)
{
    apr_array_header_t *rules = apr_array_make(pool, 1, sizeof(eckid_claim_t));

    APR_ARRAY_PUSH(rules, eckid_claim_t) = *rule;
    return eckid_claims_read(claims, rules, environment, pool);
}

static const char *joined(eckid_attributes_t attributes, const char *name)
{
    const apr_array_header_t *values = eckid_attributes_values(attributes, name, pool);
    const char *text = "";

    for (int i = 0; i < values->nelts; i++) {
        text = apr_pstrcat(pool, text, i ? "|" : "", APR_ARRAY_IDX(values, i, eckid_bytes_t).data,
                           NULL);
    }
    return text;
}

START_TEST(a_variable_becomes_values)
{
    const eckid_claim_t rule = {{"name", "format", NULL}, "v", rows[_i].form, rows[_i].separator};
    const eckid_environment_t environment = environment_of("v", rows[_i].text);
    eckid_user_claims_t *claims;
    eckid_err_t *err = read_it(&claims, &rule, &environment);

    if (!rows[_i].values) {
        tells(err, ECKID_CLAIM, "v ");
        return;
    }
    ok(err);
    ck_assert_str_eq(joined(eckid_claims_attributes(claims), "name"), rows[_i].values);
    ck_assert_int_eq(claims->all->nelts, *rows[_i].values != '\0');
}
END_TEST

START_TEST(a_variable_is_bounded)
{
    char *text = apr_palloc(pool, ECKID_CLAIM_MAX + 2);
    const eckid_claim_t one = {{"n", "f", NULL}, "v", ECKID_CLAIM_ONE, NULL};
    const eckid_claim_t many = {{"n", "f", NULL}, "v", ECKID_CLAIM_SEPARATED, ","};
    eckid_user_claims_t *claims;

    memset(text, 'x', ECKID_CLAIM_MAX + 1);
    text[ECKID_CLAIM_MAX + 1] = '\0';
    eckid_environment_t environment = environment_of("v", text);

    tells(read_it(&claims, &one, &environment), ECKID_CLAIM, "too long");
    for (int i = 0; i < ECKID_CLAIM_MAX; i += 2) {
        text[i + 1] = ',';
    }
    text[ECKID_CLAIM_MAX] = '\0';
    environment = environment_of("v", text);
    tells(read_it(&claims, &many, &environment), ECKID_CLAIM, "too many");
}
END_TEST

START_TEST(the_user_is_a_variable_and_headers_are_none)
{
    const eckid_environment_t environment = environment_of("REMOTE_USER", "another");
    const eckid_environment_t nobody = {apr_table_make(pool, 1), ""};

    ck_assert_str_eq(eckid_environment_get(&environment, "REMOTE_USER"), "the user");
    ck_assert_ptr_null(eckid_environment_get(&environment, "absent"));
    ck_assert_ptr_null(eckid_environment_get(&nobody, "REMOTE_USER"));
}
END_TEST

START_TEST(they_are_changed_as_any_attributes)
{
    const eckid_claim_t rule = {{"name", "format", NULL}, "v", ECKID_CLAIM_SEPARATED, ","};
    const eckid_environment_t environment = environment_of("v", "a,b");
    const eckid_attribute_t other = {"other", "uri", "friendly"};
    eckid_user_claims_t *claims;

    ok(read_it(&claims, &rule, &environment));
    eckid_attributes_t attributes = eckid_claims_attributes(claims);

    eckid_attributes_rename(attributes, "name", &other, pool);
    ck_assert_str_eq(joined(attributes, "other"), "a|b");
    eckid_claims_set(claims, &(eckid_attribute_t){"name", "f", NULL}, "c", pool);
    eckid_claims_set(claims, &other, "d", pool);
    ck_assert_str_eq(joined(attributes, "other"), "d");
    eckid_attributes_remove(attributes, "name", pool);
    eckid_attributes_remove(attributes, "absent", pool);
    ck_assert_int_eq(eckid_attributes_names(attributes, pool)->nelts, 1);
    ck_assert_ptr_null(eckid_attributes_subject(attributes, pool));
}
END_TEST

START_TEST(a_name_tells_its_format)
{
    ck_assert_ptr_nonnull(strstr(eckid_claims_format("urn:oid:1"), ":uri"));
    ck_assert_ptr_nonnull(strstr(eckid_claims_format("uid"), ":basic"));
}
END_TEST

UNIT_SUITE(claims)
{
    Suite *suite = suite_create("claims");
    TCase *tcase = unit_case(suite, "claims");

    tcase_add_loop_test(tcase, a_variable_becomes_values, 0, COUNT(rows));
    tcase_add_test(tcase, a_variable_is_bounded);
    tcase_add_test(tcase, the_user_is_a_variable_and_headers_are_none);
    tcase_add_test(tcase, they_are_changed_as_any_attributes);
    tcase_add_test(tcase, a_name_tells_its_format);
    return suite;
}
