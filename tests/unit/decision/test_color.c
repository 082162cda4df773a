/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_color.h"

START_TEST(only_six_digits_are_a_color)
{
    static const char *const bad[] = {"",         "#fff",    "005ea5",  "#005ea",
                                      "#005ea55", "#005eag", "#-05ea5", "red;}"};
    eckid_color_t color;

    ck_assert(eckid_color_parse(&color, "#005EA5"));
    ck_assert_int_eq(color.red, 0);
    ck_assert_int_eq(color.green, 0x5e);
    ck_assert_int_eq(color.blue, 0xa5);
    for (int i = 0; i < COUNT(bad); i++) {
        ck_assert_msg(!eckid_color_parse(&color, bad[i]), "%s", bad[i]);
    }
}
END_TEST

/* Ratios as the tools of others give them. */
static const struct {
    const char *one, *other;
    double contrast;
} contrasts[] = {
    {"#000000", "#ffffff", 21},   {"#ffffff", "#000000", 21},   {"#777777", "#777777", 1},
    {"#777777", "#ffffff", 4.48}, {"#767676", "#ffffff", 4.54}, {"#ffffff", "#ffcc00", 1.51},
};

START_TEST(contrast_is_that_of_wcag)
{
    eckid_color_t one, other;

    ck_assert(eckid_color_parse(&one, contrasts[_i].one));
    ck_assert(eckid_color_parse(&other, contrasts[_i].other));
    ck_assert_double_eq_tol(eckid_color_contrast(one, other), contrasts[_i].contrast, 0.01);
}
END_TEST

UNIT_SUITE(color)
{
    Suite *suite = suite_create("color");
    TCase *tcase = unit_case(suite, "color");

    tcase_add_test(tcase, only_six_digits_are_a_color);
    tcase_add_loop_test(tcase, contrast_is_that_of_wcag, 0, COUNT(contrasts));
    return suite;
}
