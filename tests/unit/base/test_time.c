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
    {"2026-08-31T08:30:00+00:00", 1788165000},
    {"2026-08-31T10:30:00+02:00", 1788165000},
    {"2026-08-31T05:00:00.5-03:30", 1788165000},
    {"2026-09-01T00:15:00+15:45", -1},
    {"2026-08-31T08:30:00+14:60", -1},
    {"2026-08-31T08:30:00+0200", -1},
    {"2026-08-31T08:30:00+02:00Z", -1},
    {"2026-08-31T08:30:00 02:00", -1},
    {"2026-08-31T08:30:00.Z", -1},
    {"2026-08-31T08:30:00Z ", -1},
    {"2026-08-31 08:30:00Z", -1},
    {"2026-13-31T08:30:00Z", -1},
    {"2026-00-31T08:30:00Z", -1},
    {"2026-08-32T08:30:00Z", -1},
    {"2026-08-00T08:30:00Z", -1},
    {"2026-08-31T24:30:00Z", -1},
    {"2026-08-31T24:00:01Z", -1},
    {"2026-08-31T24:01:00Z", -1},
    {"2026-08-31T24:00:00Z", 1788220800},
    {"1969-08-31T08:30:00Z", 0},
    {"0001-01-01T00:00:00Z", 0},
    {"0001-01-01T00:00:00", -1},
    {"1969-13-31T08:30:00Z", -1},
    {"1970-01-01T00:00:00+02:00", 0},
    {"02026-08-31T08:30:00Z", -1},
    {"", -1},
};

START_TEST(a_time_that_leaves_its_zone_open_is_none)
{
    apr_time_t moment = -2;

    ck_assert_msg(eckid_time_parse(&moment, rows[_i].text) == (rows[_i].seconds >= 0), "%s",
                  rows[_i].text);
    ck_assert(rows[_i].seconds < 0 || apr_time_sec(moment) == rows[_i].seconds);
    ck_assert(moment != 0);
}
END_TEST

START_TEST(format_is_what_parse_takes)
{
    ck_assert_str_eq(eckid_time_format(apr_time_from_sec(1788165000), pool),
                     "2026-08-31T08:30:00Z");
}
END_TEST

static const row_t durations[] = {
    {"P7D", 7 * 86400},
    {"PT1H", 3600},
    {"P1Y2M3DT4H5M6S", 365 * 86400 + 63 * 86400 + 4 * 3600 + 306},
    {"PT1.5S", 1},
    {"PT0S", 0},
    {"P1M", 30 * 86400},
    {"PT1M", 60},
    {"P100Y", 100LL * 365 * 86400},
    {"P101Y", -1},
    {"P99999999999999999999Y", -1},
    {"PT99999999999999999999S", -1},
    {"-P1D", -1},
    {"P-1D", -1},
    {"P", -1},
    {"PT", -1},
    {"P1DT", -1},
    {"P1H", -1},
    {"PT1D", -1},
    {"P1D1Y", -1},
    {"P1D1D", -1},
    {"PT1.5M", -1},
    {"PT1.S", -1},
    {"PTT1S", -1},
    {"P1", -1},
    {"1D", -1},
    {"P1D ", -1},
    {"", -1},
};

START_TEST(a_duration_is_understood)
{
    apr_interval_time_t duration = -1;
    const row_t *row = &durations[_i];

    ck_assert_msg(eckid_time_parse_duration(&duration, row->text) == (row->seconds >= 0), "%s",
                  row->text);
    ck_assert(row->seconds < 0 || apr_time_sec(duration) == row->seconds);
}
END_TEST

UNIT_SUITE(time)
{
    Suite *suite = suite_create("time");
    TCase *tcase = unit_case(suite, "time");

    tcase_add_loop_test(tcase, a_time_that_leaves_its_zone_open_is_none, 0, COUNT(rows));
    tcase_add_loop_test(tcase, a_duration_is_understood, 0, COUNT(durations));
    tcase_add_test(tcase, format_is_what_parse_takes);
    return suite;
}
