/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who calls the provider: the client that authenticates, and the access token that is presented. */
#include "eckid_caller.h"
#include "eckid_json.h"
#include "eckid_url.h"

#include <apr_strings.h>

/* What stands behind the scheme of an Authorization field; NULL for another scheme. */
static const char *credentials(const eckid_call_t *call, const char *scheme)
{
    const char *field = call->authorization;
    size_t len = strlen(scheme);

    if (!field || strncasecmp(field, scheme, len) != 0 || field[len] != ' ') {
        return NULL;
    }
    return field + len + strspn(field + len, " ");
}

static const char *find_in(const char *pairs, const char *name, apr_pool_t *pool)
{
    eckid_bytes_t value = eckid_bytes(NULL, 0);
    int count = eckid_url_parameter(&value, apr_pstrcat(pool, "?", pairs, NULL), name, pool);

    return count == 1 && value.data && strlen(value.data) == value.len ? value.data : NULL;
}

const char *eckid_caller_parameter(const eckid_call_t *call, const char *name, apr_pool_t *pool)
{
    if (!call->form.len || memchr(call->form.data, '\0', call->form.len)) {
        return NULL;
    }
    return find_in(apr_pstrmemdup(pool, call->form.data, call->form.len), name, pool);
}

/* RFC 6749 section 2.3.1: both halves were form-encoded before they were joined. */
static const char *basic_user(const eckid_call_t *call, apr_pool_t *pool)
{
    const char *base64 = credentials(call, "Basic");
    eckid_bytes_t pair, user;

    if (!base64 || !eckid_codec_base64_decode(&pair, eckid_bytes_str(base64), pool)) {
        return NULL;
    }
    const char *colon = memchr(pair.data, ':', pair.len);

    if (!colon ||
        !eckid_codec_form_decode(&user, eckid_bytes(pair.data, (apr_size_t)(colon - pair.data)),
                                 pool) ||
        strlen(user.data) != user.len) {
        return NULL;
    }
    return user.data;
}

static const char *assertion_subject(const eckid_call_t *call, apr_pool_t *pool)
{
    const char *assertion = eckid_caller_parameter(call, "client_assertion", pool);
    const char *from = assertion ? strchr(assertion, '.') : NULL;
    eckid_bytes_t text;
    json_t *claims;

    if (!from ||
        !eckid_codec_base64url_decode(&text, eckid_bytes(from + 1, strcspn(from + 1, ".")), pool) ||
        eckid_json_parse(&claims, text, ECKID_TOKEN, pool)) {
        return NULL;
    }
    return json_string_value(json_object_get(claims, "sub"));
}

const char *eckid_caller_client(const eckid_call_t *call, apr_pool_t *pool)
{
    const char *const names[] = {basic_user(call, pool),
                                 eckid_caller_parameter(call, "client_id", pool),
                                 assertion_subject(call, pool)};
    const char *client = NULL;

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (client && names[i] && strcmp(client, names[i]) != 0) {
            return NULL;
        }
        client = names[i] ? names[i] : client;
    }
    return client && *client ? client : NULL;
}

const char *eckid_caller_asked(const eckid_call_t *call, apr_pool_t *pool)
{
    return call->query ? find_in(call->query, "client_id", pool) : NULL;
}

const char *eckid_caller_token(const eckid_call_t *call, apr_pool_t *pool)
{
    const char *const tokens[] = {credentials(call, "Bearer"), credentials(call, "DPoP"),
                                  eckid_caller_parameter(call, "access_token", pool),
                                  call->query ? find_in(call->query, "access_token", pool) : NULL};
    const char *token = NULL;

    for (unsigned i = 0; i < sizeof(tokens) / sizeof(*tokens); i++) {
        if (token && tokens[i]) {
            return NULL;
        }
        token = tokens[i] ? tokens[i] : token;
    }
    return token && *token ? token : NULL;
}
