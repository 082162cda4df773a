/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of userinfo: whose it is was remembered at the token endpoint, or is asked. */
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_provider_call.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* What is known by asking is remembered for a while, so that not each call asks. */
#define ASKED_LIFETIME apr_time_from_sec(60)

/* RFC 7662 section 2.2. A token without client or subject does not count as known. */
static eckid_err_t *read_introspection(eckid_oidc_login_t *login, const json_t *claims)
{
    const char *client = json_string_value(json_object_get(claims, "client_id"));
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    const char *scope = json_string_value(json_object_get(claims, "scope"));

    if (!client || !subject || (issuer && strcmp(issuer, login->owner.issuer) != 0)) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN,
                              "introspection names no client and subject of this issuer");
    }
    login->owner.client = login->client_id = client;
    login->owner.subject = subject;
    login->owner.scope = scope ? scope : "";
    return NULL;
}

static eckid_err_t *introspect(eckid_oidc_login_t *login, const char *token)
{
    const eckid_oidc_setup_t *setup = login->setup;
    json_t *claims;

    if (!setup->introspection || !setup->view) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN, "%s", "");
    }
    ECKID_ERR(eckid_provider_call_introspect(&claims, eckid_provider_backend(setup->provider),
                                             setup->view, setup->introspection, token,
                                             login->pool));
    ECKID_ERR(read_introspection(login, claims));
    eckid_oidc_login_remember(login, ECKID_ACCESS_TOKEN, token, ASKED_LIFETIME);
    return NULL;
}

static bool is_known(eckid_oidc_login_t *login, const char *token)
{
    return login->setup->token_owners &&
           eckid_token_owner_get(&login->owner, login->setup->token_owners, ECKID_ACCESS_TOKEN,
                                 login->owner.issuer, token, login->moment->now, login->pool);
}

static eckid_err_t *find_owner(eckid_oidc_login_t *login, const char *token)
{
    if (!token) {
        return eckid_err_make(login->pool, ECKID_TOKEN_UNKNOWN, "it is not there once");
    }
    return is_known(login, token) ? NULL : introspect(login, token);
}

/* Whether these claims are where the student is known by. */
static bool can_decide(const eckid_oidc_login_t *login)
{
    return login->setup->claims_from == ECKID_CLAIMS_USERINFO ||
           (!login->setup->rules->student->source &&
            login->setup->rules->student->conditions->nelts == 0);
}

/* What was decided at the token endpoint counts here too; otherwise it is decided now. */
static eckid_err_t *find_outcome(eckid_oidc_login_t *login)
{
    bool found = login->owner.decided && login->owner.outcome == ECKID_FOUND;

    if (login->owner.decided && !found) {
        bool no_student = login->owner.outcome == ECKID_IS_NOT_STUDENT;

        login->decision.known.outcome = login->owner.outcome;
        login->decision.cause = eckid_err_make(
            login->pool, no_student ? ECKID_NOT_STUDENT : ECKID_NO_KEY, "as at the login");
    }
    else if (!login->owner.decided && !can_decide(login)) {
        login->decision.known.outcome = ECKID_IS_UNKNOWN;
        login->decision.cause =
            eckid_err_make(login->pool, ECKID_NO_KEY, "its ID token did not pass here");
    }
    else if (!found) {
        ECKID_ERR(eckid_oidc_login_student(&found, login, true, NULL));
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
    eckid_oidc_login_fill(login, NULL);
    login->decision.verdict = ECKID_CHANGE;
    return seal_userinfo(login, strcmp(type, "application/jwt") == 0);
}

/* More places at which a token could be cut off are not tried. */
#define CUTS_MAX 100

/* Whether a token is well-formed (RFC 6750 section 2.1), and no part of it is known that a server
 * would read which stops at a sign it does not expect. */
static bool is_truly_unknown(eckid_oidc_login_t *login, const char *token)
{
    int cuts = 0;

    for (const char *c = token; *c; c++) {
        if (apr_isalnum(*c)) {
            continue;
        }
        if (!strchr("-._~+/=", *c) || ++cuts > CUTS_MAX ||
            is_known(login, apr_pstrmemdup(login->pool, token, (apr_size_t)(c - token)))) {
            return false;
        }
    }
    return true;
}

static eckid_decision_t refuse_unknown(eckid_oidc_login_t *login, const char *token,
                                       eckid_err_t *err)
{
    eckid_decision_t decision = eckid_oidc_login_end(login, err);

    if (err->code != ECKID_TOKEN_UNKNOWN) {
        decision.status = 503; /* the provider could not say; the client may try again */
    }
    else if (login->setup->passes_unknown && token && is_truly_unknown(login, token)) {
        decision.verdict = ECKID_PASS;
    }
    else {
        decision.status = 401;
    }
    return decision;
}

eckid_decision_t eckid_userinfo_rewrite(const eckid_oidc_setup_t *setup,
                                        const eckid_oauth_request_t *call, const char *type,
                                        eckid_bytes_t body, const eckid_moment_t *moment,
                                        apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_USERINFO, moment, pool);
    const char *token = eckid_client_auth_access_token(call, pool);
    eckid_err_t *err = find_owner(&login, token);

    if (err) {
        return refuse_unknown(&login, token, err);
    }
    eckid_oidc_login_set_client(&login, login.owner.client);
    return eckid_oidc_login_end(&login, login.client ? walk_userinfo(&login, type, body) : NULL);
}

bool eckid_userinfo_is_for_other(const eckid_oidc_setup_t *setup, const eckid_oauth_request_t *call,
                                 const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_oidc_login_t login = eckid_oidc_login_make(setup, ECKID_CHANNEL_USERINFO, moment, pool);
    const char *token = eckid_client_auth_access_token(call, pool);

    if (!token || !is_known(&login, token)) {
        return false;
    }
    eckid_oidc_login_set_client(&login, login.owner.client);
    return !login.client;
}
