/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The status as JSON, for scripts. */
#ifndef ECKID_STATUS_JSON_H
#define ECKID_STATUS_JSON_H

#include "operator/eckid_status.h"

/*
 * An object: "health"; "now" and "since"; "suppliers", a list with "host", "supplier", "mode",
 * "logins", "results", "decisions" (by channel, outcome and result), "refusals" (by code) and
 * "lookups" (by what the cache did: "count" and "seconds"); "las"; "sources"; "ends" with "days";
 * "audit", with "chain", "lines" and "lost", or null. Numbers that are zero are left out of the
 * objects that are keyed by kinds.
 */
eckid_bytes_t eckid_status_json(const eckid_status_t *status, apr_pool_t *pool);

#endif
