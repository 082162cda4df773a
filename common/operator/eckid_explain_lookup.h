/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks a person up once for all logins that one request asks about. */
#ifndef ECKID_EXPLAIN_LOOKUP_H
#define ECKID_EXPLAIN_LOOKUP_H

#include "decision/eckid_decision.h"

/* What was looked up so far. */
typedef struct eckid_explain_lookups_t eckid_explain_lookups_t;

eckid_explain_lookups_t *eckid_explain_lookups_make(apr_pool_t *pool);

/* As eckid_decision_look_up, but what is known of the same person by the same rules comes from
 * before, also that a LAS failed: one request must not ask a LAS that fails or hangs again for each
 * supplier, count as many failures, and have it left alone. Suppliers that accept ECK iDs of
 * another age have a lookup of their own. */
void eckid_explain_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                           eckid_explain_lookups_t *lookups, const eckid_rules_t *rules,
                           const eckid_person_key_t *key, const eckid_moment_t *moment);

#endif
