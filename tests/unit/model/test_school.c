/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "model/eckid_school.h"

static const struct {
    const char *type, *value;
    bool good;
} rows[] = {
    {"V_ID", "11ZZ03", true},
    {"V_ID", "11ZZC1", true},
    {"V_ID", "11ZZ", false},
    {"V_ID", "11ZZ3", false},
    {"V_ID", "11ZZ033", false},
    {"V_ID", "11zz03", false},
    {"V_ID", "ZZ1103", false},
    {"V_ID", "11ZZ 3", false},
    {"V_ID", "", false},
    {"master", "11ZZ", true},
    {"OIE_CODE", "11ZZ", true},
    {"V_ID",
     "11\xc3\x89\x5a"
     "03",
     false},
};

START_TEST(a_branch_has_six_characters)
{
    const eckid_school_t school = {rows[_i].type, rows[_i].value};

    ck_assert(!eckid_school_fault(&school) == rows[_i].good);
}
END_TEST

UNIT_SUITE(school)
{
    Suite *suite = suite_create("school");
    TCase *tcase = unit_case(suite, "school");

    tcase_add_loop_test(tcase, a_branch_has_six_characters, 0, COUNT(rows));
    return suite;
}
