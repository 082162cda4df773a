/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token that is not sealed: whose it says it is, and what it shows to its holder. */
#include "oidc/eckid_access_token.h"
#include "base/eckid_json_readable.h"
#include "oidc/eckid_oidc.h"

#include <apr_strings.h>

#define NAMES_MAX 50 /* in one line of the log */

/* Reading */

/* The base64url of "{" and what may follow it: a quote or white space. */
static bool begins_as_jwt(const char *text)
{
    return text[0] == 'e' && (text[1] == 'y' || text[1] == 'w') && strchr(text, '.') != NULL;
}

static int count_dots(const char *text)
{
    int count = 0;

    for (; *text; text++) {
        count += *text == '.';
    }
    return count;
}

/* Every part is decoded, so that a token has one spelling. */
static eckid_err_t *read_payload(json_t **claims, const char *text, apr_pool_t *pool)
{
    eckid_bytes_t parts[3];
    const char *at = text;

    for (int i = 0; i < 3; i++) {
        apr_size_t len = strcspn(at, ".");

        if (!eckid_codec_base64url_decode(&parts[i], eckid_bytes(at, len), pool)) {
            return eckid_err_make(pool, ECKID_TOKEN, "an access token that is not base64url");
        }
        at += len + (i < 2);
    }
    return eckid_json_parse(claims, eckid_json_readable(parts[1], pool), ECKID_TOKEN, pool);
}

static const char *text_of(const eckid_access_token_t *token, const char *name)
{
    return json_string_value(json_object_get(token->claims, name));
}

eckid_err_t *eckid_access_token_read(eckid_access_token_t *token, const char *text,
                                     apr_pool_t *pool)
{
    const int dots = count_dots(text);

    *token = (eckid_access_token_t){.claims = NULL};
    if (!begins_as_jwt(text) || dots == 4) {
        return NULL;
    }
    if (dots != 2 || strlen(text) > ECKID_JWS_MAX) {
        return eckid_err_make(pool, ECKID_TOKEN, "an access token that is nearly a JWT");
    }
    ECKID_ERR(read_payload(&token->claims, text, pool));
    token->client = text_of(token, "client_id");
    token->client = token->client ? token->client : text_of(token, "azp");
    token->subject = text_of(token, "sub");
    token->has_proof_key = json_object_get(json_object_get(token->claims, "cnf"), "jkt") != NULL;
    return NULL;
}

/* Whose it is */

static const eckid_supplier_t *find(const eckid_policy_t *policy, const char *client_id)
{
    const eckid_client_t *client;

    return client_id ? eckid_policy_find_client(&client, policy, client_id) : NULL;
}

const eckid_supplier_t *eckid_access_token_find_supplier(const eckid_access_token_t *token,
                                                         const eckid_policy_t *policy)
{
    const json_t *audience = json_object_get(token->claims, "aud");

    if (token->client) {
        return find(policy, token->client);
    }
    const eckid_supplier_t *found = find(policy, json_string_value(audience));

    for (size_t i = 0; !found && i < json_array_size(audience); i++) {
        found = find(policy, json_string_value(json_array_get(audience, i)));
    }
    return found;
}

/* What it shows */

/* About the token, its client or the session: RFC 9068 section 2.2, RFC 8693 section 4, and what
 * Keycloak adds. */
static bool is_technical(const char *name)
{
    static const char *const names[] = {"typ", "client_id",  "scope",         "scp",
                                        "ver", "token_type", "session_state", "allowed-origins",
                                        NULL};
    const char *const *at = names;

    while (*at && strcmp(*at, name) != 0) {
        at++;
    }
    return *at || eckid_oidc_is_protocol(name);
}

const char *eckid_access_token_shows(const eckid_access_token_t *token,
                                     const eckid_supplier_t *supplier, apr_pool_t *pool)
{
    apr_array_header_t *names = apr_array_make(pool, 8, sizeof(const char *));
    const char *name;
    json_t *value;

    json_object_foreach(token->claims, name, value)
    {
        if (names->nelts < NAMES_MAX && !is_technical(name) &&
            !eckid_policy_releases(supplier, name)) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    return names->nelts ? apr_array_pstrcat(pool, names, ',') : NULL;
}
