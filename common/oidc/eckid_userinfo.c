/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers of userinfo: the access token says whose they are, or the provider is asked. */
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_access_token.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_provider_call.h"

/* Whose it is */

/* RFC 7662 section 2.2. A token without client or subject does not count as known. */
static eckid_err_t *read_introspection(eckid_oidc_login_t *login, const json_t *claims)
{
    const char *client = json_string_value(json_object_get(claims, "client_id"));
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const char *issuer = json_string_value(json_object_get(claims, "iss"));

    if (!client || !subject ||
        (issuer && strcmp(issuer, eckid_provider_issuer(login->setup->provider)) != 0)) {
        return eckid_err_advise(
            eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN,
                           "introspection names no client and subject of this issuer"),
            "let the provider put sub and client_id into introspection (Keycloak: mappers with "
            "\"Add to token introspection\", as lightweight access tokens have neither)");
    }
    login->owner =
        (eckid_token_owner_t){.client = client, .subject = subject, .scope = "", .bound = true};
    return NULL;
}

static bool can_ask(const eckid_oidc_login_t *login)
{
    return login->setup->introspection && login->setup->view;
}

static eckid_err_t *introspect(eckid_oidc_login_t *login, const char *token)
{
    const eckid_oidc_setup_t *setup = login->setup;
    json_t *claims;

    ECKID_ERR(eckid_provider_call_introspect(&claims, eckid_provider_backend(setup->provider),
                                             setup->view, setup->introspection, token,
                                             login->pool));
    return read_introspection(login, claims);
}

/* A JWT of the provider's own. A supplier has only those that it is to have as they are. */
static eckid_err_t *read_jwt(eckid_oidc_login_t *login, const eckid_access_token_t *read,
                             const char *token)
{
    login->decision.supplier = eckid_access_token_find_supplier(read, login->setup->rules->policy);
    if (!login->decision.supplier) {
        return NULL;
    }
    if (!read->client) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN, "it does not name its client");
    }
    eckid_oidc_login_set_client(login, read->client);
    if (!login->client->tokens_as_is && !read->has_proof_key) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN,
                              "a supplier's own would be sealed; see access-token=as-is");
    }
    login->owner.subject = read->subject ? read->subject : "";
    return eckid_oidc_login_verify_access_token(login, token);
}

/* One that is not sealed: who is no supplier has those. */
static eckid_err_t *find_bare(eckid_oidc_login_t *login, const char *token)
{
    eckid_access_token_t read;
    eckid_err_t *err = eckid_access_token_read(&read, token, login->pool);

    if (err) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN, "%s", err->detail);
    }
    if (read.claims) {
        return read_jwt(login, &read, token);
    }
    return can_ask(login) ? introspect(login, token) : NULL;
}

/* Where only a URL said whose the token is, the provider may know better. */
static eckid_err_t *confirm(eckid_oidc_login_t *login, const char *token)
{
    const char *client = login->owner.client;

    if (login->owner.bound || !can_ask(login)) {
        return NULL;
    }
    ECKID_ERR(introspect(login, token));
    return strcmp(login->owner.client, client) == 0
               ? NULL
               : eckid_err_make(login->pool, ECKID_TOKEN_CLIENT, "introspection names another");
}

/* Finds the owner; its client stays "" where that is certainly no supplier. */
static eckid_err_t *find_owner(eckid_oidc_login_t *login, const eckid_oauth_request_t *call,
                               const char *token)
{
    if (!token) {
        return eckid_err_advise(
            eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN, "it is not there once"),
            "the client must show one access token in one place, best as \"Authorization: "
            "Bearer\"");
    }
    if (call->owner) {
        login->owner = *call->owner;
        return confirm(login, token);
    }
    return eckid_sealed_token_is(token)
               ? eckid_err_advise(
                     eckid_err_make(login->pool, ECKID_TOKEN_SEAL, "not at the userinfo endpoint"),
                     "it is opened only at the endpoints that the provider's discovery names")
               : find_bare(login, token);
}

/* Whether these claims are what people are known by. */
static bool can_decide(const eckid_oidc_login_t *login)
{
    const eckid_kind_t *kinds = login->setup->rules->kinds;

    return login->setup->claims_from == ECKID_CLAIMS_USERINFO ||
           (!kinds->source && kinds->conditions->nelts == 0);
}

/* What was decided at the login counts here too. */
static void repeat(eckid_oidc_login_t *login)
{
    bool no_student = login->owner.outcome == ECKID_IS_NOT_STUDENT;

    login->decision.known.outcome = login->owner.outcome;
    login->decision.known.has_kind = !no_student;
    login->decision.known.kind = login->owner.key.kind;
    login->decision.cause =
        eckid_err_about(eckid_err_make(login->pool, no_student ? ECKID_NOT_STUDENT : ECKID_NO_KEY,
                                       "as at the login"),
                        login->owner.key.kind);
}

/* Decides by the claims at hand. That they lack something means nothing where the ID token would
 * have had it; that a claim is there and says otherwise does. */
static eckid_err_t *decide(bool *found, eckid_oidc_login_t *login)
{
    ECKID_ERR(eckid_oidc_login_student(found, login, true, NULL));
    if (!*found && login->decision.cause->code != ECKID_NOT_STUDENT && !can_decide(login)) {
        login->decision.known.outcome = ECKID_IS_UNKNOWN;
        login->decision.cause =
            eckid_err_make(login->pool, ECKID_NO_KEY, "its ID token did not pass here");
    }
    return NULL;
}

static eckid_err_t *find_outcome(eckid_oidc_login_t *login)
{
    bool found = login->owner.decided && login->owner.outcome == ECKID_FOUND;

    login->decision.log.withheld = !login->owner.bound;
    if (login->decision.log.withheld) {
        return NULL;
    }
    if (login->owner.decided && !found) {
        repeat(login);
    }
    else if (!found) {
        ECKID_ERR(decide(&found, login));
    }
    if (found) {
        eckid_oidc_login_look_up(login);
    }
    return NULL;
}

static eckid_err_t *seal_userinfo(eckid_oidc_login_t *login, bool is_signed)
{
    const eckid_oidc_beside_t beside = {.access_token = NULL};

    if (is_signed) {
        return eckid_oidc_login_seal(&login->decision.body, login, &beside);
    }
    login->decision.body = eckid_oidc_print(login->claims, login->pool);
    return NULL;
}

static eckid_err_t *walk_userinfo(eckid_oidc_login_t *login, const char *type, eckid_bytes_t body)
{
    ECKID_ERR(eckid_oidc_login_verify_userinfo(&login->claims, login, type, body));
    login->decision.verified = true;
    ECKID_ERR(find_outcome(login));
    if (!eckid_decision_goes_on(&login->decision)) {
        return NULL;
    }
    eckid_oidc_login_fill(login);
    login->decision.verdict = ECKID_CHANGE;
    return seal_userinfo(login, strcmp(type, "application/jwt") == 0);
}

static eckid_decision_t refuse(eckid_oidc_login_t *login, eckid_err_t *err)
{
    eckid_decision_t decision = eckid_oidc_login_end(login, err);

    /* where the provider could not say, the client may try again */
    decision.status = err->code == ECKID_PROVIDER || err->code == ECKID_LOOP ? 503 : 401;
    return decision;
}

eckid_decision_t eckid_userinfo_rewrite(const eckid_oidc_setup_t *setup,
                                        const eckid_oauth_request_t *call, const char *type,
                                        eckid_bytes_t body, const eckid_moment_t *moment,
                                        apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_USERINFO, moment, pool);
    const char *token = eckid_client_auth_access_token(call, pool);
    eckid_err_t *err = find_owner(&login, call, token);

    if (err) {
        return refuse(&login, err);
    }
    eckid_oidc_login_set_client(&login, login.owner.client);
    return eckid_oidc_login_end(&login, login.client ? walk_userinfo(&login, type, body) : NULL);
}

bool eckid_userinfo_is_for_other(const eckid_oidc_setup_t *setup, const eckid_oauth_request_t *call,
                                 const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_USERINFO, moment, pool);

    if (find_owner(&login, call, eckid_client_auth_access_token(call, pool))) {
        return false;
    }
    eckid_oidc_login_set_client(&login, login.owner.client);
    return !login.client;
}
