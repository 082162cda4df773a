/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removes and renames attributes of a login, as its supplier's block says. */
#include "decision/eckid_release.h"

#include "base/eckid_words.h"

static const eckid_rename_t *find_rename(const eckid_supplier_t *supplier, const char *from)
{
    for (int i = 0; i < supplier->renames->nelts; i++) {
        const eckid_rename_t *rename = &APR_ARRAY_IDX(supplier->renames, i, eckid_rename_t);

        if (strcmp(rename->from, from) == 0) {
            return rename;
        }
    }
    return NULL;
}

static bool is_not_released(const eckid_supplier_t *supplier, const char *name)
{
    return strcmp(name, supplier->attribute.name) == 0 ||
           (!eckid_policy_releases(supplier, name) && !find_rename(supplier, name));
}

static bool is_in_name_id(const char *name_id, eckid_attributes_t login, const char *attribute,
                          apr_pool_t *pool)
{
    apr_array_header_t *values = eckid_attributes_values(login, attribute, pool);

    for (int i = 0; i < values->nelts; i++) {
        eckid_bytes_t value = APR_ARRAY_IDX(values, i, eckid_bytes_t);

        if (value.len && strncmp(name_id, value.data, value.len) == 0 &&
            (name_id[value.len] == '\0' || name_id[value.len] == '@')) {
            return true;
        }
    }
    return false;
}

static void remove_unreleased(const char **shows, eckid_attributes_t login,
                              const eckid_supplier_t *supplier, const apr_array_header_t *names,
                              apr_pool_t *pool)
{
    const char *name_id = eckid_attributes_subject(login, pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (is_not_released(supplier, name)) {
            *shows = name_id && is_in_name_id(name_id, login, name, pool) ? name : *shows;
            eckid_attributes_remove(login, name, pool);
        }
    }
}

/* If another attribute already has the new name, it is removed first. */
static void rename_rest(eckid_attributes_t login, const eckid_supplier_t *supplier,
                        const apr_array_header_t *names, apr_pool_t *pool)
{
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        const eckid_rename_t *rename = find_rename(supplier, name);

        if (rename) {
            eckid_attributes_remove(login, rename->to.name, pool);
            eckid_attributes_rename(login, name, &rename->to, pool);
        }
    }
}

/* Whether a remaining attribute has the value that the NameID shows. */
static bool is_released_anyway(eckid_attributes_t login, apr_pool_t *pool)
{
    const apr_array_header_t *names = eckid_attributes_names(login, pool);
    const char *name_id = eckid_attributes_subject(login, pool);

    for (int i = 0; i < names->nelts; i++) {
        if (is_in_name_id(name_id, login, APR_ARRAY_IDX(names, i, const char *), pool)) {
            return true;
        }
    }
    return false;
}

void eckid_release(const char **shows, eckid_attributes_t login, const eckid_supplier_t *supplier,
                   apr_pool_t *pool)
{
    const apr_array_header_t *names = eckid_attributes_names(login, pool);

    *shows = NULL;
    remove_unreleased(shows, login, supplier, names, pool);
    if (*shows && is_released_anyway(login, pool)) {
        *shows = NULL;
    }
    rename_rest(login, supplier, names, pool);
}

static void add_absent(apr_array_header_t *absent, apr_hash_t *present, const char *name)
{
    if (!eckid_word_set_has(present, name)) {
        APR_ARRAY_PUSH(absent, const char *) = name;
    }
}

apr_array_header_t *eckid_release_absent(eckid_attributes_t login, const eckid_supplier_t *supplier,
                                         apr_pool_t *pool)
{
    apr_array_header_t *absent = apr_array_make(pool, 4, sizeof(const char *));
    apr_hash_t *present = eckid_word_set_make(eckid_attributes_names(login, pool), pool);

    eckid_word_set_add(present, supplier->attribute.name); /* set by us */
    for (int i = 0; i < supplier->release->nelts; i++) {
        add_absent(absent, present, APR_ARRAY_IDX(supplier->release, i, const char *));
    }
    for (int i = 0; i < supplier->renames->nelts; i++) {
        add_absent(absent, present, APR_ARRAY_IDX(supplier->renames, i, eckid_rename_t).from);
    }
    return absent;
}
