/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller of the provider: the client that authenticates, and the access token it presents. */
#include "oidc/eckid_client_auth.h"
#include "base/eckid_words.h"
#include "base/eckid_json.h"
#include "base/eckid_json_readable.h"

#include <apr_lib.h>
#include <apr_strings.h>

bool eckid_client_auth_parameter(const char **value, const eckid_oauth_request_t *call,
                                 const char *name, apr_pool_t *pool)
{
    const eckid_oauth_param_t in_body = eckid_oauth_param_in_body(call, name, pool);
    const eckid_oauth_param_t in_query = eckid_oauth_param_in_query(call, name, pool);

    *value = eckid_oauth_param_value(&in_body);
    return (*value || !eckid_oauth_param_is_there(&in_body)) &&
           !eckid_oauth_param_is_there(&in_query);
}

/* The Authorization field */

/* RFC 9110 section 11.2: token68, to the end of the field. */
static bool is_token68(const char *text)
{
    const char *end = text;

    while (apr_isalnum(*end) || (*end && strchr("-._~+/", *end))) {
        end++;
    }
    return end > text && end[strspn(end, "=")] == '\0';
}

/* What stands behind a scheme of that length. */
static const char *behind(const char *field, size_t scheme)
{
    const char *value = field + scheme + strspn(field + scheme, " ");

    return scheme && field[scheme] == ' ' && is_token68(value) ? value : NULL;
}

/* NULL for another scheme. */
static const char *credentials(const eckid_oauth_request_t *call, const char *scheme)
{
    const char *field = call->authorization;
    const size_t len = strlen(scheme);

    return field && strncasecmp(field, scheme, len) == 0 ? behind(field, len) : NULL;
}

/* Names */

/* RFC 6749 appendix A.1: printable ASCII. Databases take other letters for these. */
static bool is_client_id(const char *name)
{
    while (*name >= ' ' && *name <= '~') {
        name++;
    }
    return !*name;
}

static void add_name(eckid_client_names_t *names, apr_array_header_t *list, const char *name)
{
    if (!is_client_id(name) || list->nelts == ECKID_CLIENT_NAMES_MAX) {
        names->complete = false;
    }
    else if (*name) {
        APR_ARRAY_PUSH(list, const char *) = name;
    }
}

static void add_all(eckid_client_names_t *names, const eckid_oauth_param_t *param)
{
    for (int i = 0; i < param->values->nelts; i++) {
        add_name(names, names->names, APR_ARRAY_IDX(param->values, i, const char *));
    }
    for (int i = 0; i < param->readings->nelts; i++) {
        add_name(names, names->readings, APR_ARRAY_IDX(param->readings, i, const char *));
    }
    names->complete = names->complete && !param->hidden;
}

/* The text with "+" coded, so that decoding leaves it as it is. */
static eckid_bytes_t keep_plus(eckid_bytes_t text, apr_pool_t *pool)
{
    char *coded = apr_palloc(pool, 3 * text.len + 1), *to = coded;

    for (apr_size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '+') {
            memcpy(to, "%2B", 3);
            to += 3;
        }
        else {
            *to++ = text.data[i];
        }
    }
    *to = '\0';
    return eckid_bytes(coded, (apr_size_t)(to - coded));
}

static void add_reading(eckid_client_names_t *names, const char *reading, const char *name)
{
    if (strcmp(reading, name) != 0) {
        add_name(names, names->readings, reading);
    }
}

static void add_user(eckid_client_names_t *names, eckid_bytes_t user, apr_pool_t *pool)
{
    eckid_bytes_t decoded, percent;

    if (memchr(user.data, '\0', user.len) || !eckid_codec_form_decode(&decoded, user, pool) ||
        !eckid_codec_form_decode(&percent, keep_plus(user, pool), pool)) {
        names->complete = false;
        return;
    }
    add_name(names, names->names, decoded.data);
    add_reading(names, percent.data, decoded.data);
    add_reading(names, apr_pstrmemdup(pool, user.data, user.len), decoded.data);
}

/* Some clients leave out the padding, and some servers do not miss it. Others write base64url; what
 * is before its own digits is the same for every reader. */
static bool decode_pair(eckid_bytes_t *pair, const char *base64, apr_pool_t *pool)
{
    static const char *const padding[] = {"", "===", "==", "="};
    char *padded = apr_pstrcat(pool, base64, padding[strlen(base64) % 4], NULL);
    const apr_size_t common = strcspn(padded, "-_");

    for (char *at = padded + common; *at; at++) {
        *at = (char)(*at == '-' ? '+' : *at == '_' ? '/' : *at);
    }
    if (!eckid_codec_base64_decode(pair, eckid_bytes_str(padded), pool)) {
        return false;
    }
    if (padded[common] && common * 6 / 8 < pair->len) {
        *pair = eckid_bytes(pair->data, common * 6 / 8);
    }
    return true;
}

/* RFC 7617 section 2. */
static void add_basic(eckid_client_names_t *names, const eckid_oauth_request_t *call,
                      apr_pool_t *pool)
{
    const char *base64 = credentials(call, "Basic"), *colon = NULL;
    eckid_bytes_t pair;

    if (!call->authorization) {
        return;
    }
    if (base64 && decode_pair(&pair, base64, pool)) {
        colon = memchr(pair.data, ':', pair.len);
    }
    if (colon) {
        add_user(names, eckid_bytes(pair.data, (apr_size_t)(colon - pair.data)), pool);
    }
    else if (credentials(call, "Bearer") || credentials(call, "DPoP")) {
        names->may_be_other = true;
    }
    else {
        names->complete = false;
    }
}

/* RFC 7523 section 3: iss and sub are both the client. An assertion by somebody else, such as a
 * cluster or SPIFFE, is registered for a client at the provider, which may be any. */
static void add_issued(eckid_client_names_t *names, const char *iss, const char *sub)
{
    const char *only = !iss || (sub && strcmp(iss, sub) == 0) ? sub : !sub ? iss : NULL;

    names->may_be_other = names->may_be_other || !iss || !sub || !only;
    if (only && ((iss && sub) || !names->names->nelts || eckid_words_listed(names->names, only))) {
        add_name(names, names->names, only);
        return;
    }
    if (iss) {
        add_name(names, names->readings, iss);
    }
    if (sub) {
        add_name(names, names->readings, sub);
    }
}

/* A claim that is null counts as absent. */
static void read_string(const char **text, eckid_client_names_t *names, const json_t *claims,
                        const char *name)
{
    const json_t *value = eckid_json_value(claims, name);

    *text = json_string_value(value);
    names->complete = names->complete && (!value || *text);
}

static void add_subject(eckid_client_names_t *names, const char *assertion, apr_pool_t *pool)
{
    const char *from = strchr(assertion, '.'), *iss, *sub;
    eckid_bytes_t text;
    json_t *claims;

    if (!*assertion) { /* as good as absent: RFC 6749 section 3.2 */
        return;
    }
    if (!from ||
        !eckid_codec_base64url_decode(&text, eckid_bytes(from + 1, strcspn(from + 1, ".")), pool) ||
        eckid_json_parse(&claims, eckid_json_readable(text, pool), ECKID_TOKEN, pool)) {
        names->complete = false;
        return;
    }
    read_string(&iss, names, claims, "iss");
    read_string(&sub, names, claims, "sub");
    add_issued(names, iss, sub);
}

static void add_assertions(eckid_client_names_t *names, const eckid_oauth_param_t *param,
                           apr_pool_t *pool)
{
    const apr_array_header_t *const lists[] = {param->values, param->readings};

    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < lists[i]->nelts && j < ECKID_CLIENT_NAMES_MAX; j++) {
            add_subject(names, APR_ARRAY_IDX(lists[i], j, const char *), pool);
        }
    }
    names->complete = names->complete && !param->hidden;
}

eckid_client_names_t eckid_client_auth_names(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    static const char client_id[] = "client_id", assertion[] = "client_assertion";
    const eckid_oauth_param_t names[] = {eckid_oauth_param_in_body(call, client_id, pool),
                                         eckid_oauth_param_in_query(call, client_id, pool)};
    const eckid_oauth_param_t assertions[] = {eckid_oauth_param_in_body(call, assertion, pool),
                                              eckid_oauth_param_in_query(call, assertion, pool)};
    eckid_client_names_t found = {.names = apr_array_make(pool, 2, sizeof(const char *)),
                                  .readings = apr_array_make(pool, 2, sizeof(const char *)),
                                  .complete = true};

    add_basic(&found, call, pool);
    add_all(&found, &names[0]);
    add_all(&found, &names[1]);
    add_assertions(&found, &assertions[0], pool);
    add_assertions(&found, &assertions[1], pool);
    return found;
}

/* All values and readings of a parameter. */
static void add_values(apr_array_header_t *all, const eckid_oauth_param_t *param)
{
    apr_array_cat(all, param->values);
    apr_array_cat(all, param->readings);
}

const char *eckid_client_auth_requested(const eckid_oauth_request_t *call, const char *name,
                                        apr_pool_t *pool)
{
    const eckid_oauth_param_t in_query = eckid_oauth_param_in_query(call, name, pool);
    const eckid_oauth_param_t in_body = eckid_oauth_param_in_body(call, name, pool);
    apr_array_header_t *all = apr_array_make(pool, 4, sizeof(const char *));
    const char *value;

    add_values(all, &in_query);
    add_values(all, &in_body);
    value = all->nelts ? APR_ARRAY_IDX(all, 0, const char *) : NULL;
    for (int i = 1; value && i < all->nelts; i++) {
        value = strcmp(value, APR_ARRAY_IDX(all, i, const char *)) == 0 ? value : NULL;
    }
    return in_query.hidden || in_body.hidden || !value || !*value ? NULL : value;
}

/* The access token */

/* What one place says. Present without value: it cannot be read, or could be read in two ways. */
typedef struct said_t {
    bool present;
    const char *value;
} said_t;

/* A parameter without a value is as good as absent (RFC 6749 section 3.2). */
static said_t said(const eckid_oauth_param_t *param)
{
    const char *value = eckid_oauth_param_value(param);

    return value && !*value ? (said_t){false, NULL}
                            : (said_t){eckid_oauth_param_is_there(param), value};
}

/* Behind any scheme but Basic: some products have a scheme of their own for access tokens. What
 * browsers log in by, such as Negotiate, is read as a token of no supplier. */
static said_t presented(const eckid_oauth_request_t *call)
{
    const char *field = call->authorization;

    return field ? (said_t){true,
                            credentials(call, "Basic") ? NULL : behind(field, strcspn(field, " "))}
                 : (said_t){false, NULL};
}

const char *eckid_client_auth_access_token(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    const eckid_oauth_param_t in_body = eckid_oauth_param_in_body(call, "access_token", pool);
    const eckid_oauth_param_t in_query = eckid_oauth_param_in_query(call, "access_token", pool);
    const said_t places[] = {presented(call), said(&in_body), said(&in_query)};
    const char *token = NULL;

    for (unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (places[i].present && (!places[i].value || token)) {
            return NULL;
        }
        token = places[i].value ? places[i].value : token;
    }
    return token && *token ? token : NULL;
}
