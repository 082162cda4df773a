/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login over OpenID Connect on its way: the steps that all its carriers have in common. */
#include "oidc/eckid_oidc_login.h"
#include "base/eckid_words.h"
#include "decision/eckid_release.h"
#include "oidc/eckid_access_token.h"
#include "oidc/eckid_access_token_scan.h"
#include "oidc/eckid_our_keys.h"
#include "oidc/eckid_provider_call.h"

eckid_oidc_login_t eckid_oidc_login_make(const eckid_oidc_setup_t *setup, eckid_channel_t channel,
                                         const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .moment = moment, .at = moment->now, .pool = pool};

    login.decision.log.channel = channel;
    login.owner = (eckid_token_owner_t){.client = "", .subject = "", .scope = "", .bound = true};
    return login;
}

void eckid_oidc_login_set_client(eckid_oidc_login_t *login, const char *client_id)
{
    login->client_id = client_id;
    login->owner.client = client_id;
    login->decision.supplier =
        eckid_policy_find_client(&login->client, login->setup->rules->policy, client_id);
    login->decision.log.wanted = login->decision.supplier != NULL;
}

/* The caller */

bool eckid_oidc_login_is_near(const eckid_oidc_setup_t *setup, const char *name, apr_pool_t *pool)
{
    const eckid_policy_t *policy = setup->rules->policy;
    const eckid_client_t *client;

    return name && (eckid_policy_find_client(&client, policy, name) ||
                    eckid_policy_is_similar_client(policy, name, pool));
}

/* How many of the names are a supplier's or nearly so, and whether all of those are the client. */
static int count_near(bool *all_are, const eckid_oidc_login_t *login,
                      const apr_array_header_t *names, const char *client)
{
    int count = 0;

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (eckid_oidc_login_is_near(login->setup, name, login->pool)) {
            *all_are = *all_are && client && strcmp(name, client) == 0;
            count++;
        }
    }
    return count;
}

/* The one name that all of them are; NULL where there is none. */
static const char *only_name(const apr_array_header_t *names)
{
    const char *only = names->nelts ? APR_ARRAY_IDX(names, 0, const char *) : NULL;

    for (int i = 1; only && i < names->nelts; i++) {
        only = strcmp(only, APR_ARRAY_IDX(names, i, const char *)) == 0 ? only : NULL;
    }
    return only;
}

/* Other readings of a name matter only where they are a supplier's. */
static eckid_caller_t find_caller(const char **client, const eckid_oidc_login_t *login,
                                  const eckid_client_names_t *names)
{
    const eckid_client_t *found;
    bool all_are = true;

    *client = only_name(names->names);
    if (count_near(&all_are, login, names->names, *client) +
            count_near(&all_are, login, names->readings, *client) >
        0) {
        bool is_one = all_are && names->complete && *client &&
                      eckid_policy_find_client(&found, login->setup->rules->policy, *client);

        return is_one ? ECKID_CALLER_SUPPLIER : ECKID_CALLER_TWOFOLD;
    }
    return names->complete && !names->may_be_other && names->names->nelts ? ECKID_CALLER_OTHER
                                                                          : ECKID_CALLER_UNTOLD;
}

eckid_err_t *eckid_oidc_login_set_caller(eckid_oidc_login_t *login,
                                         const eckid_oauth_request_t *call)
{
    const eckid_client_names_t names = eckid_client_auth_names(call, login->pool);
    const char *client;

    login->caller = find_caller(&client, login, &names);
    if (login->caller == ECKID_CALLER_UNTOLD) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request does not say which client it is");
    }
    if (login->caller == ECKID_CALLER_TWOFOLD) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request can be read as a supplier's and as another client's");
    }
    if (client) {
        eckid_oidc_login_set_client(login, client);
    }
    return NULL;
}

bool eckid_oidc_login_is_for_other(const eckid_oidc_setup_t *setup,
                                   const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};

    eckid_oidc_login_set_caller(&login, call);
    return login.caller == ECKID_CALLER_OTHER;
}

const eckid_supplier_t *eckid_oidc_login_find_supplier(const eckid_oidc_login_t *login,
                                                       const eckid_oidc_t *token)
{
    const apr_array_header_t *clients = eckid_oidc_clients(token);
    const eckid_supplier_t *found = NULL;
    const eckid_client_t *client;

    for (int i = 0; !found && i < clients->nelts; i++) {
        found = eckid_policy_find_client(&client, login->setup->rules->policy,
                                         APR_ARRAY_IDX(clients, i, const char *));
    }
    return found;
}

/* Verifying */

/* The keys of the provider; never one of ours, though its JWKS should list it. */
static apr_array_header_t *trusted_keys(const eckid_oidc_login_t *login,
                                        const eckid_provider_view_t *view)
{
    apr_array_header_t *keys = apr_array_make(login->pool, view->keys->nelts, sizeof(eckid_jwk_t));
    apr_array_header_t *signers = eckid_rules_all_signers(login->setup->rules, login->pool);

    for (int i = 0; i < view->keys->nelts; i++) {
        const eckid_jwk_t *jwk = &APR_ARRAY_IDX(view->keys, i, eckid_jwk_t);

        if (!eckid_rules_is_ours(jwk->key, signers)) {
            APR_ARRAY_PUSH(keys, eckid_jwk_t) = *jwk;
        }
    }
    return keys;
}

static eckid_oidc_rules_t rules_of(const eckid_oidc_login_t *login,
                                   const eckid_provider_view_t *view)
{
    return (eckid_oidc_rules_t){
        .issuer = view->issuer,
        .trust = {trusted_keys(login, view), login->client ? login->client->secret : NULL},
        .client = login->client_id,
        .now = login->at,
        .skew = login->setup->rules->skew,
    };
}

/* What there is to verify. */
typedef enum jwt_kind_t { ID_TOKEN, ACCESS_TOKEN, USERINFO, RESPONSE } jwt_kind_t;

typedef struct task_t {
    jwt_kind_t kind;
    const eckid_oidc_t *token;
    const eckid_oidc_beside_t *beside; /* of an ID token */
} task_t;

/* NULL where it is not known. */
static const char *subject_of(const eckid_oidc_login_t *login)
{
    return *login->owner.subject ? login->owner.subject : NULL;
}

static eckid_err_t *verify_with(eckid_claims_t **claims, const eckid_oidc_login_t *login,
                                const eckid_provider_view_t *view, const task_t *task)
{
    eckid_oidc_rules_t rules = rules_of(login, view);

    switch (task->kind) {
    case ACCESS_TOKEN:
        rules.trust.secret = NULL; /* which is for what the client itself reads */
        return eckid_oidc_verify_access_token(task->token, &rules, login->pool);
    case USERINFO:
        return eckid_oidc_userinfo_signed(claims, task->token, &rules, subject_of(login),
                                          login->pool);
    case RESPONSE:
        return eckid_oidc_verify_response(claims, task->token, &rules, login->pool);
    default:
        return eckid_oidc_verify(claims, task->token, &rules, task->beside, login->pool);
    }
}

static eckid_err_t *verify(eckid_claims_t **claims, eckid_oidc_login_t *login, const task_t *task)
{
    const eckid_provider_view_t *view = login->setup->view;
    eckid_err_t *news = NULL;

    if (!view) {
        return eckid_err_advise(
            eckid_err_make(login->pool, ECKID_PROVIDER, "nothing of it is known yet"),
            "an earlier line of ECK0243 says why its discovery document or keys cannot be had");
    }
    eckid_err_t *err = verify_with(claims, login, view, task);

    if (!err || err->code != ECKID_TOKEN_KEY || !login->client) {
        return err; /* only a supplier waits for the provider */
    }
    ECKID_ERR(eckid_provider_renew(&view, login->setup->provider,
                                   &login->decision.log.provider_fetched, &news, login->moment->now,
                                   login->pool));
    login->decision.log.provider_error = news;
    return verify_with(claims, login, view, task);
}

/* Without azp it is for all its audiences alike; another supplier would take it too. */
static eckid_err_t *check_audiences(const eckid_oidc_login_t *login, const eckid_oidc_t *token)
{
    const apr_array_header_t *clients = eckid_oidc_clients(token);
    const eckid_client_t *client;

    for (int i = 0; login->client && !eckid_oidc_has_party(token) && i < clients->nelts; i++) {
        const eckid_supplier_t *named = eckid_policy_find_client(
            &client, login->setup->rules->policy, APR_ARRAY_IDX(clients, i, const char *));

        if (named && named != login->decision.supplier) {
            return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                                  "its aud names another supplier too, and it has no azp");
        }
    }
    return NULL;
}

eckid_err_t *eckid_oidc_login_verify(eckid_oidc_login_t *login, const eckid_oidc_t *token,
                                     const eckid_oidc_beside_t *beside)
{
    const task_t task = {.kind = ID_TOKEN, .token = token, .beside = beside};

    ECKID_ERR(check_audiences(login, token));
    ECKID_ERR(verify(&login->claims, login, &task));
    login->owner.subject = eckid_oidc_subject(login->claims);
    login->decision.verified = login->client != NULL;
    return NULL;
}

eckid_err_t *eckid_oidc_login_verify_response(eckid_claims_t **claims, eckid_oidc_login_t *login,
                                              const eckid_oidc_t *token)
{
    const task_t task = {.kind = RESPONSE, .token = token};

    ECKID_ERR(check_audiences(login, token));
    return verify(claims, login, &task);
}

eckid_err_t *eckid_oidc_login_verify_access_token(eckid_oidc_login_t *login, const char *text)
{
    task_t task = {.kind = ACCESS_TOKEN};
    eckid_oidc_t *token;

    ECKID_ERR(eckid_oidc_open(&token, eckid_bytes_str(text), login->pool));
    task.token = token;
    return verify(NULL, login, &task);
}

eckid_err_t *eckid_oidc_login_verify_userinfo(eckid_claims_t **claims, eckid_oidc_login_t *login,
                                              const char *type, eckid_bytes_t body)
{
    eckid_oidc_t *token;

    if (strcmp(type, "application/jwt") != 0) {
        return eckid_oidc_userinfo(claims, body, subject_of(login), login->pool);
    }
    ECKID_ERR(eckid_oidc_open(&token, body, login->pool));
    const task_t task = {.kind = USERINFO, .token = token};

    return verify(claims, login, &task);
}

/* The student */

/* The claims of userinfo, which the gateway asks for by itself. */
static eckid_err_t *ask_userinfo(eckid_claims_t **claims, eckid_oidc_login_t *login,
                                 const char *access_token)
{
    const eckid_oidc_setup_t *setup = login->setup;
    eckid_http_response_t *answer = NULL;

    if (!access_token) {
        return eckid_err_make(login->pool, ECKID_NO_KEY, "no access token to ask userinfo with");
    }
    eckid_err_t *err = eckid_provider_call_userinfo(
        &answer, eckid_provider_backend(setup->provider), setup->view, access_token, login->pool);

    if (err && answer && (answer->status == 401 || answer->status == 403)) {
        return eckid_err_advise(
            eckid_err_make(login->pool, ECKID_NO_KEY, "userinfo answered %d to the new token",
                           answer->status),
            "let the client ask for the scope openid, or put the claims into the ID token and drop "
            "student=userinfo of EckidProvider");
    }
    ECKID_ERR(err);
    const char *type =
        eckid_http_media_type(apr_table_get(answer->headers, "Content-Type"), login->pool);

    return eckid_oidc_login_verify_userinfo(claims, login, type, answer->body);
}

/* Puts down that there is no key this time; the next answer may decide otherwise. */
static eckid_err_t *settle(eckid_oidc_login_t *login, eckid_err_t *err)
{
    if (err->code != ECKID_PROVIDER && err->code != ECKID_NO_KEY) {
        return err;
    }
    login->decision.known.outcome =
        err->code == ECKID_PROVIDER ? ECKID_PROVIDER_FAILED : ECKID_IS_UNKNOWN;
    login->decision.cause = err;
    return NULL;
}

static const eckid_err_t *advise_claim(const eckid_oidc_login_t *login, const eckid_err_t *err,
                                       bool is_userinfo)
{
    return eckid_err_advise(
        eckid_err_copy(err, login->pool),
        is_userinfo || login->setup->claims_from == ECKID_CLAIMS_USERINFO
            ? "let the provider put that claim into userinfo"
            : "let the provider put that claim into the ID token, or write student=userinfo behind "
              "EckidProvider if it stands in userinfo");
}

eckid_err_t *eckid_oidc_login_student(bool *found, eckid_oidc_login_t *login, bool is_userinfo,
                                      const char *access_token)
{
    eckid_claims_t *claims = login->claims;

    *found = false;
    if (login->setup->claims_from == ECKID_CLAIMS_USERINFO && !is_userinfo) {
        eckid_err_t *err = ask_userinfo(&claims, login, access_token);

        if (err) {
            return settle(login, err);
        }
    }
    *found = eckid_decision_find_key(&login->owner.key, &login->decision, login->setup->rules,
                                     eckid_oidc_attributes(claims), login->pool);
    if (!*found && eckid_person_is_untold(login->decision.cause)) {
        login->decision.cause = advise_claim(login, login->decision.cause, is_userinfo);
    }
    login->owner.decided = true;
    login->owner.outcome = *found ? ECKID_FOUND : login->decision.known.outcome;
    return NULL;
}

void eckid_oidc_login_look_up(eckid_oidc_login_t *login)
{
    eckid_decision_look_up(&login->value, &login->decision, login->setup->rules, &login->owner.key,
                           login->moment, login->pool);
}

/* Filling */

/* Where other claims can be had, and what opens more, is released by name only, not by a star. */
static void remove_openers(const eckid_oidc_login_t *login, eckid_attributes_t token)
{
    const apr_array_header_t *names = eckid_attributes_names(token, login->pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if ((eckid_oidc_is_distributed(name) || eckid_access_token_scan_is_name(name)) &&
            !eckid_words_listed(login->decision.supplier->release, name)) {
            eckid_attributes_remove(token, name, login->pool);
        }
    }
}

/* What the ECK iD is called at the client. */
static const char *claim_of(const eckid_oidc_login_t *login)
{
    return login->client->claim ? login->client->claim : login->decision.supplier->attribute.name;
}

void eckid_oidc_login_fill(eckid_oidc_login_t *login)
{
    eckid_decision_t *decision = &login->decision;
    eckid_attributes_t token = eckid_oidc_attributes(login->claims);

    if (decision->log.channel == ECKID_CHANNEL_USERINFO) { /* all claims have been handed out */
        decision->log.absent = eckid_release_absent(token, decision->supplier, login->pool);
    }
    eckid_release(&decision->log.name_id_shows, token, decision->supplier, login->pool);
    eckid_attributes_remove(token, claim_of(login), login->pool);
    remove_openers(login, token);
    if (decision->known.outcome == ECKID_FOUND && !decision->log.withheld) {
        eckid_oidc_set(login->claims, claim_of(login), login->value.text, login->pool);
    }
    decision->log.attributes = eckid_attributes_names(token, login->pool);
}

/* Sealing */

static eckid_err_t *choose_signer(eckid_jws_signer_t *signer, const eckid_oidc_login_t *login)
{
    const eckid_provider_view_t *view = login->setup->view;

    return eckid_our_keys_choose(signer, login->setup->rules, login->decision.supplier,
                                 login->client, view ? view->keys : NULL, login->pool);
}

/* The client may show it as a hint later. */
static void keep(const eckid_oidc_login_t *login, eckid_bytes_t ours, bool is_encrypted)
{
    if (login->id_token && login->setup->hints) {
        eckid_hint_put(login->setup->hints, ours.data, is_encrypted, login->id_token, login->moment,
                       login->pool);
    }
}

eckid_err_t *eckid_oidc_login_seal(eckid_bytes_t *text, const eckid_oidc_login_t *login,
                                   const eckid_oidc_beside_t *beside)
{
    eckid_jws_signer_t signer;

    ECKID_ERR(choose_signer(&signer, login));
    ECKID_ERR(eckid_oidc_seal(text, login->claims, &signer, beside, login->pool));
    keep(login, *text, false);
    if (login->client->encryption) {
        ECKID_ERR(eckid_jwe_encrypt(text, login->client->encryption, *text, login->pool));
        keep(login, *text, true);
    }
    return NULL;
}

eckid_err_t *eckid_oidc_login_seal_response(eckid_bytes_t *text, const eckid_oidc_login_t *login,
                                            const eckid_claims_t *claims)
{
    const eckid_oidc_beside_t beside = {NULL, NULL, NULL};
    eckid_jws_signer_t signer;

    ECKID_ERR(choose_signer(&signer, login));
    return eckid_oidc_seal(text, claims, &signer, &beside, login->pool);
}

eckid_err_t *eckid_oidc_login_seal_token(const char **sealed, eckid_oidc_login_t *login,
                                         eckid_token_kind_t kind, const char *token)
{
    *sealed = NULL;
    if (token && login->has_sealed[kind]) { /* by the same nonce */
        return eckid_err_make(login->pool, ECKID_INTERNAL, "two tokens of one kind");
    }
    login->has_sealed[kind] = login->has_sealed[kind] || token;
    return token ? eckid_sealed_token_make(sealed, &login->setup->seal, kind, token, &login->owner,
                                           login->moment, login->pool)
                 : NULL;
}

eckid_err_t *eckid_oidc_login_give_token(const char **given, eckid_oidc_login_t *login,
                                         const char *token, bool is_dpop)
{
    eckid_access_token_t read = {.claims = NULL};
    bool is_read = token && !eckid_access_token_read(&read, token, login->pool);

    if (is_read && read.client && strcmp(read.client, login->client_id) == 0 &&
        (is_dpop || read.has_proof_key || login->client->tokens_as_is)) {
        login->decision.log.token_shows =
            eckid_access_token_shows(&read, login->decision.supplier, login->pool);
        *given = token;
        return NULL;
    }
    return eckid_oidc_login_seal_token(given, login, ECKID_ACCESS_TOKEN, token);
}

eckid_decision_t eckid_oidc_login_end(const eckid_oidc_login_t *login, const eckid_err_t *err)
{
    eckid_decision_t decision = err ? eckid_decision_refuse(err) : login->decision;

    if (err && err->code == ECKID_PROVIDER) {
        decision.status = 503; /* it may be back in a moment */
    }
    decision.supplier = login->decision.supplier;
    decision.log.channel = login->decision.log.channel;
    decision.log.provider_fetched = login->decision.log.provider_fetched;
    decision.log.provider_error = login->decision.log.provider_error;
    return decision;
}
