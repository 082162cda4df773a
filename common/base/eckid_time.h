/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parses and formats an xs:dateTime in UTC, as SAML uses it. */
#ifndef ECKID_TIME_H
#define ECKID_TIME_H

#include <stdbool.h>
#include <apr_pools.h>
#include <apr_time.h>

/* SAML core section 1.3.3: "2026-08-31T08:30:00Z"; a fraction of a second is allowed and
 * ignored. */
bool eckid_time_parse(apr_time_t *moment, const char *text);

/* The same format, in whole seconds. */
const char *eckid_time_format(apr_time_t moment, apr_pool_t *pool);

#endif
