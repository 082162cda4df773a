/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters of RFC 7644 section 3.4.2.2: read by its grammar, used where they ask for one person. */
#include "provision/eckid_scim_filter.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <strings.h>

#include "base/eckid_json.h"

#define DEPTH_MAX 16

/* A filter while it is read. All functions that read return false for what the grammar does not
 * have. */
typedef struct reader_t {
    const char *at;
    int depth;
    apr_pool_t *pool;
    int terms; /* comparisons so far; the last one follows */
    bool negated, grouped;
    const char *attribute, *operator; /* lower case; operator is "pr" for a test of presence */
    const json_t *value;
} reader_t;

static void skip_spaces(reader_t *reader)
{
    while (*reader->at == ' ') {
        reader->at++;
    }
}

/* At least one. */
static bool take_space(reader_t *reader)
{
    const char *start = reader->at;

    skip_spaces(reader);
    return reader->at > start;
}

/* RFC 7644 figure 1: a URN, a name and a sub-attribute. What belongs to which is not asked here. */
static const char *take_name(reader_t *reader)
{
    const char *start = reader->at;

    while (apr_isalnum(*reader->at) || (*reader->at && strchr("-_.:$", *reader->at))) {
        reader->at++;
    }
    eckid_bytes_t name = eckid_bytes(start, (apr_size_t)(reader->at - start));

    return name.len && apr_isalpha(*start) ? eckid_codec_lower(name, reader->pool) : NULL;
}

/* Whether one of the words, which are lower case, stands here. */
static const char *take_word(reader_t *reader, const char *const *words)
{
    for (; *words; words++) {
        apr_size_t len = strlen(*words);

        if (strncasecmp(reader->at, *words, len) == 0 && !apr_isalnum(reader->at[len])) {
            reader->at += len;
            return *words;
        }
    }
    return NULL;
}

static apr_size_t string_length(const char *text)
{
    const char *at = text + 1;

    while (*at && *at != '"') {
        at += *at == '\\' && at[1] ? 2 : 1;
    }
    return *at ? (apr_size_t)(at + 1 - text) : 0;
}

/* A value is JSON (RFC 7644 section 3.4.2.2), escapes and all. */
static bool take_value(reader_t *reader)
{
    apr_size_t len = *reader->at == '"' ? string_length(reader->at) : strcspn(reader->at, " ()[]");
    const char *list = apr_psprintf(reader->pool, "[%.*s]", (int)len, reader->at);
    json_t *value;

    if (!len ||
        eckid_json_parse_any(&value, eckid_bytes_str(list), ECKID_SCIM_FILTER, reader->pool) ||
        json_array_size(value) != 1 || json_is_object(json_array_get(value, 0)) ||
        json_is_array(json_array_get(value, 0))) {
        return false;
    }
    reader->value = json_array_get(value, 0);
    reader->at += len;
    return true;
}

static bool take_filter(reader_t *reader);

static bool take_group(reader_t *reader, char end)
{
    reader->at++;
    reader->depth++;
    skip_spaces(reader);
    if (reader->depth > DEPTH_MAX || !take_filter(reader)) {
        return false;
    }
    skip_spaces(reader);
    reader->depth--;
    return *reader->at++ == end;
}

static bool take_comparison(reader_t *reader)
{
    static const char *const operators[] = {"eq", "ne", "co", "sw", "ew", "gt",
                                            "lt", "ge", "le", "pr", NULL};

    reader->terms++;
    reader->attribute = take_name(reader);
    if (reader->attribute && *reader->at == '[') {
        reader->grouped = true;
        return take_group(reader, ']');
    }
    if (!reader->attribute || !take_space(reader)) {
        return false;
    }
    reader->operator= take_word(reader, operators);
    return reader->operator&&(strcmp(reader->operator, "pr") == 0 ||
                              (take_space(reader) && take_value(reader)));
}

static bool take_term(reader_t *reader)
{
    static const char *const words[] = {"not", NULL};
    const char *start = reader->at;

    if (take_word(reader, words)) {
        skip_spaces(reader);
        if (*reader->at == '(') {
            reader->negated = true;
            return take_group(reader, ')');
        }
        reader->at = start; /* an attribute of that name */
    }
    return *reader->at == '(' ? take_group(reader, ')') : take_comparison(reader);
}

static bool take_filter(reader_t *reader)
{
    static const char *const words[] = {"and", "or", NULL};

    for (;;) {
        if (!take_term(reader)) {
            return false;
        }
        const char *end = reader->at;

        if (!take_space(reader) || !take_word(reader, words)) {
            reader->at = end;
            return true;
        }
        if (!take_space(reader)) {
            return false;
        }
    }
}

apr_size_t eckid_scim_filter_span(const char *text, apr_pool_t *pool)
{
    reader_t reader = {.at = text, .pool = pool};

    return strlen(text) <= ECKID_SCIM_FILTER_MAX && take_filter(&reader)
               ? (apr_size_t)(reader.at - text)
               : 0;
}

/* Use */

static eckid_err_t *bad(apr_pool_t *pool, const char *why)
{
    return eckid_err_make(pool, ECKID_SCIM_FILTER, "%s", why);
}

/* The name without the URN of the schema that has it. */
static const char *without_urn(const char *attribute, const eckid_scim_schema_t *schema)
{
    apr_size_t len = strlen(schema->core);

    return strncasecmp(attribute, schema->core, len) == 0 && attribute[len] == ':'
               ? attribute + len + 1
               : attribute;
}

static bool find_name(eckid_scim_name_t *by, const char *attribute)
{
    *by = strcmp(attribute, "username") == 0 ? ECKID_SCIM_BY_USER_NAME : ECKID_SCIM_BY_EXTERNAL_ID;
    return *by == ECKID_SCIM_BY_USER_NAME || strcmp(attribute, "externalid") == 0;
}

eckid_err_t *eckid_scim_filter_read(eckid_scim_filter_t *filter, const char *text,
                                    const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    reader_t reader = {.at = text, .pool = pool};

    if (strlen(text) > ECKID_SCIM_FILTER_MAX) {
        return eckid_err_make(pool, ECKID_SCIM_FILTER, "it is longer than %d bytes",
                              ECKID_SCIM_FILTER_MAX);
    }
    skip_spaces(&reader);
    if (!take_filter(&reader)) {
        return bad(pool, "it is not built as RFC 7644 prescribes");
    }
    skip_spaces(&reader);
    if (*reader.at) {
        return bad(pool, "something follows it");
    }
    if (reader.terms != 1 || reader.negated || reader.grouped) {
        return bad(pool, "it is no single comparison");
    }
    if (strcmp(reader.operator, "eq") != 0) {
        return bad(pool, "only eq can be asked");
    }
    if (!find_name(&filter->by, without_urn(reader.attribute, schema))) {
        return bad(pool, "people are found by externalId and userName alone");
    }
    filter->value = json_string_value(reader.value);
    return filter->value && *filter->value ? NULL : bad(pool, "the value is no string, or empty");
}
