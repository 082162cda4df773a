/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421 section 2: the components of a message and the signature base; no I/O. */
#include "http/eckid_httpsig_base.h"
#include "base/eckid_words.h"
#include "base/eckid_url.h"

#include <apr_strings.h>
#include <apr_uri.h>

/* A message with its parsed URL. */
typedef struct parts_t {
    const eckid_httpsig_message_t *message;
    apr_uri_t uri;
    apr_pool_t *pool;
} parts_t;

static const char *method(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->message->method;
}

static const char *target_uri(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->message->url;
}

static const char *scheme(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->uri.scheme ? eckid_codec_lower(eckid_bytes_str(parts->uri.scheme), parts->pool)
                             : NULL;
}

/* Section 2.2.3: the host in lower case, with the port unless it is the default of the scheme. */
static const char *authority(const parts_t *parts, const char *unused)
{
    const char *name = scheme(parts, unused);

    if (!name || !parts->uri.hostname) {
        return NULL;
    }
    const char *host = eckid_codec_lower(eckid_bytes_str(parts->uri.hostname), parts->pool);
    bool usual = !parts->uri.port_str || parts->uri.port == apr_uri_port_of_scheme(name);
    bool literal = strchr(host, ':') != NULL; /* an IPv6 address; apr_uri removes its brackets */

    return apr_pstrcat(parts->pool, literal ? "[" : "", host, literal ? "]" : "",
                       usual ? NULL : ":", parts->uri.port_str, NULL);
}

static const char *path(const parts_t *parts, const char *unused)
{
    (void)unused;
    return parts->uri.path && *parts->uri.path ? parts->uri.path : "/";
}

static const char *query(const parts_t *parts, const char *unused)
{
    (void)unused;
    return apr_pstrcat(parts->pool, "?", parts->uri.query, NULL);
}

static const char *request_target(const parts_t *parts, const char *unused)
{
    return apr_pstrcat(parts->pool, path(parts, unused), parts->uri.query ? "?" : NULL,
                       parts->uri.query, NULL);
}

/* Section 2.2.8: decoded and percent-encoded again, with the set of section 1.3 of the URL
 * standard. */
static const char *query_param(const parts_t *parts, const char *name)
{
    eckid_bytes_t decoded, value = eckid_bytes("", 0);

    if (!name || !eckid_codec_form_decode(&decoded, eckid_bytes_str(name), parts->pool) ||
        eckid_url_parameter(&value, parts->message->url, decoded.data, parts->pool) != 1) {
        return NULL;
    }
    return eckid_codec_percent(value, parts->pool);
}

static const char *status(const parts_t *parts, const char *unused)
{
    (void)unused;
    return apr_psprintf(parts->pool, "%03d", parts->message->status);
}

typedef struct derived_t {
    const char *name;
    const char *(*value)(const parts_t *parts, const char *query_param);
    bool of_response;
} derived_t;

static const derived_t derived[] = {
    {"@method", method, false},
    {"@target-uri", target_uri, false},
    {"@authority", authority, false},
    {"@scheme", scheme, false},
    {"@request-target", request_target, false},
    {"@path", path, false},
    {"@query", query, false},
    {"@query-param", query_param, false},
    {"@status", status, true},
};

static const derived_t *find_derived(const char *name)
{
    for (apr_size_t i = 0; i < sizeof(derived) / sizeof(*derived); i++) {
        if (strcmp(derived[i].name, name) == 0) {
            return &derived[i];
        }
    }
    return NULL;
}

/* RFC 9110 section 5.6.2, in lower case. */
static bool is_field_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";

    return *name && !name[strspn(name, allowed)];
}

/* Sets one parameter; false if it is unknown or not allowed here. */
static bool set_param(eckid_httpsig_component_t *component, const eckid_sfv_param_t *param,
                      bool response)
{
    bool field = component->name[0] != '@', string = param->value.type == ECKID_SFV_STRING;

    if (strcmp(param->key, "req") == 0) {
        component->req = true;
        return response && strcmp(param->value.text, "?1") == 0;
    }
    if (strcmp(param->key, "key") == 0) {
        component->key = param->value.bytes.data;
        return field && string;
    }
    component->query_param = param->value.bytes.data;
    return string && strcmp(param->key, "name") == 0 &&
           strcmp(component->name, "@query-param") == 0;
}

/* Whether a message of that kind can have the component. A response has only @status itself; with
 * "req" it has the components of its request. */
static bool is_allowed(const eckid_httpsig_component_t *component, bool response)
{
    const derived_t *known = find_derived(component->name);

    return !known || known->of_response == (response && !component->req);
}

eckid_err_t *eckid_httpsig_component(eckid_httpsig_component_t *out, const eckid_sfv_item_t *item,
                                     bool response, eckid_code_t code, apr_pool_t *pool)
{
    eckid_httpsig_component_t component = {item->text, item->value.bytes.data, NULL, NULL, false};

    if (item->list || item->value.type != ECKID_SFV_STRING ||
        !(find_derived(component.name) || is_field_name(component.name))) {
        return eckid_err_make(pool, code, "a component that RFC 9421 does not define");
    }
    for (int i = 0; i < item->params->nelts; i++) {
        if (!set_param(&component, &APR_ARRAY_IDX(item->params, i, eckid_sfv_param_t), response)) {
            return eckid_err_make(pool, code,
                                  "a component has a parameter that is not allowed here");
        }
    }
    if (strcmp(component.name, "@query-param") == 0 && !component.query_param) {
        return eckid_err_make(pool, code, "@query-param without the parameter name");
    }
    if (!is_allowed(&component, response)) {
        return eckid_err_make(pool, code, "a component that this kind of message does not have");
    }
    *out = component;
    return NULL;
}

static bool same(const eckid_httpsig_component_t *a, const eckid_httpsig_component_t *b)
{
    return strcmp(a->name, b->name) == 0 &&
           eckid_words_same_or_none(a->query_param, b->query_param) &&
           eckid_words_same_or_none(a->key, b->key) && a->req == b->req;
}

bool eckid_httpsig_component_among(const apr_array_header_t *components,
                                   const eckid_httpsig_component_t *component)
{
    for (int i = 0; i < components->nelts; i++) {
        if (same(&APR_ARRAY_IDX(components, i, eckid_httpsig_component_t), component)) {
            return true;
        }
    }
    return false;
}

eckid_err_t *eckid_httpsig_components(apr_array_header_t **out, const eckid_sfv_item_t *list,
                                      bool response, eckid_code_t code, apr_pool_t *pool)
{
    int count = list->list ? list->list->nelts : -1;
    apr_array_header_t *components = apr_array_make(pool, 8, sizeof(eckid_httpsig_component_t));

    if (count < 0) {
        return eckid_err_make(pool, code, "a list of components is expected");
    }
    for (int i = 0; i < count; i++) {
        eckid_httpsig_component_t component;

        ECKID_ERR(eckid_httpsig_component(
            &component, &APR_ARRAY_IDX(list->list, i, eckid_sfv_item_t), response, code, pool));
        if (eckid_httpsig_component_among(components, &component)) {
            return eckid_err_make(pool, code, "a component occurs twice");
        }
        APR_ARRAY_PUSH(components, eckid_httpsig_component_t) = component;
    }
    *out = components;
    return NULL;
}

/* Section 2.1.2: one member of a dictionary, serialized. */
static const char *member_value(const char *field, const char *key, apr_pool_t *pool)
{
    apr_array_header_t *members;
    const eckid_sfv_item_t *item =
        eckid_sfv_dictionary(&members, field, pool) ? eckid_sfv_find(members, key) : NULL;

    return item ? item->text : NULL;
}

/* Section 2.1. A field with a line break is rejected, as it could add lines to the signature
 * base. */
static const char *field_value(const parts_t *parts, const eckid_httpsig_component_t *component)
{
    const char *field = apr_table_get(parts->message->headers, component->name);

    if (!field || strpbrk(field, "\r\n")) {
        return NULL;
    }
    if (component->key) {
        return member_value(field, component->key, parts->pool);
    }
    eckid_bytes_t text = eckid_codec_trim(eckid_bytes_str(field));

    return apr_pstrmemdup(parts->pool, text.data, text.len);
}

/* The value of a component, or NULL if the message does not have it. */
static const char *component_value(const parts_t *parts, const eckid_httpsig_component_t *component)
{
    const derived_t *known = find_derived(component->name);

    if (!known) {
        return field_value(parts, component);
    }
    return known->of_response == !parts->message->method
               ? known->value(parts, component->query_param)
               : NULL;
}

static bool take_apart(parts_t *parts, const eckid_httpsig_message_t *message, apr_pool_t *pool)
{
    *parts = (parts_t){.message = message, .pool = pool};
    return !message || !message->url ||
           apr_uri_parse(pool, message->url, &parts->uri) == APR_SUCCESS;
}

eckid_err_t *eckid_httpsig_base(eckid_bytes_t *base, const eckid_httpsig_message_t *message,
                                const apr_array_header_t *components, const char *input,
                                eckid_code_t code, apr_pool_t *pool)
{
    parts_t own, request;
    const char *text = "";

    if (!take_apart(&own, message, pool) || !take_apart(&request, message->request, pool)) {
        return eckid_err_make(pool, code, "the signed URL cannot be parsed");
    }
    for (int i = 0; i < components->nelts; i++) {
        const eckid_httpsig_component_t *component =
            &APR_ARRAY_IDX(components, i, eckid_httpsig_component_t);
        const parts_t *parts = component->req ? &request : &own;
        const char *value = parts->message ? component_value(parts, component) : NULL;

        if (!value) {
            return eckid_err_make(pool, code, "the message lacks a covered component");
        }
        text = apr_pstrcat(pool, text, component->identifier, ": ", value, "\n", NULL);
    }
    *base = eckid_bytes_str(apr_pstrcat(pool, text, "\"@signature-params\": ", input, NULL));
    return NULL;
}
