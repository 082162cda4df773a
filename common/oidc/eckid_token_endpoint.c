/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of the token endpoint: suppliers' ID tokens are changed, all their others sealed. */
#include "oidc/eckid_token_endpoint.h"
#include "oidc/eckid_beside.h"
#include "oidc/eckid_oidc_scan.h"
#include "oidc/eckid_response_kind.h"
#include "base/eckid_json_edit.h"
#include "jose/eckid_jwt_peek.h"

#define TOKEN_TYPE "urn:ietf:params:oauth:token-type:"

typedef struct grant_t {
    eckid_oidc_login_t login;
    const eckid_oauth_request_t *call;
    eckid_json_edit_t *answer;
    const char *id_token, *access_token, *refresh_token;
    const char *id_token_name; /* of the member that the ID token is in */
} grant_t;

/* Some providers say by null or "" that there is none. */
static const char *string_in(const eckid_json_edit_t *answer, const char *name)
{
    const char *text = eckid_json_edit_string(answer, name);

    return text && *text ? text : NULL;
}

static bool is_kind(const grant_t *grant, const char *kind)
{
    const char *issued = eckid_json_edit_string(grant->answer, "issued_token_type");

    return issued && strcmp(issued, kind) == 0;
}

/* In the member access_token, a client can get an ID token that it exchanged another token for (RFC
 * 8693 section 2.2.1). */
static void find_id_token(grant_t *grant)
{
    grant->id_token_name = "id_token";
    if (is_kind(grant, TOKEN_TYPE "id_token") && !grant->id_token) {
        grant->id_token_name = "access_token";
        grant->id_token = grant->access_token;
        grant->access_token = NULL;
    }
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
    find_id_token(grant);
    return NULL;
}

/* Sealing */

static bool is_dpop(const grant_t *grant)
{
    const char *type = eckid_json_edit_string(grant->answer, "token_type");

    return type && strcasecmp(type, "DPoP") == 0;
}

/* Or a refresh token. Where there is a refresh token beside it, the kind tells of that one, as with
 * Keycloak. */
static bool is_refresh_token(const grant_t *grant)
{
    return is_kind(grant, TOKEN_TYPE "refresh_token") && !grant->refresh_token;
}

static void set_token(grant_t *grant, const char *name, const char *token)
{
    if (token) {
        eckid_json_edit_set_string(grant->answer, name, token, grant->login.pool);
    }
}

/* Puts sealed tokens in the place of the provider's; given is the access token as the client gets
 * it. */
static eckid_err_t *seal_tokens(const char **given, grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const char *refresh_token;

    ECKID_ERR(
        is_refresh_token(grant)
            ? eckid_oidc_login_seal_token(given, login, ECKID_REFRESH_TOKEN, grant->access_token)
            : eckid_oidc_login_give_token(given, login, grant->access_token, is_dpop(grant)));
    ECKID_ERR(eckid_oidc_login_seal_token(&refresh_token, login, ECKID_REFRESH_TOKEN,
                                          grant->refresh_token));
    set_token(grant, "access_token", *given);
    set_token(grant, "refresh_token", refresh_token);
    return NULL;
}

/* Whatever else a provider puts there can be about the user, as a claim is. Returns whether
 * anything was removed. */
static bool release_members(grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const apr_array_header_t *names = eckid_json_edit_names(grant->answer, login->pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!eckid_beside_is_for_tokens(login, name, eckid_json_edit_get(grant->answer, name))) {
            eckid_json_edit_remove(grant->answer, name);
            login->decision.log.removed++;
        }
    }
    return login->decision.log.removed > 0;
}

static void change(grant_t *grant)
{
    grant->login.decision.verdict = ECKID_CHANGE;
    grant->login.decision.body = eckid_json_edit_print(grant->answer, grant->login.pool);
}

/* Whose they are */

/* Without ID token, what is known of the token that was shown counts for what comes of it. */
static eckid_err_t *take_over(grant_t *grant)
{
    bool removed = release_members(grant);
    const char *given;

    if (!grant->access_token && !grant->refresh_token) {
        if (removed) {
            change(grant);
        }
        return NULL;
    }
    if (grant->call->owner) {
        grant->login.owner = *grant->call->owner;
    }
    ECKID_ERR(seal_tokens(&given, grant));
    change(grant);
    return NULL;
}

/* After a refresh, the subject is that of the login (OpenID Connect Core section 12.2), and so is
 * the student, whom the ID token need not tell again. */
static eckid_err_t *find_student(bool *found, grant_t *grant)
{
    const eckid_token_owner_t *owner = grant->call->owner;
    eckid_oidc_login_t *login = &grant->login;

    if (owner && *owner->subject && strcmp(owner->subject, login->owner.subject) != 0) {
        return eckid_err_make(login->pool, ECKID_TOKEN_SUBJECT, "by a refresh");
    }
    *found = owner && owner->decided && owner->outcome == ECKID_FOUND;
    if (*found) {
        login->owner.decided = true;
        login->owner.outcome = ECKID_FOUND;
        login->owner.key = owner->key;
        return NULL;
    }
    return eckid_oidc_login_student(found, login, false, grant->access_token);
}

static eckid_err_t *rewrite_token(grant_t *grant, const eckid_oidc_t *token)
{
    eckid_oidc_beside_t beside = {.access_token = grant->access_token};
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
    eckid_oidc_login_fill(login);
    ECKID_ERR(seal_tokens(&beside.access_token, grant));
    login->id_token = grant->id_token;
    ECKID_ERR(eckid_oidc_login_seal(&text, login, &beside));
    set_token(grant, grant->id_token_name, text.data);
    release_members(grant);
    change(grant);
    return NULL;
}

static bool is_bearer_kind(const grant_t *grant)
{
    return !eckid_json_edit_has(grant->answer, "issued_token_type") ||
           is_kind(grant, TOKEN_TYPE "access_token") || is_kind(grant, TOKEN_TYPE "refresh_token");
}

/* A client may ask for kinds that are none of these, such as a SAML assertion. */
static eckid_err_t *check_kind(const grant_t *grant)
{
    return is_bearer_kind(grant) || strcmp(grant->id_token_name, "access_token") == 0
               ? NULL
               : eckid_err_make(grant->login.pool, ECKID_RESPONSE_MODE,
                                "another token in the place of an access token");
}

/* A token that is there, but not as one that can be read. */
static eckid_err_t *check_strings(const grant_t *grant)
{
    static const char *const names[] = {"id_token", "access_token", "refresh_token", NULL};

    for (const char *const *name = names; *name; name++) {
        if (eckid_json_edit_has(grant->answer, *name) &&
            !eckid_json_edit_string(grant->answer, *name)) {
            return eckid_err_make(grant->login.pool, ECKID_TOKEN, "its %s is not a string", *name);
        }
    }
    return NULL;
}

static eckid_err_t *fill(grant_t *grant)
{
    static const char *const read[] = {"id_token", "access_token", "refresh_token", NULL};
    eckid_oidc_login_t *login = &grant->login;
    eckid_oidc_t *token;

    ECKID_ERR(check_strings(grant));
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
        login->setup, grant->answer, is_bearer_kind(grant) ? bearer : none, login->pool);

    found = found ? found : owner_of(grant, grant->access_token);
    found = found ? found : owner_of(grant, grant->refresh_token);
    login->decision.supplier = found;
    return found ? eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                                  login->caller == ECKID_CALLER_UNTOLD
                                      ? "the request does not say which client gets it"
                                      : "another client got it")
                 : NULL;
}

static void note_stranger(grant_t *grant)
{
    eckid_oidc_login_t *login = &grant->login;
    const char *url = NULL;

    eckid_client_auth_parameter(&url, grant->call, "redirect_uri", login->pool);
    eckid_decision_note_stranger(&login->decision, login->client_id, url, login->pool);
}

/* A client that is no supplier: what it gets is its own matter. */
static eckid_err_t *pass_by(grant_t *grant)
{
    ECKID_ERR(check_other(grant));
    if (grant->login.client_id && grant->id_token) {
        note_stranger(grant);
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

static bool has_tokens(const grant_t *grant)
{
    return grant->id_token || grant->access_token || grant->refresh_token || check_strings(grant);
}

/* A client that cannot be told: it could be a supplier, if there are tokens that do not say more.
 */
static eckid_err_t *pass_untold(grant_t *grant, eckid_err_t *untold)
{
    ECKID_ERR(check_other(grant));
    return has_tokens(grant) && !says_client(grant) ? untold : NULL;
}

/* An answer that cannot be read, to a client that is not certainly a supplier. */
static eckid_err_t *pass_unread(grant_t *grant, eckid_bytes_t body, eckid_err_t *untold)
{
    const eckid_oidc_login_t *login = &grant->login;

    return untold && eckid_response_kind_may_be_tokens(body)
               ? untold
               : eckid_oidc_scan_find(login->setup, body, login->pool);
}

/* An error response has no tokens (RFC 6749 section 5.2). */
static bool is_error(const grant_t *grant)
{
    return eckid_json_edit_string(grant->answer, "error") && !has_tokens(grant);
}

/* Which client it is, is decided before what the answer looks like. */
static eckid_err_t *walk_grant(grant_t *grant, eckid_bytes_t body)
{
    eckid_oidc_login_t *login = &grant->login;
    eckid_err_t *untold = eckid_oidc_login_set_caller(login, grant->call);
    eckid_err_t *unread = read_answer(grant, body);

    if (login->caller == ECKID_CALLER_TWOFOLD) {
        return unread || !is_error(grant) ? untold : check_other(grant);
    }
    if (unread && login->caller != ECKID_CALLER_SUPPLIER) {
        return pass_unread(grant, body, untold);
    }
    ECKID_ERR(unread);
    if (untold) {
        return pass_untold(grant, untold);
    }
    return login->client ? fill(grant) : pass_by(grant);
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
