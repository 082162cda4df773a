/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A value in the JSON file of a contract, with its path for error messages. */
#include "contract/eckid_contract_json.h"

#include <stdbool.h>
#include <string.h>
#include <apr_strings.h>

eckid_err_t *eckid_contract_json_wrong(const eckid_contract_json_t *place, const char *what,
                                       apr_pool_t *pool)
{
    return eckid_err_make(pool, ECKID_CONTRACT, "%s: %s%s%s", place->file, place->path,
                          *place->path ? ": " : "", what);
}

eckid_contract_json_t eckid_contract_json_below(const eckid_contract_json_t *place,
                                                const char *name, apr_pool_t *pool)
{
    return (eckid_contract_json_t){json_object_get(place->value, name), place->file,
                                   apr_pstrcat(pool, place->path, "/", name, NULL)};
}

eckid_contract_json_t eckid_contract_json_entry(const eckid_contract_json_t *place, size_t index,
                                                apr_pool_t *pool)
{
    return (eckid_contract_json_t){json_array_get(place->value, index), place->file,
                                   apr_psprintf(pool, "%s/%d", place->path, (int)index)};
}

static bool is_one_of(const char *members, const char *name)
{
    apr_size_t len = strlen(name);

    for (const char *word = members; *word; word += strspn(word, "! ")) {
        apr_size_t word_len = strcspn(word, "! ");

        if (word_len == len && strncmp(word, name, len) == 0) {
            return true;
        }
        word += word_len;
    }
    return false;
}

/* The first required member that the object lacks, or NULL. */
static const char *missing(const json_t *object, const char *members, apr_pool_t *pool)
{
    for (const char *word = members; *word; word += strspn(word, "! ")) {
        apr_size_t len = strcspn(word, "! ");
        const char *name = apr_pstrmemdup(pool, word, len);

        word += len;
        if (*word == '!' && !json_object_get(object, name)) {
            return name;
        }
    }
    return NULL;
}

eckid_err_t *eckid_contract_json_members(const eckid_contract_json_t *place, const char *members,
                                         apr_pool_t *pool)
{
    const char *name;
    json_t *value;

    if (!json_is_object(place->value)) {
        return eckid_contract_json_wrong(place, "an object is expected", pool);
    }
    json_object_foreach((json_t *)place->value, name, value)
    {
        if (!is_one_of(members, name)) {
            const eckid_contract_json_t it = eckid_contract_json_below(place, name, pool);

            return eckid_contract_json_wrong(&it, "there is no such member", pool);
        }
    }
    name = missing(place->value, members, pool);
    return name ? eckid_contract_json_wrong(
                      place, apr_psprintf(pool, "the member \"%s\" is missing", name), pool)
                : NULL;
}

eckid_err_t *eckid_contract_json_string(const char **text, const eckid_contract_json_t *place,
                                        apr_pool_t *pool)
{
    if (!json_is_string(place->value)) {
        return eckid_contract_json_wrong(place, "a string is expected", pool);
    }
    *text = json_string_value(place->value);
    return NULL;
}
