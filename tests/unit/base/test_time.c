/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "base/eckid_time.h"

typedef struct row_t {
    const char *text;
    apr_time_t seconds; /* -1: refused */
} row_t;

static const row_t rows[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"2026-08-31T08:30:00Z", 1788165000},
    {"2026-08-31T08:30:00.123Z", 1788165000},
    {"2024-02-29T23:59:59Z", 1709251199},
    {"2026-08-31T08:30:00", -1},
    {"2026-08-31T08:30:00+02:00", -1},
    {"2026-08-31T08:30:00.Z", -1},
    {"2026-08-31T08:30:00Z ", -1},
    {"2026-08-31 08:30:00Z", -1},
    {"2026-13-31T08:30:00Z", -1},
    {"2026-00-31T08:30:00Z", -1},
    {"2026-08-32T08:30:00Z", -1},
    {"2026-08-00T08:30:00Z", -1},
    {"2026-08-31T24:30:00Z", -1},
    {"1969-08-31T08:30:00Z", -1},
    {"02026-08-31T08:30:00Z", -1},
    {"", -1},
};

START_TEST(only_utc_is_understood)
{
    apr_time_t moment = -2;

    ck_assert_msg(eckid_time_parse(&moment, rows[_i].text) == (rows[_i].seconds >= 0), "%s",
                  rows[_i].text);
    ck_assert(rows[_i].seconds < 0 || apr_time_sec(moment) == rows[_i].seconds);
}
END_TEST

START_TEST(format_is_what_parse_takes)
{
    ck_assert_str_eq(eckid_time_format(apr_time_from_sec(1788165000), pool),
                     "2026-08-31T08:30:00Z");
}
END_TEST

UNIT_SUITE(time)
{
    Suite *suite = suite_create("time");
    TCase *tcase = unit_case(suite, "time");

    tcase_add_loop_test(tcase, only_utc_is_understood, 0, COUNT(rows));
    tcase_add_test(tcase, format_is_what_parse_takes);
    return suite;
}
