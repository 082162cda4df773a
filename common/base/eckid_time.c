/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses and formats an xs:dateTime, as SAML uses it. */
#include "base/eckid_time.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* In picture, "0" stands for any digit and any other character for itself. */
static bool has_shape(const char *text, const char *picture)
{
    for (; *picture; picture++, text++) {
        if (*picture == '0' ? !apr_isdigit(*text) : *text != *picture) {
            return false;
        }
    }
    return true;
}

static int number(const char *text, int digits)
{
    int value = 0;

    while (digits--) {
        value = 10 * value + (*text++ - '0');
    }
    return value;
}

/* After the seconds: an optional fraction, and "Z" or how far the clocks there are ahead of UTC. */
static bool read_end(int *seconds_ahead, const char *text)
{
    if (*text == '.' && apr_isdigit(text[1])) {
        do {
            text++;
        } while (apr_isdigit(*text));
    }
    *seconds_ahead = 0;
    if (strcmp(text, "Z") == 0) {
        return true;
    }
    if ((*text != '+' && *text != '-') || !has_shape(text + 1, "00:00") || text[6]) {
        return false;
    }
    int hours = number(text + 1, 2), minutes = number(text + 4, 2);

    *seconds_ahead = (hours * 60 + minutes) * (*text == '-' ? -60 : 60);
    return hours <= 14 && minutes < 60;
}

static bool is_date(const apr_time_exp_t *time)
{
    return time->tm_mon >= 0 && time->tm_mon < 12 && time->tm_mday >= 1 && time->tm_mday <= 31;
}

/* The end of a day can be written as its hour 24 (XML Schema part 2, section 3.2.7.1). */
static bool is_time_of_day(const apr_time_exp_t *time)
{
    bool is_midnight = time->tm_hour == 24 && time->tm_min == 0 && time->tm_sec == 0;

    return (time->tm_hour < 24 || is_midnight) && time->tm_min < 60 && time->tm_sec <= 60;
}

/* Elsewhere 0 means that no time is said. */
#define FIRST_MOMENT 1

bool eckid_time_parse(apr_time_t *moment, const char *text)
{
    static const char picture[] = "0000-00-00T00:00:00";
    apr_time_exp_t time = {0};

    if (!has_shape(text, picture) || !read_end(&time.tm_gmtoff, text + sizeof(picture) - 1)) {
        return false;
    }
    time.tm_year = number(text, 4) - 1900;
    time.tm_mon = number(text + 5, 2) - 1;
    time.tm_mday = number(text + 8, 2);
    time.tm_hour = number(text + 11, 2);
    time.tm_min = number(text + 14, 2);
    time.tm_sec = number(text + 17, 2);
    if (!is_date(&time) || !is_time_of_day(&time)) {
        return false;
    }
    if (time.tm_year < 70) { /* .NET writes the year 1 for "always" */
        *moment = FIRST_MOMENT;
        return true;
    }
    if (apr_time_exp_gmt_get(moment, &time) != APR_SUCCESS) {
        return false;
    }
    *moment = *moment < FIRST_MOMENT ? FIRST_MOMENT : *moment;
    return true;
}

const char *eckid_time_format(apr_time_t moment, apr_pool_t *pool)
{
    apr_time_exp_t time;

    apr_time_exp_gmt(&time, moment);
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ", time.tm_year + 1900,
                        time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec);
}

#define DAY ((apr_int64_t)24 * 3600)

/* The units of an xs:duration, in their order; those after the "T" have another letter space. */
static const struct {
    char letter;
    bool after_t;
    apr_int64_t seconds;
} units[] = {{'Y', false, 365 * DAY}, {'M', false, 30 * DAY}, {'D', false, DAY},
             {'H', true, 3600},       {'M', true, 60},        {'S', true, 1}};

#define UNITS ((int)(sizeof(units) / sizeof(*units)))

/* Reads "12H"; next is the first unit that may still come. */
static bool read_part(apr_int64_t *seconds, int *next, const char **text, bool after_t)
{
    char *end;
    apr_int64_t value = apr_strtoi64(*text, &end, 10);

    if (!apr_isdigit(**text) || value > 100 * 365 * DAY) {
        return false;
    }
    if (*end == '.' && apr_isdigit(end[1])) {
        end += 1 + strspn(end + 1, "0123456789");
        *next = *next < UNITS - 1 ? UNITS - 1 : *next; /* seconds alone have a fraction */
    }
    while (*next < UNITS && (units[*next].letter != *end || units[*next].after_t != after_t)) {
        (*next)++;
    }
    if (*next == UNITS) {
        return false;
    }
    *seconds += value * units[(*next)++].seconds;
    *text = end + 1;
    return true;
}

bool eckid_time_parse_duration(apr_interval_time_t *duration, const char *text)
{
    apr_int64_t seconds = 0;
    bool after_t = false;
    int next = 0;

    if (*text++ != 'P' || !*text) {
        return false;
    }
    while (*text) {
        if (*text == 'T' && !after_t) {
            after_t = true;
            text++;
        }
        if (!read_part(&seconds, &next, &text, after_t)) {
            return false;
        }
    }
    *duration = apr_time_from_sec(seconds);
    return seconds <= 100 * 365 * DAY;
}
