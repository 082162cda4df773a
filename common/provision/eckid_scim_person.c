/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between what SCIM says of a person and what the directory keeps. */
#include "provision/eckid_scim_person.h"

const eckid_scim_kind_t *eckid_scim_person_kind(const apr_array_header_t *kinds, const char *name)
{
    for (int i = 0; i < kinds->nelts; i++) {
        const eckid_scim_kind_t *kind = &APR_ARRAY_IDX(kinds, i, eckid_scim_kind_t);

        if (strcmp(kind->name, name) == 0) {
            return kind;
        }
    }
    return NULL;
}

const char *eckid_scim_person_key(const eckid_directory_person_t *person, const char *type)
{
    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        if (strcmp(key->type, type) == 0) {
            return key->value;
        }
    }
    return NULL;
}

/* The first kind that takes it. */
static const eckid_scim_kind_t *kind_of(const apr_array_header_t *kinds, const char *external_id)
{
    for (int i = 0; i < kinds->nelts; i++) {
        const eckid_scim_kind_t *kind = &APR_ARRAY_IDX(kinds, i, eckid_scim_kind_t);

        if (!kind->match || eckid_match_is(kind->match, eckid_bytes_str(external_id))) {
            return kind;
        }
    }
    return NULL;
}

static const char *outcome(const eckid_scim_said_t *said, const char *before)
{
    return said->verb == ECKID_SCIM_KEEP  ? before
           : said->verb == ECKID_SCIM_SET ? said->text
                                          : NULL;
}

static const char *before_of(const eckid_directory_person_t *before,
                             const apr_array_header_t *kinds)
{
    const eckid_scim_kind_t *kind = before ? eckid_scim_person_kind(kinds, before->kind) : NULL;

    return kind ? eckid_scim_person_key(before, kind->type) : NULL;
}

/* Whether the key is one that SCIM does not speak of. */
static bool is_other(const eckid_directory_key_t *key, const apr_array_header_t *kinds)
{
    bool other = strcmp(key->type, ECKID_SCIM_USER_NAME_TYPE) != 0;

    for (int i = 0; i < kinds->nelts; i++) {
        other = other && strcmp(key->type, APR_ARRAY_IDX(kinds, i, eckid_scim_kind_t).type) != 0;
    }
    return other;
}

static void add(apr_array_header_t *keys, const char *type, const char *value)
{
    if (value && keys->nelts < ECKID_DIRECTORY_KEYS) {
        APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){type, value};
    }
}

static void add_others(apr_array_header_t *keys, const eckid_directory_person_t *before,
                       const apr_array_header_t *kinds)
{
    for (int i = 0; before && i < before->keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(before->keys, i, eckid_directory_key_t);

        if (is_other(key, kinds)) {
            add(keys, key->type, key->value);
        }
    }
}

static void set_eck_id(eckid_directory_person_t *person, const eckid_directory_person_t *before,
                       const eckid_scim_change_t *change)
{
    if (change->eck_id_verb == ECKID_SCIM_SET) {
        person->has_eckid = true;
        person->eckid = change->eck_id;
    }
    else if (change->eck_id_verb == ECKID_SCIM_KEEP && before) {
        person->has_eckid = before->has_eckid;
        person->eckid = before->eckid;
    }
}

eckid_err_t *eckid_scim_person_make(eckid_directory_person_t *person,
                                    const eckid_directory_person_t *before,
                                    const eckid_scim_change_t *change,
                                    const apr_array_header_t *kinds, apr_pool_t *pool)
{
    const char *external_id = outcome(&change->external_id, before_of(before, kinds));
    const char *user_name =
        outcome(&change->user_name,
                before ? eckid_scim_person_key(before, ECKID_SCIM_USER_NAME_TYPE) : NULL);
    const eckid_scim_kind_t *kind = external_id ? kind_of(kinds, external_id) : NULL;
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(eckid_directory_key_t));

    if (!external_id) {
        return eckid_err_make(pool, ECKID_SCIM_VALUE, "there is no externalId");
    }
    if (!kind) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_SCIM_VALUE, "its externalId is that of no kind of person"),
            "compare what is pushed with the expressions of EckidScimKind");
    }
    add(keys, kind->type, external_id);
    add(keys, ECKID_SCIM_USER_NAME_TYPE, user_name);
    add_others(keys, before, kinds);
    *person = (eckid_directory_person_t){.kind = kind->name, .keys = keys};
    set_eck_id(person, before, change);
    return NULL;
}
