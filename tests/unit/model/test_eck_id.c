/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "model/eckid_eck_id.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DIGITS HEX HEX

typedef struct row_t {
    const char *text;
    bool production, pilot;
} row_t;

static const row_t rows[] = {
    {"https://ketenid.nl/201703/" DIGITS, true, true},
    {"https://ketenid.nl/pilot/" DIGITS, false, true},
    {"https://ketenid.nl/sp201703/" DIGITS, false, false},
    {"https://ketenid.nl/sppilot/" DIGITS, false, false},
    {"https://ketenid.nl/201704/" DIGITS, false, false},
    {"https://ketenid.nl/201703/" HEX, false, false},
    {"https://ketenid.nl/201703/" DIGITS "0", false, false},
    {"https://ketenid.nl/201703/" DIGITS "\n", false, false},
    {" https://ketenid.nl/201703/" DIGITS, false, false},
    {"http://ketenid.nl/201703/" DIGITS, false, false},
    {"HTTPS://ketenid.nl/201703/" DIGITS, false, false},
    {"https://ketenid.nl//201703/" DIGITS, false, false},
    {"https://id.school/201703/" DIGITS, false, false},
    {"https://ketenid.nl/201703/" HEX
     "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
     false, false},
    {"https://ketenid.nl/201703/" HEX
     "0123456789abcdeg0123456789abcdef0123456789abcdef0123456789abcdef",
     false, false},
    {"", false, false},
};

START_TEST(only_well_formed_values_get_in)
{
    eckid_eck_id_t value = {"untouched"};

    ck_assert(eckid_eck_id_parse(&value, str(rows[_i].text), false) == rows[_i].production);
    ck_assert_str_eq(value.text, rows[_i].production ? rows[_i].text : "untouched");
    ck_assert(eckid_eck_id_parse(&value, str(rows[_i].text), true) == rows[_i].pilot);
}
END_TEST

START_TEST(a_nul_within_is_not_overlooked)
{
    char *text = apr_pstrdup(pool, rows[0].text);
    eckid_eck_id_t value;
    apr_size_t len = strlen(text);

    text[len - 1] = '\0';
    ck_assert(!eckid_eck_id_parse(&value, eckid_bytes(text, len), true));
}
END_TEST

UNIT_SUITE(eck_id)
{
    Suite *suite = suite_create("eck_id");
    TCase *tcase = unit_case(suite, "value");

    tcase_add_loop_test(tcase, only_well_formed_values_get_in, 0, COUNT(rows));
    tcase_add_test(tcase, a_nul_within_is_not_overlooked);
    return suite;
}
