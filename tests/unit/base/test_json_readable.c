/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_json_readable.h"

static const struct {
    const char *text;
    const char *readable; /* NULL: the same */
} rows[] = {
    {"", NULL},
    {"{\"a\":\"b\\u0001\\\\u0000\",\"n\":-1.5E+3}", NULL},
    {"\"\\ud83d\\ude00\"", NULL},
    {"\"\\u0000x\"", "\"\\ufffdx\""},
    {"\"\\ud83d\"", "\"\\ufffd\""},
    {"\"\\ud83dx\\ude00\"", "\"\\ufffdx\\ufffd\""},
    {"\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\""},
    {"[1e400,-1e400,1e-400,\"1e400\"]", "[0    ,0     ,1e-400,\"1e400\"]"},
    {"[1e308,12e307]", NULL},
    /* malformed */
    {"[01e400]", "[00    ]"},
    {"[1.e400]", NULL},
    {"[1e400e]", "[0    e]"},
    {"[-]", NULL},
    {"[1e+]", NULL},
    {"\"\\", NULL},
    {"\"\\u00", NULL},
    {"\"\\ud83d\\u", "\"\\ufffd\\u"},
};

START_TEST(what_jansson_cannot_hold_is_replaced)
{
    const char *wanted = rows[_i].readable ? rows[_i].readable : rows[_i].text;

    ck_assert_str_eq(eckid_json_readable(str(rows[_i].text), pool).data, wanted);
}
END_TEST

UNIT_SUITE(json_readable)
{
    Suite *suite = suite_create("json_readable");
    TCase *tcase = unit_case(suite, "readable");

    tcase_add_loop_test(tcase, what_jansson_cannot_hold_is_replaced, 0, COUNT(rows));
    return suite;
}
