/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses and formats an xs:dateTime in UTC, as SAML uses it. */
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

/* After the seconds: an optional fraction, and "Z". */
static bool ends_well(const char *text)
{
    if (*text == '.' && apr_isdigit(text[1])) {
        do {
            text++;
        } while (apr_isdigit(*text));
    }
    return strcmp(text, "Z") == 0;
}

bool eckid_time_parse(apr_time_t *moment, const char *text)
{
    static const char picture[] = "0000-00-00T00:00:00";
    apr_time_exp_t time = {0};

    if (!has_shape(text, picture) || !ends_well(text + sizeof(picture) - 1)) {
        return false;
    }
    time.tm_year = number(text, 4) - 1900;
    time.tm_mon = number(text + 5, 2) - 1;
    time.tm_mday = number(text + 8, 2);
    time.tm_hour = number(text + 11, 2);
    time.tm_min = number(text + 14, 2);
    time.tm_sec = number(text + 17, 2);
    return time.tm_year >= 70 && time.tm_mon >= 0 && time.tm_mon < 12 && time.tm_mday >= 1 &&
           time.tm_mday <= 31 && time.tm_hour < 24 && time.tm_min < 60 && time.tm_sec <= 60 &&
           apr_time_exp_gmt_get(moment, &time) == APR_SUCCESS;
}

const char *eckid_time_format(apr_time_t moment, apr_pool_t *pool)
{
    apr_time_exp_t time;

    apr_time_exp_gmt(&time, moment);
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ", time.tm_year + 1900,
                        time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec);
}
