/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another configuration would change, of two explanations of the same logins. */
#ifndef ECKID_EXPLAIN_COMPARE_H
#define ECKID_EXPLAIN_COMPARE_H

#include "base/eckid_json.h"

/*
 * Compares two answers, {"logins": [...], "at", "error"}, that were asked for with values, or with
 * the same salt. Where one has "at", it is that of one virtual host, and logins of others are left
 * out of the other answer.
 *
 * An array with a difference for each login that is in either: {"supplier", "over", "at", "before",
 * "after", "changes": [{"sign": "-" or "+", "name", "text", "value", "line"}]}. Before and after
 * are results, of which one is missing where the login is in one answer only. Changes are the steps
 * that only one of the two has, told apart where only a value differs, and lines that decide in
 * only one of them, with the name "line". The same line at another place is no change; nor is what
 * differs from one moment to the next, such as after how many milliseconds a LAS failed.
 */
json_t *eckid_explain_compare(json_t *before, json_t *after, apr_pool_t *pool);

/* Whether the difference is none. */
bool eckid_explain_is_same(const json_t *difference);

#endif
