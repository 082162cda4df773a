/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the provider as far as it says who sends it, in whatever notation it came. */
#include "oidc/eckid_oauth_request.h"
#include "base/eckid_json.h"
#include "http/eckid_http.h"
#include "oidc/eckid_multipart.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Content-Type */

typedef struct parameters_t {
    bool extends_ascii; /* whether each charset that is named, if any is, extends ASCII */
    bool is_plain;      /* no parameter could make a server take the body for another type */
} parameters_t;

static bool begins(const char *text, const char *const *starts)
{
    while (*starts && strncmp(text, *starts, strlen(*starts)) != 0) {
        starts++;
    }
    return *starts != NULL;
}

/* Names of charsets are compared by their letters and digits, as most servers do. */
static bool extends_ascii(eckid_bytes_t charset)
{
    static const char *const starts[] = {"utf8", "usascii", "ascii",      "ansix34", "iso8859",
                                         "l1",   "latin",   "windows125", "cp125",   NULL};
    char name[32];
    apr_size_t len = 0;

    for (apr_size_t i = 0; i < charset.len && len < sizeof(name) - 1; i++) {
        if (apr_isalnum(charset.data[i])) {
            name[len++] = (char)apr_tolower(charset.data[i]);
        }
    }
    name[len] = '\0';
    return !len || begins(name, starts);
}

static void read_parameter(parameters_t *parameters, eckid_bytes_t text)
{
    const char *equals = memchr(text.data, '=', text.len);
    const eckid_bytes_t name = eckid_codec_trim(
        eckid_bytes(text.data, equals ? (apr_size_t)(equals - text.data) : text.len));

    if (equals && name.len == 7 && strncasecmp(name.data, "charset", 7) == 0) {
        parameters->extends_ascii =
            parameters->extends_ascii &&
            extends_ascii(eckid_bytes(equals + 1, text.len - (apr_size_t)(equals + 1 - text.data)));
    }
    else if (memchr(text.data, '/', text.len) || memchr(text.data, ',', text.len)) {
        parameters->is_plain = false;
    }
}

static parameters_t read_parameters(const char *type)
{
    parameters_t parameters = {true, true};

    for (type += strcspn(type, ";,"); *type; type += strcspn(type, ";")) {
        const bool is_second = *type++ == ',';

        parameters.is_plain = parameters.is_plain && !is_second;
        read_parameter(&parameters, eckid_bytes(type, strcspn(type, ";")));
    }
    return parameters;
}

/* Whether the bytes are the same text in every charset that a server may know: those that read
 * ASCII otherwise shift by "+" (UTF-7) or "~" (HZ), or have no letters there (EBCDIC, UTF-16). */
static bool is_same_everywhere(eckid_bytes_t form, apr_pool_t *pool)
{
    eckid_bytes_t decoded;

    if (!eckid_codec_form_decode(&decoded, form, pool)) {
        return false;
    }
    for (apr_size_t i = 0; i < decoded.len; i++) {
        if (!apr_isascii(decoded.data[i]) || !apr_isprint(decoded.data[i]) ||
            strchr("+~", decoded.data[i])) {
            return false;
        }
    }
    return true;
}

/* JSON */

static const char *pair_of(const char *name, const json_t *value, apr_pool_t *pool)
{
    const char *key = eckid_codec_percent(eckid_bytes_str(name), pool);

    if (json_is_string(value)) {
        return apr_pstrcat(pool, key, "=",
                           eckid_codec_percent(eckid_bytes_str(json_string_value(value)), pool),
                           NULL);
    }
    return json_is_integer(value) ? apr_psprintf(pool, "%s=%" APR_INT64_T_FMT, key,
                                                 (apr_int64_t)json_integer_value(value))
                                  : apr_pstrcat(pool, key, "=", NULL);
}

/* What has a name, but no value that could be read: NUL. */
static void add_unread(apr_array_header_t *pairs, const char *name, apr_pool_t *pool)
{
    const char *key = eckid_codec_percent(eckid_bytes_str(name), pool);

    APR_ARRAY_PUSH(pairs, const char *) = apr_pstrcat(pool, key, "=%00", NULL);
}

/* The names within a value: some servers may look there. */
static void add_names(apr_array_header_t *pairs, const json_t *value, apr_pool_t *pool)
{
    const char *name;
    json_t *member;
    size_t i;

    json_array_foreach(value, i, member)
    {
        add_names(pairs, member, pool);
    }
    json_object_foreach((json_t *)value, name, member)
    {
        add_unread(pairs, name, pool);
        add_names(pairs, member, pool);
    }
}

static void add_members(apr_array_header_t *pairs, const json_t *object, apr_pool_t *pool)
{
    const char *name;
    json_t *value;

    json_object_foreach((json_t *)object, name, value)
    {
        if (json_is_string(value) || json_is_integer(value) || json_is_null(value)) {
            APR_ARRAY_PUSH(pairs, const char *) = pair_of(name, value, pool);
        }
        else {
            add_unread(pairs, name, pool);
            add_names(pairs, value, pool);
        }
    }
}

static bool form_of_json(eckid_bytes_t *form, eckid_bytes_t body, apr_pool_t *pool)
{
    apr_array_header_t *pairs = apr_array_make(pool, 8, sizeof(const char *));
    json_t *value;

    if (eckid_json_parse_any(&value, body, ECKID_TOKEN, pool)) {
        return false;
    }
    add_members(pairs, value, pool);
    if (json_is_array(value)) {
        add_names(pairs, value, pool);
    }
    *form = eckid_bytes_str(apr_array_pstrcat(pool, pairs, '&'));
    return true;
}

/* JSON is read whatever the method, as programs change records by PUT and PATCH. */
static bool read_form(eckid_bytes_t *form, const eckid_oauth_head_t *head, bool is_form,
                      eckid_bytes_t body, apr_pool_t *pool)
{
    const char *type = head->type ? head->type : "";

    if (eckid_http_is_json(type, pool)) {
        return form_of_json(form, body, pool);
    }
    return head->is_post && (is_form || eckid_multipart_form(form, type, body, pool));
}

void eckid_oauth_request_read(eckid_oauth_request_t *call, const eckid_oauth_head_t *head,
                              const eckid_bytes_t *body, apr_pool_t *pool)
{
    const char *type = head->type ? head->type : "";
    const char *media = eckid_http_media_type(type, pool);
    const parameters_t parameters = read_parameters(type);
    bool is_form = strcmp(media, "application/x-www-form-urlencoded") == 0 && parameters.is_plain;

    call->form = eckid_bytes("", 0);
    call->body = ECKID_OAUTH_FORM;
    if (body && body->len == 0) {
        return;
    }
    if (!body || head->coding ||
        !(parameters.extends_ascii || (is_form && is_same_everywhere(*body, pool)))) {
        call->body = ECKID_OAUTH_HIDDEN;
        return;
    }
    call->form = eckid_codec_trim(*body);
    if (!read_form(&call->form, head, is_form, *body, pool)) {
        call->body = ECKID_OAUTH_BYTES;
    }
}
