/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller of the provider: the client that authenticates, and the access token it presents. */
#include "oidc/eckid_client_auth.h"
#include "base/eckid_json.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define JWT_BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* What one place says. Present without value: it cannot be read, or could be read in two ways. */
typedef struct said_t {
    bool present;
    const char *value;
} said_t;

static const said_t unreadable = {true, NULL};

/* Pairs */

/* Whether all of it is what a form is encoded in (URL standard section 5.2): what is not may be
 * split, cut, skipped or decoded in another way elsewhere. */
static bool is_plain(eckid_bytes_t pairs)
{
    const char *end = pairs.data + pairs.len;

    for (const char *at = pairs.data; at < end; at++) {
        if (!apr_isascii(*at) || !apr_isgraph(*at) ||
            (*at == '%' && (end - at < 3 || !apr_isxdigit(at[1]) || !apr_isxdigit(at[2])))) {
            return false;
        }
    }
    return !memmem(pairs.data, pairs.len, "%00", 3);
}

/* The next letter of a name, decoded, and small; 0 at the end. */
static char next_letter(eckid_bytes_t *name)
{
    apr_size_t len = name->len == 0 ? 0 : *name->data == '%' ? 3 : 1;
    char c = len ? *name->data : '\0';

    if (len == 3) {
        const char digits[] = {name->data[1], name->data[2], '\0'};

        c = (char)strtol(digits, NULL, 16);
    }
    *name = eckid_bytes(name->data + len, name->len - len);
    return c == '+' ? ' ' : apr_isascii(c) ? (char)apr_tolower(c) : c;
}

/* What some servers drop around a name, or read as "_" in it, as it has no place in an identifier.
 */
static bool is_gap(char c)
{
    return c && (apr_iscntrl(c) || strchr(" .-[]", c));
}

typedef enum likeness_t { OTHER, LIKE, SAME } likeness_t;

/* Whether a name is the one that is looked for, or one that some server takes for it. */
static likeness_t compare(eckid_bytes_t name, const char *wanted)
{
    const bool same = name.len == strlen(wanted) && memcmp(name.data, wanted, name.len) == 0;
    char c;

    do {
        c = next_letter(&name);
    } while (is_gap(c));
    while (*wanted && (c == *wanted || (*wanted == '_' && is_gap(c)))) {
        c = next_letter(&name);
        wanted++;
    }
    /* what is not ASCII, or coded twice, could be anything */
    bool like = !apr_isascii(c) || c == '%' || (!*wanted && (!c || is_gap(c)));

    return same ? SAME : like ? LIKE : OTHER;
}

/* A pair, as those split who split at ";" too. */
typedef struct pair_t {
    eckid_bytes_t name, value;
    bool is_half; /* to all others, it is a part of a pair */
} pair_t;

static pair_t next_pair(eckid_bytes_t *rest, bool after_half)
{
    apr_size_t len = 0;

    while (len < rest->len && !strchr("&;", rest->data[len])) {
        len++;
    }
    const char *at = rest->data, *equals = memchr(at, '=', len);
    apr_size_t name_len = equals ? (apr_size_t)(equals - at) : len;
    apr_size_t used = len < rest->len ? len + 1 : len;
    pair_t pair = {eckid_bytes(at, name_len), eckid_bytes("", 0), after_half};

    if (equals) {
        pair.value = eckid_bytes(equals + 1, len - name_len - 1);
    }
    pair.is_half = after_half || (len < rest->len && at[len] == ';');
    *rest = eckid_bytes(at + used, rest->len - used);
    return pair;
}

/* Reads the one pair of that name. Present without value: it is there twice, only some read it so,
 * or only some take its name for this one. */
static said_t find_in(eckid_bytes_t pairs, const char *wanted, apr_pool_t *pool)
{
    eckid_bytes_t rest = pairs, decoded;
    pair_t found = {.is_half = true};
    int count = 0;

    if (!is_plain(pairs)) {
        return unreadable;
    }
    while (rest.len) {
        bool after_half = rest.data > pairs.data && rest.data[-1] == ';';
        const pair_t pair = next_pair(&rest, after_half);
        const likeness_t likeness = compare(pair.name, wanted);

        if (likeness != OTHER) {
            found = pair;
            found.is_half = pair.is_half || likeness != SAME;
            count++;
        }
    }
    bool once =
        count == 1 && !found.is_half && eckid_codec_form_decode(&decoded, found.value, pool);

    return (said_t){count > 0, once ? decoded.data : NULL};
}

static said_t in_query(const eckid_oauth_request_t *call, const char *name, apr_pool_t *pool)
{
    return find_in(eckid_bytes_str(call->query ? call->query : ""), name, pool);
}

static said_t in_form(const eckid_oauth_request_t *call, const char *name, apr_pool_t *pool)
{
    return call->opaque ? unreadable : find_in(call->form, name, pool);
}

bool eckid_client_auth_parameter(const char **value, const eckid_oauth_request_t *call,
                                 const char *name, apr_pool_t *pool)
{
    const said_t said = in_form(call, name, pool);

    *value = said.value;
    return (!said.present || said.value) && !in_query(call, name, pool).present;
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

/* What stands behind the scheme; NULL for another one. */
static const char *credentials(const eckid_oauth_request_t *call, const char *scheme)
{
    const char *field = call->authorization;
    size_t len = strlen(scheme);

    if (!field || strncasecmp(field, scheme, len) != 0 || field[len] != ' ') {
        return NULL;
    }
    field += len + strspn(field + len, " ");
    return is_token68(field) ? field : NULL;
}

/* RFC 6749 section 2.3.1: both halves were form-encoded before they were joined. */
static said_t basic_user(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    const char *base64 = credentials(call, "Basic");
    eckid_bytes_t pair, user;

    if (!call->authorization) {
        return (said_t){false, NULL};
    }
    if (!base64 || !eckid_codec_base64_decode(&pair, eckid_bytes_str(base64), pool)) {
        return unreadable;
    }
    const char *colon = memchr(pair.data, ':', pair.len);

    if (!colon ||
        !eckid_codec_form_decode(&user, eckid_bytes(pair.data, (apr_size_t)(colon - pair.data)),
                                 pool) ||
        strlen(user.data) != user.len) {
        return unreadable;
    }
    return (said_t){true, user.data};
}

static said_t presented(const eckid_oauth_request_t *call)
{
    const char *bearer = credentials(call, "Bearer");

    return (said_t){call->authorization != NULL, bearer ? bearer : credentials(call, "DPoP")};
}

/* The client */

/* RFC 7523 section 3: iss and sub are both the client. NULL when they do not say so. */
static const char *subject_of(const char *assertion, apr_pool_t *pool)
{
    const char *from = strchr(assertion, '.');
    eckid_bytes_t text;
    json_t *claims;

    if (!from ||
        !eckid_codec_base64url_decode(&text, eckid_bytes(from + 1, strcspn(from + 1, ".")), pool) ||
        eckid_json_parse(&claims, text, ECKID_TOKEN, pool)) {
        return NULL;
    }
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const json_t *issuer = json_object_get(claims, "iss");
    bool agree =
        subject && json_is_string(issuer) && strcmp(json_string_value(issuer), subject) == 0;

    return agree ? subject : NULL;
}

/* An assertion counts together with its type only. */
static said_t assertion_subject(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    const said_t assertion = in_form(call, "client_assertion", pool);
    const said_t type = in_form(call, "client_assertion_type", pool);

    if (!assertion.present && !type.present) {
        return assertion;
    }
    if (!assertion.value || !type.value || strcmp(type.value, JWT_BEARER) != 0) {
        return unreadable;
    }
    return (said_t){true, subject_of(assertion.value, pool)};
}

/* RFC 6749 section 2.3.1: never in the URL; but some providers look there. */
static bool is_named_in_query(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    static const char *const names[] = {"client_id", "client_secret", "client_assertion",
                                        "client_assertion_type", NULL};
    const char *const *name = names;

    while (*name && !in_query(call, *name, pool).present) {
        name++;
    }
    return *name != NULL;
}

const char *eckid_client_auth_find(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    const said_t places[] = {basic_user(call, pool), in_form(call, "client_id", pool),
                             assertion_subject(call, pool)};
    const char *client = NULL;

    if (is_named_in_query(call, pool)) {
        return NULL;
    }
    for (unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        const char *value = places[i].value;

        if (places[i].present && (!value || (client && strcmp(client, value) != 0))) {
            return NULL;
        }
        client = value ? value : client;
    }
    return client && *client ? client : NULL;
}

const char *eckid_client_auth_requested(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    return in_query(call, "client_id", pool).value;
}

const char *eckid_client_auth_access_token(const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    const said_t places[] = {presented(call), in_form(call, "access_token", pool),
                             in_query(call, "access_token", pool)};
    const char *token = NULL;

    for (unsigned i = 0; i < sizeof(places) / sizeof(*places); i++) {
        if (places[i].present && (!places[i].value || token)) {
            return NULL;
        }
        token = places[i].value ? places[i].value : token;
    }
    return token && *token ? token : NULL;
}
