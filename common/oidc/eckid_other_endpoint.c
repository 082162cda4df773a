/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer from no published endpoint: judged by what the request shows and what it looks like. */
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_token_endpoint.h"
#include "oidc/eckid_oidc_login.h"
#include "base/eckid_json_edit.h"
#include "oidc/eckid_userinfo.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* The text as it is after decoding, where what some languages read as "_" is one. */
static char *in_plain(eckid_bytes_t text, apr_pool_t *pool)
{
    char *plain = apr_palloc(pool, text.len + 1);
    apr_size_t len = 0;

    for (apr_size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (c == '%' && i + 2 < text.len && apr_isxdigit(text.data[i + 1]) &&
            apr_isxdigit(text.data[i + 2])) {
            const char digits[] = {text.data[i + 1], text.data[i + 2], '\0'};

            c = (char)strtol(digits, NULL, 16);
            i += 2;
        }
        plain[len++] = (char)(!c || strchr("+ .[", c) ? '_' : apr_tolower(c));
    }
    plain[len] = '\0';
    return plain;
}

static bool is_basic(const char *authorization)
{
    return strncasecmp(authorization, "Basic ", 6) == 0 && !strpbrk(authorization + 6, " ,\t");
}

eckid_request_signs_t eckid_other_endpoint_signs(const eckid_oauth_request_t *call,
                                                 eckid_bytes_t body, apr_pool_t *pool)
{
    const char *query = in_plain(eckid_bytes_str(call->query ? call->query : ""), pool);
    const char *text = apr_pstrcat(pool, query, "&", in_plain(body, pool), NULL);
    eckid_request_signs_t shown = {
        .token =
            strstr(text, "access_token") || (call->authorization && !is_basic(call->authorization)),
        .grant = strstr(text, "grant_type") != NULL,
    };

    shown.client = shown.token || shown.grant || call->authorization ||
                   strstr(text, "client_assertion") || strstr(text, "client_secret");
    return shown;
}

/* RFC 7662 section 2.2: what is about the token, and of what is about somebody what is released,
 * under the provider's own names. The ECK iD is not, whoever put it there. */
static bool stays(const eckid_oidc_login_t *login, const char *name)
{
    static const char *const names[] = {"active", "scope", "client_id", "token_type", NULL};
    const eckid_supplier_t *supplier = login->decision.supplier;
    const char *eckid = login->client->claim ? login->client->claim : supplier->attribute.name;

    for (const char *const *known = names; *known; known++) {
        if (strcmp(*known, name) == 0) {
            return true;
        }
    }
    return eckid_oidc_is_protocol(name) ||
           (eckid_policy_releases(supplier, name) && strcmp(name, eckid) != 0 &&
            strcmp(name, supplier->attribute.name) != 0 && !eckid_oidc_is_distributed(name));
}

static void filter(eckid_oidc_login_t *login, eckid_json_edit_t *object)
{
    const apr_array_header_t *names = eckid_json_edit_names(object, login->pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!stays(login, name)) {
            eckid_json_edit_remove(object, name);
            login->decision.verdict = ECKID_CHANGE;
        }
    }
    login->decision.body = eckid_json_edit_print(object, login->pool);
}

/* What a client that shows no access token is told about a token, and so about somebody. */
static eckid_err_t *walk_told(eckid_oidc_login_t *login, const eckid_oauth_request_t *call,
                              eckid_json_edit_t *object)
{
    ECKID_ERR(eckid_oidc_login_set_caller(login, call));
    if (!login->client) {
        return NULL;
    }
    if (!object) {
        return eckid_err_make(login->pool, ECKID_RESPONSE_MODE, "it is no JSON object to filter");
    }
    login->decision.log.wanted = false; /* it is no login */
    filter(login, object);
    return NULL;
}

static eckid_decision_t tell(const eckid_oidc_setup_t *setup, const eckid_oauth_request_t *call,
                             eckid_json_edit_t *object, const eckid_moment_t *moment,
                             apr_pool_t *pool)
{
    eckid_oidc_login_t login =
        eckid_oidc_login_make(setup, ECKID_CARRIER_INTROSPECTION, moment, pool);

    return eckid_oidc_login_end(&login, walk_told(&login, call, object));
}

/* Introspection need not name a subject; it may be asked for by an access token too (RFC 7662
 * section 2.1), and is not userinfo then. */
static bool is_about_somebody(const eckid_json_edit_t *object, const eckid_request_signs_t *shown)
{
    return eckid_json_edit_get(object, "sub") || eckid_json_edit_get(object, "active") ||
           (!shown->token && eckid_json_edit_get(object, "username"));
}

eckid_decision_t eckid_other_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call,
                                              const eckid_request_signs_t *shown,
                                              eckid_bytes_t body, const eckid_moment_t *moment,
                                              apr_pool_t *pool)
{
    const eckid_bytes_t text = eckid_codec_trim(body);
    const bool is_object = text.len && *text.data == '{', is_jwt = eckid_jws_is(text);
    eckid_json_edit_t *object = NULL;

    if (is_object && eckid_json_edit_parse(&object, body, ECKID_TOKEN, pool)) {
        object = NULL; /* it may be anything, then */
    }
    if (is_object && (shown->grant || (object && eckid_json_edit_get(object, "id_token")))) {
        return eckid_token_endpoint_rewrite(setup, call, body, moment, pool);
    }
    if (!shown->client ||
        !(is_jwt || (is_object && (!object || is_about_somebody(object, shown))))) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return shown->token ? eckid_userinfo_rewrite(setup, call,
                                                 is_jwt ? "application/jwt" : "application/json",
                                                 body, moment, pool)
                        : tell(setup, call, object, moment, pool);
}
