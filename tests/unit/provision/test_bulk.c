/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/bulk.h"
#include "support/fakes.h"

static apr_array_header_t *rules;

static void add_rule(const char *kind, const char *field, const char *expression,
                     const char *template, const char *type)
{
    eckid_match_t *match;

    ok(eckid_match_make(&match, expression, template, pool));
    APR_ARRAY_PUSH(rules, eckid_bulk_rule_t) = (eckid_bulk_rule_t){kind, field, match, type};
}

static void make_rules(void)
{
    rules = apr_array_make(pool, 3, sizeof(eckid_bulk_rule_t));
    add_rule(NULL, "key", "(.*)", "$1", "ASI");
    add_rule("student", "mail", "([^@]+)@.*", "$1", "NEPRI");
    add_rule("employee", "mail", "(.*)", "m:$1", "NEPRI");
}

static const struct {
    const char *kind, *key, *mail, *eckid, *keys;
    bool good;
} rows[] = {
    {"student", "k", "a@b", AN_ECKID, "ASI=k,NEPRI=a", true},
    {"employee", "k", "a@b", NULL, "ASI=k,NEPRI=m:a@b", true},
    {"trainee", "k", "a@b", NULL, "ASI=k", true},
    {"student", "", "ab", NULL, "", true},
    {"student", "k", "", "https://ketenid.nl/201703/1", NULL, false},
    {"student", "k", "", "https://ketenid.nl/pilot/" DIGITS64 DIGITS64, NULL, false},
    {"student", "k", "", "https://ketenid.nl/sppilot/" DIGITS64 DIGITS64, NULL, false},
};

static const char *keys_of(const eckid_directory_person_t *person)
{
    const char *text = "";

    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        text = apr_pstrcat(pool, text, i ? "," : "", key->type, "=", key->value, NULL);
    }
    return text;
}

START_TEST(rules_make_the_keys_of_a_person)
{
    bulk_file_t file;
    const eckid_bulk_input_t input = bulk_input(&file, "", 1);
    eckid_bulk_row_t row = {.kind = rows[_i].kind, .eckid = rows[_i].eckid, .line = 7};
    eckid_directory_person_t person;

    make_rules();
    ck_assert(eckid_bulk_add_field(&row, "key", str(rows[_i].key), pool));
    ck_assert(eckid_bulk_add_field(&row, "mail", str(rows[_i].mail), pool));
    eckid_err_t *err = eckid_bulk_person(&person, &row, rules, false, &input, pool);

    if (!rows[_i].good) {
        refused(err, ECKID_BULK);
        ck_assert_str_eq(err->detail, "FILE:7: a value that is not an ECK iD");
        return;
    }
    ok(err);
    ck_assert_str_eq(keys_of(&person), rows[_i].keys);
    ck_assert_str_eq(person.kind, rows[_i].kind);
    ck_assert(person.has_eckid == (rows[_i].eckid != NULL));
    ck_assert(!person.has_eckid || strcmp(person.eckid.text, rows[_i].eckid) == 0);
}
END_TEST

UNIT_SUITE(bulk)
{
    Suite *suite = suite_create("bulk");

    tcase_add_loop_test(unit_case(suite, "bulk"), rules_make_the_keys_of_a_person, 0, COUNT(rows));
    return suite;
}
