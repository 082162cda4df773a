/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_params.h"

START_TEST(what_is_not_changed_stays_as_written)
{
    static const char *const texts[] = {"", "a", "a=", "a=b&c=%41+x", "=&==", "a=b&a=c", "x=%zz"};

    for (int i = 0; i < COUNT(texts); i++) {
        ck_assert_str_eq(eckid_params_print(eckid_params_parse(str(texts[i]), pool), pool),
                         texts[i]);
    }
}
END_TEST

START_TEST(parameters_are_read_decoded)
{
    const eckid_params_t *params = eckid_params_parse(str("a=1&%62=x%26+y&a=2&n=%00&e"), pool);
    const char *value;

    ck_assert_int_eq(eckid_params_get(&value, params, "a", pool), 2);
    ck_assert_str_eq(value, "1");
    ck_assert_int_eq(eckid_params_get(&value, params, "b", pool), 1);
    ck_assert_str_eq(value, "x& y");
    ck_assert_int_eq(eckid_params_get(&value, params, "n", pool), 1);
    ck_assert_ptr_null(value);
    ck_assert_int_eq(eckid_params_get(&value, params, "e", pool), 1);
    ck_assert_str_eq(value, "");
    ck_assert_int_eq(eckid_params_get(&value, params, "none", pool), 0);
}
END_TEST

START_TEST(parameters_are_set_and_removed)
{
    eckid_params_t *params = eckid_params_parse(str("a=1&b=%41&c=3"), pool);

    eckid_params_set(params, "a", "x&y z", pool);
    eckid_params_set(params, "d", "4", pool);
    eckid_params_remove(params, "c");
    eckid_params_remove(params, "none");
    const char *text = eckid_params_print(params, pool), *value;

    params = eckid_params_parse(str(text), pool);
    eckid_params_get(&value, params, "a", pool);
    ck_assert_str_eq(value, "x&y z");
    ck_assert_ptr_nonnull(strstr(text, "&b=%41&d=4"));
}
END_TEST

static bool is_short(void *self, const char *name, const char *value)
{
    ++*(int *)self;
    return name && value && strlen(name) + strlen(value) < 3;
}

START_TEST(parameters_are_filtered)
{
    static const struct {
        const char *text, *left;
        int removed;
    } rows[] = {
        {"a=1&bb=22&%63=%33", "a=1&%63=%33", 1},
        {"&a=1&&b=2&", "&a=1&&b=2&", 0},
        {"&a=1&&bb=22&", "a=1", 1},
        {"abc", "", 1},
        {"%00=1&a=%00&b", "b", 2},
        {"", "", 0},
    };

    for (int i = 0; i < COUNT(rows); i++) {
        eckid_params_t *params = eckid_params_parse(str(rows[i].text), pool);
        int calls = 0;

        ck_assert_int_eq(eckid_params_filter(params, is_short, &calls, pool), rows[i].removed);
        ck_assert_str_eq(eckid_params_print(params, pool), rows[i].left);
    }
}
END_TEST

UNIT_SUITE(params)
{
    Suite *suite = suite_create("params");
    TCase *tcase = unit_case(suite, "params");

    tcase_add_test(tcase, what_is_not_changed_stays_as_written);
    tcase_add_test(tcase, parameters_are_read_decoded);
    tcase_add_test(tcase, parameters_are_set_and_removed);
    tcase_add_test(tcase, parameters_are_filtered);
    return suite;
}
