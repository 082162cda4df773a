/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a response of the provider is: told by its endpoint, its request and its looks. */
#include "oidc/eckid_response_kind.h"
#include "jose/eckid_jws.h"
#include "base/eckid_find.h"

#include <apr_strings.h>

/* The request */

static char small(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* The text after decoding, where all that some languages read as "_" has become one. */
static char *normalize(eckid_bytes_t text, apr_pool_t *pool)
{
    char *plain = apr_palloc(pool, text.len + 1);
    apr_size_t len = 0;

    for (apr_size_t i = 0; i < text.len; i++) {
        const int coded = eckid_codec_percent_value(eckid_bytes(text.data + i, text.len - i));
        const char c = coded >= 0 ? (char)coded : text.data[i];

        i += coded >= 0 ? 2 : 0;
        plain[len++] = !c || c == '+' || c == ' ' || c == '.' || c == '[' ? '_' : small(c);
    }
    plain[len] = '\0';
    return plain;
}

static bool is_control(char c)
{
    return (unsigned char)c < ' ' || c == 0x7F;
}

/* The text without the values of its parameters, which may only be about a token, as in
 * "token_type_hint=access_token". A value ends where some server takes the next parameter to begin.
 */
static eckid_bytes_t without_values(eckid_bytes_t text, apr_pool_t *pool)
{
    char *names = apr_palloc(pool, text.len);
    bool in_value = false;
    apr_size_t len = 0;

    for (apr_size_t i = 0; i < text.len; i++) {
        const char c = text.data[i];

        in_value = c == '=' || (in_value && !is_control(c) && c != '&' && c != ';');
        if (!in_value) {
            names[len++] = c;
        }
    }
    return eckid_bytes(names, len);
}

static bool is_basic(const char *authorization)
{
    return strncasecmp(authorization, "Basic ", 6) == 0 && !strpbrk(authorization + 6, " ,\t");
}

eckid_request_signs_t eckid_response_kind_signs(const eckid_oauth_request_t *call,
                                                eckid_endpoint_t resembles, apr_pool_t *pool)
{
    const eckid_bytes_t query = eckid_bytes_str(call->query ? call->query : "");

    if (call->body == ECKID_OAUTH_HIDDEN) {
        return (eckid_request_signs_t){.token = true, .client = true};
    }
    const eckid_bytes_t body =
        call->body == ECKID_OAUTH_FORM ? without_values(call->form, pool) : call->form;
    const char *text = apr_pstrcat(pool, normalize(without_values(query, pool), pool), "&",
                                   normalize(body, pool), NULL);
    eckid_request_signs_t signs = {
        .token = resembles == ECKID_ENDPOINT_USERINFO || strstr(text, "access_token") ||
                 (call->authorization && !is_basic(call->authorization)),
        .grant = strstr(text, "grant_type") != NULL,
        .asks = resembles == ECKID_ENDPOINT_INTROSPECTION,
    };

    signs.client = signs.token || signs.grant || resembles == ECKID_ENDPOINT_TOKEN ||
                   call->authorization || strstr(text, "client_assertion") ||
                   strstr(text, "client_secret");
    return signs;
}

/* The response */

/* A program does not mind the type of what it gets for its credentials. */
static bool may_hold_tokens(const eckid_response_looks_t *looks)
{
    return strstr(looks->type, "json") != NULL || strstr(looks->type, "jwt") != NULL ||
           looks->signs.client;
}

/* Types of which no program reads a text as a whole, and which may be long or never end: their
 * start tells whether they are what they say. */
static bool is_told_by_start(const char *type)
{
    static const char *const types[] = {
        "text/css", "text/event-stream", "multipart/", "image/", "font/", "audio/", "video/", NULL};
    const char *const *known = types;

    while (*known && strncmp(type, *known, strlen(*known)) != 0) {
        known++;
    }
    return *known != NULL;
}

/* Without white space, and without the byte order mark that some readers of JSON ignore (RFC 8259
 * section 8.1); theirs may be UTF-16 too. */
static eckid_bytes_t as_readers_take_it(eckid_bytes_t body)
{
    static const char *const marks[] = {"\xEF\xBB\xBF", "\xFE\xFF", "\xFF\xFE", NULL};
    eckid_bytes_t text = eckid_codec_trim(body);

    for (const char *const *mark = marks; *mark; mark++) {
        const apr_size_t len = strlen(*mark);

        if (text.len >= len && memcmp(text.data, *mark, len) == 0) {
            text = eckid_codec_trim(eckid_bytes(text.data + len, text.len - len));
        }
    }
    return text;
}

static bool is_jwt_start(eckid_bytes_t text)
{
    return text.len >= 2 && memcmp(text.data, "ey", 2) == 0;
}

/* Whether a body may go on as JSON or as a JWT; also when its start is all white space. */
static bool may_start_tokens(eckid_bytes_t start)
{
    const eckid_bytes_t text = as_readers_take_it(start);

    return !text.len || !*text.data || *text.data == '{' || is_jwt_start(text);
}

bool eckid_response_kind_may_be_tokens(eckid_bytes_t body)
{
    const eckid_bytes_t text = as_readers_take_it(body);

    return may_start_tokens(text) || memchr(text.data, '\0', text.len) || /* UTF-16 */
           (text.len >= 2 && memcmp(text.data, "\x1f\x8b", 2) == 0) ||    /* gzip, undeclared */
           (*text.data != '<' && eckid_find(text, "_token"));             /* as in access_token */
}

static bool may_pass_unread(const eckid_response_looks_t *looks)
{
    switch (looks->body) {
    case ECKID_BODY_AWAITED:
        return false;
    case ECKID_BODY_BEGUN:
        return is_told_by_start(looks->type) && !may_start_tokens(looks->start);
    case ECKID_BODY_CUT:
        return !looks->signs.client || !may_start_tokens(looks->start);
    default:
        return !looks->signs.client;
    }
}

/* What an endpoint and a status tell alone. */
static eckid_response_kind_t kind_at(eckid_endpoint_t endpoint, int status)
{
    static const eckid_response_kind_t kinds[] = {
        [ECKID_ENDPOINT_OTHER] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_UNKNOWN] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_TOKEN] = ECKID_RESPONSE_TOKEN,
        [ECKID_ENDPOINT_USERINFO] = ECKID_RESPONSE_USERINFO,
        [ECKID_ENDPOINT_INTROSPECTION] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_REVOCATION] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_END_SESSION] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_AUTHORIZATION] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_REQUEST] = ECKID_RESPONSE_ANY,
        [ECKID_ENDPOINT_DISCOVERY] = ECKID_RESPONSE_DISCOVERY,
        [ECKID_ENDPOINT_JWKS] = ECKID_RESPONSE_JWKS,
    };
    const eckid_response_kind_t kind = kinds[endpoint];

    if (status < 300) {
        return kind;
    }
    /* an error, usually; but what is in it is told by itself */
    return kind == ECKID_RESPONSE_DISCOVERY || kind == ECKID_RESPONSE_JWKS ? ECKID_RESPONSE_NONE
                                                                           : ECKID_RESPONSE_ANY;
}

bool eckid_response_kind_needs_signs(eckid_endpoint_t endpoint, int status)
{
    return kind_at(endpoint, status) == ECKID_RESPONSE_ANY;
}

eckid_response_kind_t eckid_response_kind(const eckid_response_looks_t *looks)
{
    const eckid_response_kind_t kind = kind_at(looks->endpoint, looks->status);
    bool passes = kind == ECKID_RESPONSE_ANY && (!may_hold_tokens(looks) || may_pass_unread(looks));

    return passes ? ECKID_RESPONSE_NONE : kind;
}

/* Introspection need not name a subject (RFC 7662 section 2.2). It may be authorized by an access
 * token (section 2.1), and is not userinfo then. */
static bool is_about_somebody(const eckid_json_edit_t *object, const eckid_request_signs_t *signs)
{
    return eckid_json_edit_get(object, "sub") || eckid_json_edit_get(object, "active") ||
           (!signs->token && eckid_json_edit_get(object, "username"));
}

eckid_response_kind_t eckid_response_kind_of_body(eckid_json_edit_t **object,
                                                  const eckid_request_signs_t *signs,
                                                  eckid_bytes_t body, apr_pool_t *pool)
{
    const eckid_bytes_t text = as_readers_take_it(eckid_codec_narrow(body, pool));
    const bool is_object = text.len && *text.data == '{';

    if (!is_object || eckid_json_edit_parse(object, body, ECKID_TOKEN, pool)) {
        *object = NULL; /* an object that cannot be read may be anything */
    }
    if ((signs->grant && (is_object || eckid_response_kind_may_be_tokens(text))) ||
        (*object && eckid_json_edit_get(*object, "id_token"))) {
        return ECKID_RESPONSE_TOKEN;
    }
    if (signs->asks && !signs->token && text.len && strchr("{[", *text.data)) {
        return ECKID_RESPONSE_INTROSPECTION;
    }
    bool concerns =
        signs->client &&
        (eckid_jws_is(text) || (is_object && (!*object || is_about_somebody(*object, signs))));

    return !concerns      ? ECKID_RESPONSE_NONE
           : signs->token ? ECKID_RESPONSE_USERINFO
                          : ECKID_RESPONSE_INTROSPECTION;
}

eckid_refusal_reader_t eckid_response_kind_reader(eckid_response_kind_t kind,
                                                  eckid_channel_t channel)
{
    return kind == ECKID_RESPONSE_TOKEN || channel == ECKID_CHANNEL_TOKEN_RESPONSE ? ECKID_AT_TOKEN
           : kind == ECKID_RESPONSE_USERINFO || channel == ECKID_CHANNEL_USERINFO
               ? ECKID_AT_USERINFO
               : ECKID_AT_DOCUMENT;
}
