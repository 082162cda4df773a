/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of SCIM requests: bounded, and without members that mean the same. */
#include "provision/eckid_scim_json.h"

#include <strings.h>

#include "base/eckid_words.h"

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_SCIM_SYNTAX, "%s", why);
}

/* Before anything is parsed, because the parser's own limit is far beyond what SCIM needs. */
static bool is_deep(eckid_bytes_t text)
{
    bool quoted = false;
    int depth = 0;

    for (apr_size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (quoted && c == '\\') {
            i++;
        }
        else if (c == '"') {
            quoted = !quoted;
        }
        else if (!quoted && (c == '{' || c == '[') && ++depth > ECKID_SCIM_DEPTH_MAX) {
            return true;
        }
        else if (!quoted && (c == '}' || c == ']')) {
            depth--;
        }
    }
    return false;
}

static bool has_twins(const json_t *object, apr_pool_t *pool)
{
    apr_hash_t *seen = apr_hash_make(pool);
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        const char *lower = eckid_codec_lower(eckid_bytes_str(name), pool);

        if (eckid_word_set_has(seen, lower)) {
            return true;
        }
        eckid_word_set_add(seen, lower);
    }
    return false;
}

/* Recursion is bounded by the depth of the text. */
static bool has_twins_within(const json_t *value, apr_pool_t *pool)
{
    const char *name;
    json_t *each;
    size_t i;

    if (json_is_object(value) && has_twins(value, pool)) {
        return true;
    }
    json_object_foreach((json_t *)value, name, each)
    {
        if (has_twins_within(each, pool)) {
            return true;
        }
    }
    json_array_foreach(value, i, each)
    {
        if (has_twins_within(each, pool)) {
            return true;
        }
    }
    return false;
}

eckid_err_t *eckid_scim_json_parse(json_t **object, eckid_bytes_t body, apr_pool_t *pool)
{
    if (body.len > ECKID_SCIM_BODY_MAX) {
        return eckid_err_make(pool, ECKID_SCIM_LARGE, "it is longer than %d bytes",
                              ECKID_SCIM_BODY_MAX);
    }
    if (is_deep(body)) {
        return bad(pool, "its JSON is nested too deeply");
    }
    ECKID_ERR(eckid_json_parse(object, body, ECKID_SCIM_SYNTAX, pool));
    return has_twins_within(*object, pool) ? bad(pool, "a member is there twice, in other case")
                                           : NULL;
}

json_t *eckid_scim_json_get(const json_t *object, const char *name)
{
    const char *each;
    json_t *value;

    json_object_foreach((json_t *)object, each, value)
    {
        if (strcasecmp(each, name) == 0) {
            return json_is_null(value) ? NULL : value;
        }
    }
    return NULL;
}

bool eckid_scim_json_has_schema(const json_t *object, const char *uri)
{
    const json_t *list = eckid_scim_json_get(object, "schemas");

    for (size_t i = 0; uri && i < json_array_size(list); i++) {
        const char *each = json_string_value(json_array_get(list, i));

        if (each && strcasecmp(each, uri) == 0) {
            return true;
        }
    }
    return false;
}
