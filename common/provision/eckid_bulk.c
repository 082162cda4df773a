/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People from a file or a list: what every reader of one hands out, and how keys are made of it. */
#include "provision/eckid_bulk.h"

#include "base/eckid_words.h"

#include <apr_lib.h>
#include <apr_strings.h>

static bool has_control(eckid_bytes_t value)
{
    for (apr_size_t i = 0; i < value.len; i++) {
        if (apr_iscntrl(value.data[i])) {
            return true;
        }
    }
    return false;
}

bool eckid_bulk_add_field(eckid_bulk_row_t *row, const char *name, eckid_bytes_t value,
                          apr_pool_t *pool)
{
    value = eckid_codec_trim(value);
    if (value.len == 0) {
        return true;
    }
    if (row->count == ECKID_BULK_FIELDS || value.len > ECKID_BULK_FIELD_MAX || has_control(value)) {
        return false;
    }
    row->fields[row->count++] =
        (eckid_bulk_field_t){name, apr_pstrmemdup(pool, value.data, value.len)};
    return true;
}

eckid_err_t *eckid_bulk_wrong(const eckid_bulk_input_t *input, apr_uint64_t line, const char *what,
                              apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_BULK, "%s:%" APR_UINT64_T_FMT ": %s", input->name, line,
                          what);
}

static bool has_key(const apr_array_header_t *keys, const char *type, const char *value)
{
    for (int i = 0; i < keys->nelts; i++) {
        const eckid_directory_key_t *key = &APR_ARRAY_IDX(keys, i, eckid_directory_key_t);

        if (strcmp(key->type, type) == 0 && strcmp(key->value, value) == 0) {
            return true;
        }
    }
    return false;
}

static void add_keys(apr_array_header_t *keys, const eckid_bulk_row_t *row,
                     const eckid_bulk_rule_t *rule, apr_pool_t *pool)
{
    const char *made;

    for (int i = 0; i < row->count; i++) {
        if (strcmp(row->fields[i].name, rule->field) == 0 &&
            eckid_match_apply(&made, rule->match, eckid_bytes_str(row->fields[i].value), pool) &&
            !has_key(keys, rule->type, made)) {
            APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){rule->type, made};
        }
    }
}

eckid_err_t *eckid_bulk_person(eckid_directory_person_t *person, const eckid_bulk_row_t *row,
                               const apr_array_header_t *rules, bool pilot,
                               const eckid_bulk_input_t *input, apr_pool_t *pool)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(eckid_directory_key_t));

    *person = (eckid_directory_person_t){.kind = row->kind, .keys = keys};
    for (int i = 0; i < rules->nelts; i++) {
        const eckid_bulk_rule_t *rule = &APR_ARRAY_IDX(rules, i, eckid_bulk_rule_t);

        if (!rule->kind || strcmp(rule->kind, row->kind) == 0) {
            add_keys(keys, row, rule, pool);
        }
    }
    person->has_eckid = row->eckid != NULL;
    return !row->eckid || eckid_eck_id_parse(&person->eckid, eckid_bytes_str(row->eckid), pilot)
               ? NULL
               : eckid_bulk_wrong(input, row->line, "a value that is not an ECK iD", pool);
}

void eckid_bulk_found_kind(eckid_bulk_found_t *found, const char *kind, apr_pool_t *pool)
{
    if (!eckid_words_listed(found->kinds, kind)) {
        APR_ARRAY_PUSH(found->kinds, const char *) = apr_pstrdup(pool, kind);
    }
}
