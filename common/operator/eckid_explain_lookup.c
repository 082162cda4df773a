/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looks a person up once for all logins that one request asks about. */
#include "operator/eckid_explain_lookup.h"

/* Of whom, by what, and what came of it. */
typedef struct looked_up_t {
    eckid_person_key_t key;
    eckid_lookup_setup_t where;
    apr_interval_time_t stale_max;
    eckid_knowledge_t known;
    const eckid_err_t *cause;
    eckid_eck_id_t value;
} looked_up_t;

struct eckid_explain_lookups_t {
    apr_array_header_t *list; /* looked_up_t */
};

eckid_explain_lookups_t *eckid_explain_lookups_make(apr_pool_t *pool)
{
    eckid_explain_lookups_t *lookups = apr_palloc(pool, sizeof(*lookups));

    lookups->list = apr_array_make(pool, 1, sizeof(looked_up_t));
    return lookups;
}

/* Of texts that may be missing. */
static bool is_same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool is_same_key(const eckid_person_key_t *one, const eckid_person_key_t *other)
{
    return strcmp(one->type, other->type) == 0 && strcmp(one->value, other->value) == 0 &&
           is_same_text(one->school, other->school) && eckid_kind_same(one->kind, other->kind);
}

static bool is_same_place(const eckid_lookup_setup_t *one, const eckid_lookup_setup_t *other)
{
    return one->las == other->las && one->school == other->school &&
           one->directory == other->directory && one->cache == other->cache &&
           one->schools == other->schools && one->lases == other->lases;
}

static const looked_up_t *find(const eckid_explain_lookups_t *lookups,
                               const eckid_lookup_setup_t *where, const eckid_person_key_t *key,
                               apr_interval_time_t stale_max)
{
    for (int i = 0; i < lookups->list->nelts; i++) {
        const looked_up_t *each = &APR_ARRAY_IDX(lookups->list, i, looked_up_t);

        if (each->stale_max == stale_max && is_same_key(&each->key, key) &&
            is_same_place(&each->where, where)) {
            return each;
        }
    }
    return NULL;
}

void eckid_explain_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                           eckid_explain_lookups_t *lookups, const eckid_rules_t *rules,
                           const eckid_person_key_t *key, const eckid_moment_t *moment)
{
    apr_interval_time_t stale_max = decision->supplier->stale_max;
    const looked_up_t *before = find(lookups, &rules->lookup, key, stale_max);

    if (before) {
        decision->known = before->known;
        decision->cause = before->cause;
        *value = before->value;
        return;
    }
    eckid_decision_look_up(value, decision, rules, key, moment, lookups->list->pool);
    APR_ARRAY_PUSH(lookups->list, looked_up_t) =
        (looked_up_t){*key, rules->lookup, stale_max, decision->known, decision->cause, *value};
}
