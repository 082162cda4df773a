/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wraps jansson: references belong to a pool, duplicate members are rejected. */
#include "base/eckid_json.h"
#include "base/eckid_find.h"
#include "base/eckid_json_readable.h"

#include <stdlib.h>

static apr_status_t give_back(void *value)
{
    json_decref(value);
    return APR_SUCCESS;
}

json_t *eckid_json_own(json_t *value, apr_pool_t *pool)
{
    if (!value) {
        abort();
    }
    apr_pool_cleanup_register(pool, value, give_back, apr_pool_cleanup_null);
    return value;
}

bool eckid_json_holds(const char *text)
{
    json_t *value = json_string(text);

    json_decref(value);
    return value != NULL;
}

/* Whether a letter needs to be decoded, judged or escaped within a string. */
static inline bool is_odd(unsigned char letter)
{
    return (letter < ' ') | (letter > '~') | (letter == '"') | (letter == '\\');
}

bool eckid_json_is_plain(eckid_bytes_t text)
{
    return !eckid_find_kind(text, is_odd);
}

eckid_err_t *eckid_json_parse_any(json_t **value, eckid_bytes_t text, eckid_code_t code,
                                  apr_pool_t *pool)
{
    json_error_t where;

    text = eckid_json_unmarked(text);
    json_t *parsed = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, &where);

    if (!parsed) {
        /* where.text quotes the input, so only the position may be reported */
        return eckid_err_make(pool, code, "it is not JSON, at byte %d", where.position);
    }
    *value = eckid_json_own(parsed, pool);
    return NULL;
}

eckid_err_t *eckid_json_parse(json_t **object, eckid_bytes_t text, eckid_code_t code,
                              apr_pool_t *pool)
{
    json_t *value;

    ECKID_ERR(eckid_json_parse_any(&value, text, code, pool));
    if (!json_is_object(value)) {
        return eckid_err_make(pool, code, "it is JSON, but not an object");
    }
    *object = value;
    return NULL;
}

json_t *eckid_json_value(const json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);

    return json_is_null(value) ? NULL : value;
}

static json_t *load_leniently(eckid_bytes_t text)
{
    return json_loadb(text.data, text.len, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
}

bool eckid_json_peek(json_t **object, eckid_bytes_t text, apr_pool_t *pool)
{
    text = eckid_json_unmarked(text);
    json_t *value = load_leniently(text);

    value = value ? value : load_leniently(eckid_json_readable(text, pool));
    if (!json_is_object(value)) {
        json_decref(value);
        return false;
    }
    *object = eckid_json_own(value, pool);
    return true;
}

eckid_bytes_t eckid_json_print(const json_t *value, apr_pool_t *pool)
{
    size_t len = json_dumpb(value, NULL, 0, JSON_COMPACT);
    char *text = apr_pcalloc(pool, len + 1);

    json_dumpb(value, text, len, JSON_COMPACT);
    return eckid_bytes(text, len);
}
