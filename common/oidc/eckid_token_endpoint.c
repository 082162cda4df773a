/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the token endpoint: who got which tokens is remembered, ID tokens are changed. */
#include "oidc/eckid_token_endpoint.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_oidc_scan.h"
#include "base/eckid_json_edit.h"
#include "jose/eckid_jwt_peek.h"

/* Where the provider does not say how long a token lives. */
#define ACCESS_LIFETIME apr_time_from_sec(3600)
#define ACCESS_LIFETIME_MAX apr_time_from_sec(24 * 3600)
#define REFRESH_LIFETIME apr_time_from_sec(30 * 24 * 3600)

#define TOKEN_TYPE "urn:ietf:params:oauth:token-type:"

typedef struct grant_t {
    eckid_oidc_login_t login;
    const eckid_oauth_request_t *call;
    eckid_json_edit_t *answer;
    const char *id_token, *access_token, *refresh_token;
} grant_t;

/* Some providers say by null or "" that there is none. */
static const char *string_in(const eckid_json_edit_t *answer, const char *name)
{
    const char *text = eckid_json_edit_string(answer, name);

    return text && *text ? text : NULL;
}

static eckid_err_t *read_answer(grant_t *grant, eckid_bytes_t body)
{
    const char *scope;

    ECKID_ERR(eckid_json_edit_parse(&grant->answer, body, ECKID_TOKEN, grant->login.pool));
    grant->id_token = string_in(grant->answer, "id_token");
    grant->access_token = string_in(grant->answer, "access_token");
    grant->refresh_token = string_in(grant->answer, "refresh_token");
    scope = eckid_json_edit_string(grant->answer, "scope");
    grant->login.owner.scope = scope ? scope : "";
    return NULL;
}

static apr_interval_time_t lifetime_of(const grant_t *grant)
{
    const json_t *value = eckid_json_edit_get(grant->answer, "expires_in");
    double seconds =
        json_is_string(value) ? atof(json_string_value(value)) : json_number_value(value);
    double max = (double)apr_time_sec(ACCESS_LIFETIME_MAX);

    return seconds > 0 && seconds <= max ? apr_time_from_sec((apr_int64_t)seconds)
           : seconds > max               ? ACCESS_LIFETIME_MAX
                                         : ACCESS_LIFETIME;
}

static void remember(const grant_t *grant)
{
    const eckid_oidc_login_t *login = &grant->login;

    eckid_oidc_login_remember(login, ECKID_ACCESS_TOKEN, grant->access_token, lifetime_of(grant));
    eckid_oidc_login_remember(login, ECKID_REFRESH_TOKEN, grant->refresh_token, REFRESH_LIFETIME);
}

/* Finds what is known of the refresh token that was used; NULL where there is none. False when that
 * cannot be told, or nothing is known of it. */
static bool find_used(const eckid_token_owner_t **owner, const char **used, const grant_t *grant)
{
    const eckid_oidc_login_t *login = &grant->login;
    bool told = eckid_client_auth_parameter(used, grant->call, "refresh_token", login->pool);
    eckid_token_owner_t *found = apr_palloc(login->pool, sizeof(*found));

    *owner = NULL;
    if (!told || !*used) {
        return told; /* no refresh */
    }
    if (!login->setup->token_owners ||
        !eckid_token_owner_get(found, login->setup->token_owners, ECKID_REFRESH_TOKEN,
                               login->owner.issuer, *used, login->moment->now, login->pool)) {
        return false;
    }
    *owner = found;
    return true;
}

static eckid_err_t *check_owner(const eckid_oidc_login_t *login, const eckid_token_owner_t *owner)
{
    const eckid_client_t *client;
    bool matters = login->client ||
                   eckid_policy_find_client(&client, login->setup->rules->policy, owner->client);

    return !matters || strcmp(owner->client, login->client_id) == 0
               ? NULL
               : eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                                "the refresh token was another client's");
}

/* A refresh without ID token: what is known of the refresh token counts for what comes of it, and
 * where nothing is, nothing is remembered. */
static eckid_err_t *take_over(grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const eckid_token_owner_t *owner;
    const char *used;

    if (!find_used(&owner, &used, grant)) {
        grant->access_token = grant->refresh_token = NULL;
        return NULL;
    }
    if (!owner) {
        return NULL;
    }
    ECKID_ERR(check_owner(login, owner));
    login->owner = *owner;
    grant->refresh_token = grant->refresh_token ? grant->refresh_token : used;
    return NULL;
}

/* A refresh with an ID token: its subject is that of the login (OpenID Connect Core section 12.2),
 * and so is the student, whom it need not tell again. */
static eckid_err_t *find_student(bool *found, grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const eckid_token_owner_t *owner;
    const char *used;

    if (find_used(&owner, &used, grant) && owner) {
        ECKID_ERR(check_owner(login, owner));
        if (*owner->subject && strcmp(owner->subject, login->owner.subject) != 0) {
            return eckid_err_make(login->pool, ECKID_TOKEN_SUBJECT, "by a refresh");
        }
        *found = owner->decided && owner->outcome == ECKID_FOUND;
        if (*found) {
            login->owner.decided = true;
            login->owner.outcome = ECKID_FOUND;
            login->owner.key = owner->key;
            return NULL;
        }
    }
    return eckid_oidc_login_student(found, login, false, grant->access_token);
}

static eckid_err_t *rewrite_token(grant_t *grant, const eckid_oidc_t *token)
{
    const eckid_oidc_beside_t beside = {.access_token = grant->access_token};
    eckid_oidc_login_t *login = &grant->login;
    eckid_bytes_t text;
    bool found;

    ECKID_ERR(eckid_oidc_login_verify(login, token, &beside));
    ECKID_ERR(find_student(&found, grant));
    if (found) {
        eckid_oidc_login_look_up(login);
    }
    if (!eckid_decision_goes_on(&login->decision)) {
        return NULL;
    }
    eckid_oidc_login_fill(login, grant->access_token);
    ECKID_ERR(eckid_oidc_login_seal(&text, login, &beside));
    eckid_json_edit_set(grant->answer, "id_token", json_stringn(text.data, text.len), login->pool);
    login->decision.verdict = ECKID_CHANGE;
    login->decision.body = eckid_json_edit_print(grant->answer, login->pool);
    return NULL;
}

/* RFC 8693 section 2.2.1: in the place of an access token a client can ask for another kind. */
static eckid_err_t *check_kind(const grant_t *grant)
{
    const json_t *value = eckid_json_edit_get(grant->answer, "issued_token_type");
    const char *kind = json_is_string(value) ? json_string_value(value) : "";
    bool fits = !value || strcmp(kind, TOKEN_TYPE "access_token") == 0 ||
                strcmp(kind, TOKEN_TYPE "refresh_token") == 0;

    return fits ? NULL
                : eckid_err_make(grant->login.pool, ECKID_RESPONSE_MODE,
                                 "another token in the place of an access token");
}

/* An ID token that is there, but not as one that can be read. */
static eckid_err_t *check_id_token(const grant_t *grant)
{
    const json_t *value = eckid_json_edit_get(grant->answer, "id_token");

    return !value || json_is_string(value) || json_is_null(value)
               ? NULL
               : eckid_err_make(grant->login.pool, ECKID_TOKEN, "its id_token is not a string");
}

static eckid_err_t *fill(grant_t *grant)
{
    static const char *const read[] = {"id_token", "access_token", "refresh_token", NULL};
    eckid_oidc_login_t *login = &grant->login;
    eckid_oidc_t *token;

    ECKID_ERR(check_id_token(grant));
    ECKID_ERR(check_kind(grant));
    if (eckid_oidc_scan_members(login->setup, grant->answer, read, login->pool)) {
        return eckid_err_make(login->pool, ECKID_RESPONSE_MODE,
                              "in a member that is not the one for it");
    }
    if (!grant->id_token) {
        return take_over(grant);
    }
    ECKID_ERR(eckid_oidc_open(&token, eckid_bytes_str(grant->id_token), login->pool));
    return rewrite_token(grant, token);
}

/* Other clients */

/* The supplier that an access or refresh token was made for. It may name others as audience, which
 * it is shown to. */
static const eckid_supplier_t *owner_of(const grant_t *grant, const char *token)
{
    static const char *const members[] = {"azp", "client_id", NULL};
    const json_t *claims =
        token ? eckid_jwt_peek_claims(eckid_bytes_str(token), grant->login.pool) : NULL;

    return claims ? eckid_oidc_scan_claims(grant->login.setup, claims, members, grant->login.pool)
                  : NULL;
}

/* What is a supplier's does not go to another client, under whatever name (token exchange, RFC
 * 8693). */
static eckid_err_t *check_other(grant_t *grant)
{
    static const char *const bearer[] = {"access_token", "refresh_token", NULL};
    static const char *const none[] = {NULL};
    eckid_oidc_login_t *login = &grant->login;
    const eckid_supplier_t *found = eckid_oidc_scan_members(
        login->setup, grant->answer, check_kind(grant) ? none : bearer, login->pool);

    found = found ? found : owner_of(grant, grant->access_token);
    found = found ? found : owner_of(grant, grant->refresh_token);
    login->decision.supplier = found;
    return found ? eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "another client got it") : NULL;
}

static void note_stranger(grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const char *url = NULL;

    eckid_client_auth_parameter(&url, grant->call, "redirect_uri", login->pool);
    eckid_decision_note_stranger(&login->decision, login->client_id, url, login->pool);
}

/* A client that is no supplier: the subject is taken from its ID token, if that is valid. What
 * cannot be read or verified is the client's own matter. */
static eckid_err_t *pass_by(grant_t *grant)
{
    const eckid_oidc_beside_t beside = {.access_token = grant->access_token};
    eckid_oidc_login_t *login = &grant->login;
    eckid_oidc_t *token;

    ECKID_ERR(check_other(grant));
    if (!login->client_id) { /* one of several names, none of which is a supplier's */
        return NULL;
    }
    if (!grant->id_token) {
        return take_over(grant);
    }
    note_stranger(grant);
    if (!eckid_oidc_open(&token, eckid_bytes_str(grant->id_token), login->pool)) {
        eckid_oidc_login_verify(login, token, &beside);
    }
    return NULL;
}

/* Whether a token in the answer says by itself which client it was made for. */
static bool says_client(const grant_t *grant)
{
    static const char *const by_id_token[] = {"aud", "azp", NULL};
    static const char *const by_access_token[] = {"azp", "client_id", NULL};
    const struct {
        const char *token;
        const char *const *members;
    } tokens[] = {{grant->id_token, by_id_token}, {grant->access_token, by_access_token}};

    for (int i = 0; i < 2; i++) {
        const json_t *claims =
            tokens[i].token
                ? eckid_jwt_peek_claims(eckid_bytes_str(tokens[i].token), grant->login.pool)
                : NULL;

        if (claims && eckid_jwt_peek_names(claims, tokens[i].members, grant->login.pool)->nelts) {
            return true;
        }
    }
    return false;
}

/* A client that cannot be told: it could be a supplier, if there are tokens that do not say more.
 */
static eckid_err_t *pass_untold(grant_t *grant, eckid_err_t *untold)
{
    bool has_tokens = grant->id_token || grant->access_token || check_id_token(grant);

    ECKID_ERR(check_other(grant));
    return has_tokens && !says_client(grant) ? untold : NULL;
}

/* Which client it is, is decided before what the answer looks like. */
static eckid_err_t *walk_grant(grant_t *grant, eckid_bytes_t body)
{
    eckid_oidc_login_t *login = &grant->login;
    eckid_err_t *untold = eckid_oidc_login_set_caller(login, grant->call);
    eckid_err_t *unread = read_answer(grant, body);

    if (login->caller == ECKID_CALLER_TWOFOLD) {
        return untold;
    }
    if (unread && login->caller != ECKID_CALLER_SUPPLIER) {
        return untold ? untold : eckid_oidc_scan_find(login->setup, body, login->pool);
    }
    ECKID_ERR(unread);
    if (untold) {
        return pass_untold(grant, untold);
    }
    ECKID_ERR(login->client ? fill(grant) : pass_by(grant));
    if (login->decision.verdict != ECKID_REFUSE) {
        remember(grant);
    }
    return NULL;
}

eckid_decision_t eckid_token_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call, eckid_bytes_t body,
                                              const eckid_moment_t *moment, apr_pool_t *pool)
{
    grant_t grant = {.login =
                         eckid_oidc_login_make(setup, ECKID_CHANNEL_TOKEN_RESPONSE, moment, pool),
                     .call = call};

    return eckid_oidc_login_end(&grant.login, walk_grant(&grant, body));
}
