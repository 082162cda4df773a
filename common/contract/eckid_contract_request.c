/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request of a contract: a template with placeholders for student, school and year. */
#include "contract/eckid_contract_request.h"
#include "base/eckid_json.h"
#include "base/eckid_url.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define BODY_DEPTH_MAX 32

static eckid_err_t *get_template(const char **text, unsigned *uses,
                                 const eckid_contract_json_t *place, apr_pool_t *pool)
{
    unsigned here = 0;
    apr_size_t at = 0;

    ECKID_ERR(eckid_contract_json_string(text, place, pool));
    if (!eckid_contract_template_check(&here, &at, *text)) {
        return eckid_contract_json_wrong(
            place,
            apr_psprintf(
                pool,
                "the { at byte %d does not begin a known placeholder; write {{ for a literal {",
                (int)at),
            pool);
    }
    *uses |= here;
    return NULL;
}

/* {base} is allowed at the beginning of the url and nowhere else. */
static eckid_err_t *get_value_template(const char **text, unsigned *uses,
                                       const eckid_contract_json_t *place, apr_pool_t *pool)
{
    unsigned here = 0;

    ECKID_ERR(get_template(text, &here, place, pool));
    if (here >> ECKID_BASE & 1) {
        return eckid_contract_json_wrong(
            place, "{base} is allowed at the beginning of the url only", pool);
    }
    *uses |= here;
    return NULL;
}

static eckid_err_t *get_method(eckid_contract_request_t *template,
                               const eckid_contract_json_t *request, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(request, "method", pool);

    ECKID_ERR(eckid_contract_json_string(&template->method, &place, pool));
    if (strcmp(template->method, "GET") != 0 && strcmp(template->method, "POST") != 0) {
        return eckid_contract_json_wrong(&place, "GET or POST is expected", pool);
    }
    return NULL;
}

/* After {base}, where a host name could continue, only a path or a query may follow. */
static const char *why_not_url(const char *rest, apr_pool_t *pool)
{
    const eckid_contract_values_t some = {
        {"-", "-", "-", "-", "-", "-"}}; /* must not complete a percent escape */
    const char *example = eckid_contract_template_fill(rest, &some, false, pool);

    if (*rest && *rest != '/' && *rest != '?') {
        return "a / or ? must follow {base}";
    }
    if (strstr(rest, eckid_contract_template_name(ECKID_BASE))) {
        return "{base} is allowed at the beginning only";
    }
    return !eckid_url_is_relative(example) ? "it has a character that is not allowed in a URL"
           : eckid_url_has_dots(example)   ? "a dot segment would make it another URL"
                                           : NULL;
}

static eckid_err_t *get_url(eckid_contract_request_t *template,
                            const eckid_contract_json_t *request, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(request, "url", pool);
    const char *base = eckid_contract_template_name(ECKID_BASE), *why;

    ECKID_ERR(get_template(&template->url, &template->uses, &place, pool));
    if (strncmp(template->url, base, strlen(base)) != 0) {
        return eckid_contract_json_wrong(&place, "it must begin with {base}", pool);
    }
    why = why_not_url(template->url + strlen(base), pool);
    return why ? eckid_contract_json_wrong(&place, why, pool) : NULL;
}

/* RFC 9110 section 5.6.2 */
static bool is_token(const char *text)
{
    const char *at = text;

    while (apr_isascii(*at) && (apr_isalnum(*at) || (*at && strchr("!#$%&'*+-.^_`|~", *at)))) {
        at++;
    }
    return *text && !*at;
}

/* Headers that the transport and authentication set themselves. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {
        "Host",
        "Content-Length",
        "Transfer-Encoding",
        "Connection",
        "Expect",
        "TE",
        "Upgrade",
        "Content-Encoding",
        "Accept-Encoding",
        "Content-Digest",
        "Signature",
        "Signature-Input",
        "Accept-Signature",
        "Authorization",
        "Proxy-Authorization",
        "Range",
        "Trailer",
    };

    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++) {
        if (strcasecmp(name, ours[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* RFC 9110 section 5.5, without obs-text. */
static bool is_header_text(const char *text)
{
    while (*text >= ' ' && *text <= '~') {
        text++;
    }
    return !*text;
}

static eckid_err_t *get_header(eckid_contract_request_t *template, const char *name,
                               const eckid_contract_json_t *place, apr_pool_t *pool)
{
    const char *value;

    ECKID_ERR(get_value_template(&value, &template->uses, place, pool));
    if (!is_token(name)) {
        return eckid_contract_json_wrong(place, "it is not a valid header name", pool);
    }
    if (is_ours(name)) {
        return eckid_contract_json_wrong(place, "this header is set by the module itself", pool);
    }
    if (apr_table_get(template->headers, name)) {
        return eckid_contract_json_wrong(place, "this header occurs twice", pool);
    }
    if (!is_header_text(value)) {
        return eckid_contract_json_wrong(
            place, "it has a character that is not allowed in a header", pool);
    }
    apr_table_setn(template->headers, name, value);
    return NULL;
}

static eckid_err_t *get_headers(eckid_contract_request_t *template,
                                const eckid_contract_json_t *request, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(request, "headers", pool);
    const char *name;
    json_t *value;

    template->headers = apr_table_make(pool, 4);
    if (!place.value) {
        return NULL;
    }
    if (!json_is_object(place.value)) {
        return eckid_contract_json_wrong(&place, "an object is expected", pool);
    }
    json_object_foreach((json_t *)place.value, name, value)
    {
        const eckid_contract_json_t header = eckid_contract_json_below(&place, name, pool);

        ECKID_ERR(get_header(template, name, &header, pool));
    }
    return NULL;
}

static eckid_err_t *check_body(unsigned *uses, const eckid_contract_json_t *place, int depth,
                               apr_pool_t *pool);

static eckid_err_t *check_object(unsigned *uses, const eckid_contract_json_t *place, int depth,
                                 apr_pool_t *pool)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)place->value, name, value)
    {
        const eckid_contract_json_t member = eckid_contract_json_below(place, name, pool);

        if (strchr(name, '{')) {
            return eckid_contract_json_wrong(
                &member, "placeholders are allowed in values, not in names", pool);
        }
        ECKID_ERR(check_body(uses, &member, depth, pool));
    }
    return NULL;
}

static eckid_err_t *check_body(unsigned *uses, const eckid_contract_json_t *place, int depth,
                               apr_pool_t *pool)
{
    const char *text;

    if (depth == 0) {
        return eckid_err_make(pool, ECKID_CONTRACT, "%s: /request/body is too deep", place->file);
    }
    if (json_is_string(place->value)) {
        return get_value_template(&text, uses, place, pool);
    }
    for (size_t i = 0; i < json_array_size(place->value); i++) {
        const eckid_contract_json_t entry = eckid_contract_json_entry(place, i, pool);

        ECKID_ERR(check_body(uses, &entry, depth - 1, pool));
    }
    return json_is_object(place->value) ? check_object(uses, place, depth - 1, pool) : NULL;
}

static eckid_err_t *get_body(eckid_contract_request_t *template,
                             const eckid_contract_json_t *request, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(request, "body", pool);

    template->body = place.value;
    if (!place.value) {
        return NULL;
    }
    if (strcmp(template->method, "GET") == 0) {
        return eckid_contract_json_wrong(&place, "a GET has no body", pool);
    }
    if (!json_is_object(place.value) && !json_is_array(place.value)) {
        return eckid_contract_json_wrong(&place, "an object or an array is expected", pool);
    }
    return check_body(&template->uses, &place, BODY_DEPTH_MAX, pool);
}

/* A Content-Type that the contract states needs a body, and must be JSON. */
static eckid_err_t *check_type(const eckid_contract_request_t *template,
                               const eckid_contract_json_t *request, apr_pool_t *pool)
{
    const eckid_contract_json_t place =
        eckid_contract_json_below(request, "headers/Content-Type", pool);
    const char *type = apr_table_get(template->headers, "Content-Type");

    if (type && !template->body) {
        return eckid_contract_json_wrong(&place, "the request has no body", pool);
    }
    return !type || eckid_http_is_json(type, pool)
               ? NULL
               : eckid_contract_json_wrong(
                     &place, "the body is JSON, so this must be a JSON media type", pool);
}

/* Headers that the contract does not state. */
static void set_defaults(eckid_contract_request_t *template)
{
    if (!apr_table_get(template->headers, "Accept")) {
        apr_table_setn(template->headers, "Accept", "application/json");
    }
    if (template->body && !apr_table_get(template->headers, "Content-Type")) {
        apr_table_setn(template->headers, "Content-Type", "application/json");
    }
}

eckid_err_t *eckid_contract_request_make(eckid_contract_request_t *template,
                                         const eckid_contract_json_t *contract, apr_pool_t *pool)
{
    const eckid_contract_json_t place = eckid_contract_json_below(contract, "request", pool);

    *template = (eckid_contract_request_t){0};
    ECKID_ERR(eckid_contract_json_members(&place, "method! url! headers body", pool));
    ECKID_ERR(get_method(template, &place, pool));
    ECKID_ERR(get_url(template, &place, pool));
    ECKID_ERR(get_headers(template, &place, pool));
    ECKID_ERR(get_body(template, &place, pool));
    ECKID_ERR(check_type(template, &place, pool));
    set_defaults(template);
    return template->uses >> ECKID_STUDENT & 1
               ? NULL
               : eckid_contract_json_wrong(&place, "{student} does not occur in it", pool);
}

static eckid_err_t *check_values(const eckid_contract_request_t *template,
                                 const eckid_contract_values_t *values, apr_pool_t *pool)
{
    for (int i = 0; i < ECKID_PLACEHOLDERS; i++) {
        if ((template->uses >> i & 1) && (!values->of[i] || !*values->of[i])) {
            return eckid_err_make(pool, ECKID_CONTRACT, "there is no value for %s",
                                  eckid_contract_template_name((eckid_contract_placeholder_t)i));
        }
    }
    return NULL;
}

static eckid_err_t *fill_url(const char **url, const eckid_contract_request_t *template,
                             const eckid_contract_values_t *values, apr_pool_t *pool)
{
    const char *rest = template->url + strlen(eckid_contract_template_name(ECKID_BASE));
    const char *filled = eckid_contract_template_fill(rest, values, true, pool);

    if (eckid_url_has_dots(filled)) {
        return eckid_err_make(pool, ECKID_CONTRACT,
                              "a value that is only dots cannot be put into the url");
    }
    *url = apr_pstrcat(pool, values->of[ECKID_BASE], filled, NULL);
    return NULL;
}

static eckid_err_t *fill_headers(apr_table_t **headers, const eckid_contract_request_t *template,
                                 const eckid_contract_values_t *values, apr_pool_t *pool)
{
    const apr_array_header_t *array = apr_table_elts(template->headers);

    *headers = apr_table_make(pool, 8);
    for (int i = 0; i < array->nelts; i++) {
        const apr_table_entry_t *header = &APR_ARRAY_IDX(array, i, apr_table_entry_t);
        const char *value = eckid_contract_template_fill(header->val, values, false, pool);

        if (!is_header_text(value)) {
            return eckid_err_make(pool, ECKID_CONTRACT, "a value cannot be put into the header %s",
                                  header->key);
        }
        apr_table_setn(*headers, header->key, value);
    }
    return NULL;
}

static eckid_err_t *fill_body(eckid_bytes_t *body, const eckid_contract_request_t *template,
                              const eckid_contract_values_t *values, apr_pool_t *pool)
{
    json_t *filled;

    *body = eckid_bytes("", 0);
    if (!template->body) {
        return NULL;
    }
    filled = eckid_contract_template_json(template->body, values, pool);
    if (!filled) {
        return eckid_err_make(pool, ECKID_CONTRACT, "a value is not UTF-8");
    }
    *body = eckid_json_print(eckid_json_own(filled, pool), pool);
    return NULL;
}

eckid_err_t *eckid_contract_request_fill(eckid_http_request_t **out,
                                         const eckid_contract_request_t *template,
                                         const eckid_contract_values_t *values, apr_pool_t *pool)
{
    eckid_http_request_t *request = apr_pcalloc(pool, sizeof(*request));

    request->method = template->method;
    ECKID_ERR(check_values(template, values, pool));
    ECKID_ERR(fill_url(&request->url, template, values, pool));
    ECKID_ERR(fill_headers(&request->headers, template, values, pool));
    ECKID_ERR(fill_body(&request->body, template, values, pool));
    *out = request;
    return NULL;
}
