/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json.h"
#include "contract/eckid_contract_json.h"

static eckid_contract_json_t place_of(const char *text)
{
    json_t *value;

    ok(eckid_json_parse_any(&value, str(text), ECKID_CONTRACT, pool));
    return (eckid_contract_json_t){value, "las.json", ""};
}

typedef struct row_t {
    const char *object, *members, *why; /* NULL: all is well */
} row_t;

static const row_t rows[] = {
    {"{\"a\":1}", "a! b", NULL},
    {"{\"a\":1,\"b\":null}", "a! b", NULL},
    {"{}", "a b", NULL},
    {"{\"b\":1}", "a! b", "las.json: the member \"a\" is missing"},
    {"{\"b\":1}", "b a!", "las.json: the member \"a\" is missing"},
    {"{\"a\":1,\"c\":1}", "a! b", "las.json: /c: there is no such member"},
    {"{\"a\":1,\"a!\":1}", "a! b", "las.json: /a!: there is no such member"},
    {"{\"a\":1,\"a! b\":1}", "a! b", "las.json: /a! b: there is no such member"},
    {"{\"a\":1,\"\":1}", "a! b", "las.json: /: there is no such member"},
    {"{\"aa\":1}", "a b", "las.json: /aa: there is no such member"},
    {"{\"A\":1}", "a b", "las.json: /A: there is no such member"},
    {"[]", "a b", "las.json: an object is expected"},
};

START_TEST(an_object_has_these_members_and_no_others)
{
    const eckid_contract_json_t place = place_of(rows[_i].object);
    eckid_err_t *err = eckid_contract_json_members(&place, rows[_i].members, pool);

    ck_assert_pstr_eq(err ? err->detail : NULL, rows[_i].why);
}
END_TEST

START_TEST(a_step_down_is_in_the_path)
{
    const eckid_contract_json_t top = place_of("{\"a\":[1,{\"b\":2}]}");
    const eckid_contract_json_t a = eckid_contract_json_below(&top, "a", pool);
    const eckid_contract_json_t entry = eckid_contract_json_entry(&a, 1, pool);
    const eckid_contract_json_t b = eckid_contract_json_below(&entry, "b", pool);
    const char *text;

    ck_assert_int_eq(json_integer_value(b.value), 2);
    ck_assert_str_eq(eckid_contract_json_string(&text, &b, pool)->detail,
                     "las.json: /a/1/b: a string is expected");
}
END_TEST

START_TEST(a_step_into_nothing_is_a_place_without_value)
{
    const eckid_contract_json_t top = place_of("{}"),
                                a = eckid_contract_json_below(&top, "a", pool),
                                entry = eckid_contract_json_entry(&a, 0, pool);

    ck_assert_ptr_null(a.value);
    ck_assert_ptr_null(entry.value);
}
END_TEST

UNIT_SUITE(contract_json)
{
    Suite *suite = suite_create("contract_json");
    TCase *tcase = unit_case(suite, "place");

    tcase_add_loop_test(tcase, an_object_has_these_members_and_no_others, 0, COUNT(rows));
    tcase_add_test(tcase, a_step_down_is_in_the_path);
    tcase_add_test(tcase, a_step_into_nothing_is_a_place_without_value);
    return suite;
}
