/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses and formats an xs:dateTime, as SAML uses it. */
#ifndef ECKID_TIME_H
#define ECKID_TIME_H

#include <stdbool.h>
#include <apr_pools.h>
#include <apr_time.h>

/* SAML core section 1.3.3: "2026-08-31T08:30:00Z"; a fraction of a second is allowed and ignored.
 * "+02:00" in the place of "Z" is understood too, but not a time that leaves its zone open. What is
 * before 1970 is its first moment. The result is never 0. */
bool eckid_time_parse(apr_time_t *moment, const char *text);

/* The same format, in UTC and whole seconds. */
const char *eckid_time_format(apr_time_t moment, apr_pool_t *pool);

/* An xs:duration such as "P7D" or "PT1H30M"; a year counts as 365 days and a month as 30, a
 * fraction of a second is dropped. Negative ones are refused, and those of more than 100 years. */
bool eckid_time_parse_duration(apr_interval_time_t *duration, const char *text);

#endif
