/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured kinds of people who have ECK iDs, in the order of the configuration. */
#include "conf/mod_eckid_kinds.h"

static mod_eckid_kind_t *find(const apr_array_header_t *kinds, const char *name)
{
    for (int i = 0; kinds && i < kinds->nelts; i++) {
        mod_eckid_kind_t *kind = &APR_ARRAY_IDX(kinds, i, mod_eckid_kind_t);

        if (eckid_kind_same(kind->name, name)) {
            return kind;
        }
    }
    return NULL;
}

mod_eckid_kind_t *mod_eckid_kinds_get(apr_array_header_t **kinds, const char *name,
                                      apr_pool_t *pool)
{
    mod_eckid_kind_t *kind = find(*kinds, name);

    if (!*kinds) {
        *kinds = apr_array_make(pool, 2, sizeof(mod_eckid_kind_t));
    }
    if (!kind) {
        kind = apr_array_push(*kinds);
        *kind = (mod_eckid_kind_t){.name = eckid_kind_same(name, NULL) ? NULL : name};
    }
    return kind;
}

apr_array_header_t *mod_eckid_kinds_merge(apr_array_header_t *base, apr_array_header_t *add,
                                          apr_pool_t *pool)
{
    if (!base || !add) {
        return add ? add : base;
    }
    apr_array_header_t *merged = apr_array_copy(pool, base);

    for (int i = 0; i < add->nelts; i++) {
        const mod_eckid_kind_t *inner = &APR_ARRAY_IDX(add, i, mod_eckid_kind_t);
        mod_eckid_kind_t *kind = mod_eckid_kinds_get(&merged, inner->name, pool);

        kind->conditions = inner->conditions ? inner->conditions : kind->conditions;
        kind->key = inner->key ? inner->key : kind->key;
    }
    return merged;
}

static void fill(eckid_kind_t *to, const mod_eckid_kind_t *from,
                 const mod_eckid_school_map_t *schools, apr_pool_t *pool)
{
    *to = *from->key;
    to->name = from->name;
    to->conditions =
        from->conditions ? from->conditions : apr_array_make(pool, 0, sizeof(eckid_condition_t));
    if (schools) {
        to->school_source = schools->source;
        to->school_match = schools->match;
    }
}

const eckid_kind_t *mod_eckid_kinds_make(const mod_eckid_dir_t *dir, apr_pool_t *pool)
{
    const int count = dir->kinds ? dir->kinds->nelts : 0;
    eckid_kind_t *made = apr_pcalloc(pool, (apr_size_t)(count + 1) * sizeof(*made)), *next = NULL;

    for (int i = count - 1; i >= 0; i--) {
        const mod_eckid_kind_t *kind = &APR_ARRAY_IDX(dir->kinds, i, mod_eckid_kind_t);

        if (kind->key) {
            fill(&made[i], kind, dir->schools, pool);
            made[i].next = next;
            next = &made[i];
        }
    }
    return next;
}

bool mod_eckid_kinds_has(const mod_eckid_dir_t *dir, const char *name)
{
    const mod_eckid_kind_t *kind = find(dir->kinds, name);

    return kind && kind->key;
}

bool mod_eckid_kinds_any(const mod_eckid_dir_t *dir)
{
    for (int i = 0; dir->kinds && i < dir->kinds->nelts; i++) {
        if (APR_ARRAY_IDX(dir->kinds, i, mod_eckid_kind_t).key) {
            return true;
        }
    }
    return false;
}
