/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a search asks for, in a query or posted: RFC 7644 sections 3.4.2, 3.4.3 and 3.9. */
#include "provision/eckid_scim_query.h"

#include <apr_strings.h>
#include <errno.h>
#include <strings.h>

#include "base/eckid_params.h"

#define SEARCH_URN "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
#define NAMES_MAX 100

static eckid_err_t *bad(apr_pool_t *pool, const char *what, const char *why)
{
    return eckid_err_make(pool, ECKID_SCIM_VALUE, "%s %s", what, why);
}

/* Parts that both ways of asking share */

/* RFC 7644 table 6: less than 1 is 1, less than 0 is 0. */
static void set_start(eckid_scim_query_t *query, apr_int64_t start)
{
    query->start = start < 1 ? 1 : (apr_uint64_t)start;
}

static void set_count(eckid_scim_query_t *query, apr_int64_t count)
{
    query->count = count < 0 ? 0 : count > ECKID_SCIM_PAGE_MAX ? ECKID_SCIM_PAGE_MAX : (int)count;
}

static eckid_err_t *set_filter(eckid_scim_query_t *query, const char *text,
                               const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    query->has_filter = true;
    return eckid_scim_filter_read(&query->filter, text, schema, pool);
}

/* "urn:...:2.0:User:name.givenName" is a part of "name". */
static const char *top_name(const char *text, apr_pool_t *pool)
{
    const char *colon = strrchr(text, ':');

    text = colon ? colon + 1 : text;
    return eckid_codec_lower(eckid_bytes(text, strcspn(text, ".")), pool);
}

static eckid_err_t *add_name(apr_array_header_t *names, const char *text, apr_pool_t *pool)
{
    if (names->nelts == NAMES_MAX) {
        return bad(pool, "attributes", "is a list that is too long");
    }
    APR_ARRAY_PUSH(names, const char *) = top_name(text, pool);
    return NULL;
}

static eckid_err_t *check(const eckid_scim_query_t *query, apr_pool_t *pool)
{
    return query->wanted && query->unwanted
               ? bad(pool, "attributes", "and excludedAttributes exclude each other")
               : NULL;
}

static eckid_scim_query_t usual(void)
{
    return (eckid_scim_query_t){.start = 1, .count = ECKID_SCIM_PAGE_MAX};
}

/* In a query */

/* The value of a parameter, NULL if it is not there. */
static eckid_err_t *get(const char **value, const eckid_params_t *params, const char *name,
                        apr_pool_t *pool)
{
    int count = eckid_params_get(value, params, name, pool);

    return count > 1               ? bad(pool, name, "is there twice")
           : count == 1 && !*value ? bad(pool, name, "cannot be decoded")
                                   : NULL;
}

static eckid_err_t *get_number(apr_int64_t *number, bool *found, const eckid_params_t *params,
                               const char *name, apr_pool_t *pool)
{
    const char *text;
    char *end;

    ECKID_ERR(get(&text, params, name, pool));
    *found = text != NULL;
    if (!text) {
        return NULL;
    }
    errno = 0;
    *number = apr_strtoi64(text, &end, 10);
    return errno || *end || end == text ? bad(pool, name, "is no number") : NULL;
}

static eckid_err_t *get_names(apr_array_header_t **names, const eckid_params_t *params,
                              const char *name, apr_pool_t *pool)
{
    const char *text;

    ECKID_ERR(get(&text, params, name, pool));
    if (!text) {
        return NULL;
    }
    *names = apr_array_make(pool, 4, sizeof(const char *));
    for (char *rest, *each = apr_strtok(apr_pstrdup(pool, text), ", ", &rest); each;
         each = apr_strtok(NULL, ", ", &rest)) {
        ECKID_ERR(add_name(*names, each, pool));
    }
    return NULL;
}

eckid_err_t *eckid_scim_query_read(eckid_scim_query_t *query, const char *text,
                                   const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    const eckid_params_t *params = eckid_params_parse(eckid_bytes_str(text ? text : ""), pool);
    apr_int64_t number;
    const char *filter;
    bool found;

    *query = usual();
    ECKID_ERR(get(&filter, params, "filter", pool));
    if (filter) {
        ECKID_ERR(set_filter(query, filter, schema, pool));
    }
    ECKID_ERR(get_number(&number, &found, params, "startIndex", pool));
    if (found) {
        set_start(query, number);
    }
    ECKID_ERR(get_number(&number, &found, params, "count", pool));
    if (found) {
        set_count(query, number);
    }
    ECKID_ERR(get_names(&query->wanted, params, "attributes", pool));
    ECKID_ERR(get_names(&query->unwanted, params, "excludedAttributes", pool));
    return check(query, pool);
}

/* In a body */

static eckid_err_t *read_number(apr_int64_t *number, const json_t *value, const char *name,
                                apr_pool_t *pool)
{
    *number = json_integer_value(value);
    return json_is_integer(value) ? NULL : bad(pool, name, "is no number");
}

static eckid_err_t *read_names(apr_array_header_t **names, const json_t *body, const char *name,
                               apr_pool_t *pool)
{
    const json_t *list = eckid_scim_json_get(body, name);

    if (!list) {
        return NULL;
    }
    *names = apr_array_make(pool, 4, sizeof(const char *));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (!text) {
            return bad(pool, name, "is no list of names");
        }
        ECKID_ERR(add_name(*names, text, pool));
    }
    return json_is_array(list) ? NULL : bad(pool, name, "is no list of names");
}

static eckid_err_t *read_page(eckid_scim_query_t *query, const json_t *body, apr_pool_t *pool)
{
    const json_t *start = eckid_scim_json_get(body, "startIndex");
    const json_t *count = eckid_scim_json_get(body, "count");
    apr_int64_t number;

    if (start) {
        ECKID_ERR(read_number(&number, start, "startIndex", pool));
        set_start(query, number);
    }
    if (count) {
        ECKID_ERR(read_number(&number, count, "count", pool));
        set_count(query, number);
    }
    return NULL;
}

eckid_err_t *eckid_scim_query_read_body(eckid_scim_query_t *query, const json_t *body,
                                        const eckid_scim_schema_t *schema, apr_pool_t *pool)
{
    const json_t *filter = eckid_scim_json_get(body, "filter");

    *query = usual();
    if (!eckid_scim_json_has_schema(body, SEARCH_URN)) {
        return eckid_err_make(pool, ECKID_SCIM_SYNTAX, "its schemas do not name %s", SEARCH_URN);
    }
    if (filter && !json_is_string(filter)) {
        return eckid_err_make(pool, ECKID_SCIM_FILTER, "it is no string");
    }
    if (filter) {
        ECKID_ERR(set_filter(query, json_string_value(filter), schema, pool));
    }
    ECKID_ERR(read_page(query, body, pool));
    ECKID_ERR(read_names(&query->wanted, body, "attributes", pool));
    ECKID_ERR(read_names(&query->unwanted, body, "excludedAttributes", pool));
    return check(query, pool);
}

/* Attributes */

static bool has(const apr_array_header_t *names, const char *name)
{
    for (int i = 0; i < names->nelts; i++) {
        if (strcasecmp(APR_ARRAY_IDX(names, i, const char *), name) == 0) {
            return true;
        }
    }
    return false;
}

bool eckid_scim_query_wants(const eckid_scim_query_t *query, const char *attribute)
{
    return query->wanted ? has(query->wanted, attribute)
                         : !query->unwanted || !has(query->unwanted, attribute);
}
