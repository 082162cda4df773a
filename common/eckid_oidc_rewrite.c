/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor of the back channel: what token endpoint and userinfo answer. */
#include "eckid_oidc_rewrite.h"
#include "eckid_login.h"
#include "eckid_object.h"

#include <apr_lib.h>
#include <apr_strings.h>

/* Where the provider does not say how long a token lives. */
#define ACCESS_LIFETIME apr_time_from_sec(3600)
#define ACCESS_LIFETIME_MAX apr_time_from_sec(24 * 3600)
#define REFRESH_LIFETIME apr_time_from_sec(30 * 24 * 3600)

/* The token endpoint */

typedef struct grant_t {
    eckid_login_t login;
    const eckid_call_t *call;
    eckid_object_t *answer;
    const char *id_token, *access_token, *refresh_token;
} grant_t;

static eckid_err_t *read_answer(grant_t *grant, eckid_bytes_t body)
{
    const char *scope;

    ECKID_ERR(eckid_object_parse(&grant->answer, body, ECKID_TOKEN, grant->login.pool));
    grant->id_token = eckid_object_string(grant->answer, "id_token");
    grant->access_token = eckid_object_string(grant->answer, "access_token");
    grant->refresh_token = eckid_object_string(grant->answer, "refresh_token");
    scope = eckid_object_string(grant->answer, "scope");
    grant->login.owner.scope = scope ? scope : "";
    return eckid_object_get(grant->answer, "id_token") && !grant->id_token
               ? eckid_err_make(grant->login.pool, ECKID_TOKEN, "its id_token is not a string")
               : NULL;
}

static apr_interval_time_t lifetime_of(const grant_t *grant)
{
    const json_t *value = eckid_object_get(grant->answer, "expires_in");
    double seconds =
        json_is_string(value) ? atof(json_string_value(value)) : json_number_value(value);
    double max = (double)apr_time_sec(ACCESS_LIFETIME_MAX);

    return seconds > 0 && seconds <= max ? apr_time_from_sec((apr_int64_t)seconds)
           : seconds > max               ? ACCESS_LIFETIME_MAX
                                         : ACCESS_LIFETIME;
}

static void remember(const grant_t *grant)
{
    const eckid_login_t *login = &grant->login;

    eckid_login_remember(login, ECKID_ACCESS_TOKEN, grant->access_token, lifetime_of(grant));
    eckid_login_remember(login, ECKID_REFRESH_TOKEN, grant->refresh_token, REFRESH_LIFETIME);
}

/* A refresh without ID token: what is known of the refresh token counts for what comes of it, and
 * where nothing is, nothing is remembered. */
static eckid_err_t *take_over(grant_t *grant)
{
    eckid_login_t *login = &grant->login;
    const char *used;
    bool told = eckid_caller_parameter(&used, grant->call, "refresh_token", login->pool);
    eckid_owner_t owner;

    if (told && !used) {
        return NULL; /* no refresh */
    }
    if (!told || !login->gateway->bearer ||
        !eckid_bearer_get(&owner, login->gateway->bearer, ECKID_REFRESH_TOKEN, login->owner.issuer,
                          used, login->moment->now, login->pool)) {
        grant->access_token = grant->refresh_token = NULL;
        return NULL;
    }
    if (strcmp(owner.client, login->client_id) != 0) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the refresh token was another client's");
    }
    login->owner = owner;
    grant->refresh_token = grant->refresh_token ? grant->refresh_token : used;
    return NULL;
}

/* A client that is no supplier: who it is about is taken from its ID token if that holds. */
static eckid_err_t *pass_by(grant_t *grant, const eckid_oidc_t *token)
{
    const eckid_oidc_beside_t beside = {.access_token = grant->access_token};

    grant->login.decision.supplier = eckid_login_find(&grant->login, token);
    if (grant->login.decision.supplier) {
        return eckid_err_make(grant->login.pool, ECKID_TOKEN_CLIENT, "another client got it");
    }
    /* if it does not hold, its subject stays unknown, which is the client's own matter */
    eckid_login_verify(&grant->login, token, &beside);
    return NULL;
}

static eckid_err_t *rewrite_token(grant_t *grant, const eckid_oidc_t *token)
{
    const eckid_oidc_beside_t beside = {.access_token = grant->access_token};
    eckid_login_t *login = &grant->login;
    eckid_bytes_t text;
    bool found;

    ECKID_ERR(eckid_login_verify(login, token, &beside));
    ECKID_ERR(eckid_login_student(&found, login, false, grant->access_token));
    if (found) {
        eckid_login_look_up(login);
    }
    if (!eckid_decide_goes_on(&login->decision)) {
        return NULL;
    }
    eckid_login_fill(login, grant->access_token);
    ECKID_ERR(eckid_login_seal(&text, login, &beside));
    eckid_object_set(grant->answer, "id_token", json_stringn(text.data, text.len), login->pool);
    login->decision.verdict = ECKID_CHANGE;
    login->decision.body = eckid_object_print(grant->answer, login->pool);
    return NULL;
}

static eckid_err_t *handle_token(grant_t *grant)
{
    eckid_login_t *login = &grant->login;
    eckid_oidc_t *token;
    eckid_err_t *err = eckid_oidc_open(&token, eckid_bytes_str(grant->id_token), login->pool);

    if (err) { /* what cannot be read is nobody's business but a supplier's */
        return login->client ? err : NULL;
    }
    return login->client ? rewrite_token(grant, token) : pass_by(grant, token);
}

static eckid_err_t *walk_grant(grant_t *grant, eckid_bytes_t body)
{
    eckid_login_t *login = &grant->login;
    const char *client = eckid_caller_client(grant->call, login->pool);

    ECKID_ERR(read_answer(grant, body));
    if (!client && !grant->id_token) {
        return NULL;
    }
    if (!client) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request does not say, or says in two ways, which client it is");
    }
    eckid_login_name(login, client);
    ECKID_ERR(grant->id_token ? handle_token(grant) : take_over(grant));
    if (login->decision.verdict != ECKID_REFUSE) {
        remember(grant);
    }
    return NULL;
}

eckid_decision_t eckid_oidc_rewrite_grant(const eckid_gateway_t *gateway, const eckid_call_t *call,
                                          eckid_bytes_t body, const eckid_moment_t *moment,
                                          apr_pool_t *pool)
{
    grant_t grant = {.login = eckid_login_make(gateway, "id_token", moment, pool), .call = call};

    return eckid_login_end(&grant.login, walk_grant(&grant, body));
}

/* Userinfo */

/* What is known by asking is remembered for a while, so that not each call asks. */
#define ASKED_LIFETIME apr_time_from_sec(60)

/* RFC 7662 section 2.2. A token without client or subject is nobody's. */
static eckid_err_t *read_introspection(eckid_login_t *login, const json_t *claims)
{
    const char *client = json_string_value(json_object_get(claims, "client_id"));
    const char *subject = json_string_value(json_object_get(claims, "sub"));
    const char *issuer = json_string_value(json_object_get(claims, "iss"));
    const char *scope = json_string_value(json_object_get(claims, "scope"));

    if (!client || !subject || (issuer && strcmp(issuer, login->owner.issuer) != 0)) {
        return eckid_err_make(login->pool, ECKID_TOKEN_NOBODYS,
                              "introspection names no client and subject of this issuer");
    }
    login->owner.client = login->client_id = client;
    login->owner.subject = subject;
    login->owner.scope = scope ? scope : "";
    return NULL;
}

static eckid_err_t *introspect(eckid_login_t *login, const char *token)
{
    const eckid_gateway_t *gateway = login->gateway;
    json_t *claims;

    if (!gateway->introspection || !gateway->view) {
        return eckid_err_make(login->pool, ECKID_TOKEN_NOBODYS, "%s", "");
    }
    ECKID_ERR(eckid_provider_introspect(&claims, gateway->provider, gateway->view,
                                        gateway->introspection, token, login->pool));
    ECKID_ERR(read_introspection(login, claims));
    eckid_login_remember(login, ECKID_ACCESS_TOKEN, token, ASKED_LIFETIME);
    return NULL;
}

static bool is_known(eckid_login_t *login, const char *token)
{
    return login->gateway->bearer &&
           eckid_bearer_get(&login->owner, login->gateway->bearer, ECKID_ACCESS_TOKEN,
                            login->owner.issuer, token, login->moment->now, login->pool);
}

static eckid_err_t *find_owner(eckid_login_t *login, const char *token)
{
    if (!token) {
        return eckid_err_make(login->pool, ECKID_TOKEN_NOBODYS, "it is not there once");
    }
    return is_known(login, token) ? NULL : introspect(login, token);
}

/* Whether these claims are where the student is known by. */
static bool can_decide(const eckid_login_t *login)
{
    return login->gateway->claims_from == ECKID_CLAIMS_USERINFO ||
           (!login->gateway->student->source && login->gateway->student->conditions->nelts == 0);
}

/* What was decided at the token endpoint counts here too; otherwise it is decided now. */
static eckid_err_t *find_outcome(eckid_login_t *login)
{
    bool found = login->owner.decided && login->owner.outcome == ECKID_FOUND;

    if (login->owner.decided && !found) {
        bool no_student = login->owner.outcome == ECKID_IS_NOT_STUDENT;

        login->decision.outcome = login->owner.outcome;
        login->decision.cause = eckid_err_make(
            login->pool, no_student ? ECKID_NOT_STUDENT : ECKID_NO_KEY, "as at the login");
    }
    else if (!login->owner.decided && !can_decide(login)) {
        login->decision.outcome = ECKID_IS_UNKNOWN;
        login->decision.cause =
            eckid_err_make(login->pool, ECKID_NO_KEY, "its ID token did not pass here");
    }
    else if (!found) {
        ECKID_ERR(eckid_login_student(&found, login, true, NULL));
    }
    if (found) {
        eckid_login_look_up(login);
    }
    return NULL;
}

static eckid_err_t *seal_userinfo(eckid_login_t *login, bool is_signed)
{
    const eckid_oidc_beside_t beside = {.access_token = NULL};

    if (is_signed) {
        return eckid_login_seal(&login->decision.body, login, &beside);
    }
    login->decision.body = eckid_oidc_print(login->claims, login->pool);
    return NULL;
}

static eckid_err_t *walk_userinfo(eckid_login_t *login, const char *type, eckid_bytes_t body)
{
    ECKID_ERR(eckid_login_verify_userinfo(&login->claims, login, type, body));
    login->decision.verified = true;
    ECKID_ERR(find_outcome(login));
    if (!eckid_decide_goes_on(&login->decision)) {
        return NULL;
    }
    eckid_login_fill(login, NULL);
    login->decision.verdict = ECKID_CHANGE;
    return seal_userinfo(login, strcmp(type, "application/jwt") == 0);
}

/* More places at which a token could be cut off are not tried. */
#define CUTS_MAX 100

/* Whether a token is well-formed (RFC 6750 section 2.1), and no part of it is known that a server
 * would read which stops at a sign it does not expect. */
static bool is_truly_unknown(eckid_login_t *login, const char *token)
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

static eckid_decision_t nobodys(eckid_login_t *login, const char *token, eckid_err_t *err)
{
    eckid_decision_t decision = eckid_login_end(login, err);

    if (err->code != ECKID_TOKEN_NOBODYS) {
        decision.status = 503; /* nobody could say; its owner may try again */
    }
    else if (login->gateway->passes_unknown && token && is_truly_unknown(login, token)) {
        decision.verdict = ECKID_PASS;
    }
    else {
        decision.status = 401;
    }
    return decision;
}

eckid_decision_t eckid_oidc_rewrite_userinfo(const eckid_gateway_t *gateway,
                                             const eckid_call_t *call, const char *type,
                                             eckid_bytes_t body, const eckid_moment_t *moment,
                                             apr_pool_t *pool)
{
    eckid_login_t login = eckid_login_make(gateway, "userinfo", moment, pool);
    const char *token = eckid_caller_token(call, pool);
    eckid_err_t *err = find_owner(&login, token);

    if (err) {
        return nobodys(&login, token, err);
    }
    eckid_login_name(&login, login.owner.client);
    return eckid_login_end(&login, login.client ? walk_userinfo(&login, type, body) : NULL);
}

/* Elsewhere */

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

eckid_shown_t eckid_oidc_rewrite_shown(const eckid_call_t *call, eckid_bytes_t body,
                                       apr_pool_t *pool)
{
    const char *query = in_plain(eckid_bytes_str(call->query ? call->query : ""), pool);
    const char *text = apr_pstrcat(pool, query, "&", in_plain(body, pool), NULL);
    eckid_shown_t shown = {
        .token =
            strstr(text, "access_token") || (call->authorization && !is_basic(call->authorization)),
        .grant = strstr(text, "grant_type") != NULL,
    };

    shown.client = shown.token || shown.grant || call->authorization ||
                   strstr(text, "client_assertion") || strstr(text, "client_secret");
    return shown;
}

/* RFC 7662 section 2.2, as far as it is about the token alone. */
static bool stays(const char *name, const apr_array_header_t *released)
{
    static const char *const names[] = {"active", "scope", "client_id", "token_type", NULL};
    bool found = eckid_oidc_is_protocol(name);

    for (const char *const *known = names; !found && *known; known++) {
        found = strcmp(*known, name) == 0;
    }
    for (int i = 0; !found && i < released->nelts; i++) {
        found = strcmp(APR_ARRAY_IDX(released, i, const char *), name) == 0;
    }
    return found;
}

static void filter(eckid_login_t *login, eckid_object_t *object)
{
    const apr_array_header_t *names = eckid_object_names(object, login->pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!stays(name, login->decision.attributes)) {
            eckid_object_remove(object, name);
            login->decision.verdict = ECKID_CHANGE;
        }
    }
    login->decision.body = eckid_object_print(object, login->pool);
}

/* What a client that shows no access token is told about a subject. */
static eckid_err_t *walk_told(eckid_login_t *login, const eckid_call_t *call,
                              eckid_object_t *object, eckid_bytes_t body)
{
    const char *client = eckid_caller_client(call, login->pool);

    if (!client) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CLIENT,
                              "the request does not say, or says in two ways, which client it is");
    }
    eckid_login_name(login, client);
    if (!login->client) {
        return NULL;
    }
    if (!object) {
        return eckid_err_make(login->pool, ECKID_TOKEN_CARRIER, "it is no JSON object to filter");
    }
    ECKID_ERR(
        eckid_oidc_userinfo(&login->claims, body, eckid_object_string(object, "sub"), login->pool));
    login->decision.worth_a_line = false; /* it is no login, and gets no ECK iD */
    login->decision.withheld = true;
    eckid_login_fill(login, NULL);
    filter(login, object);
    return NULL;
}

static eckid_decision_t tell(const eckid_gateway_t *gateway, const eckid_call_t *call,
                             eckid_object_t *object, eckid_bytes_t body,
                             const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_login_t login = eckid_login_make(gateway, "introspection", moment, pool);

    return eckid_login_end(&login, walk_told(&login, call, object, body));
}

eckid_decision_t eckid_oidc_rewrite_other(const eckid_gateway_t *gateway, const eckid_call_t *call,
                                          const eckid_shown_t *shown, eckid_bytes_t body,
                                          const eckid_moment_t *moment, apr_pool_t *pool)
{
    const eckid_bytes_t text = eckid_codec_trim(body);
    const bool is_object = text.len && *text.data == '{', is_jwt = eckid_jws_is(text);
    eckid_object_t *object = NULL;

    if (is_object && eckid_object_parse(&object, body, ECKID_TOKEN, pool)) {
        object = NULL; /* it may be anything, then */
    }
    if (is_object && (shown->grant || (object && eckid_object_get(object, "id_token")))) {
        return eckid_oidc_rewrite_grant(gateway, call, body, moment, pool);
    }
    if (!shown->client ||
        !(is_jwt || (is_object && (!object || eckid_object_get(object, "sub"))))) {
        return (eckid_decision_t){.verdict = ECKID_PASS};
    }
    return shown->token
               ? eckid_oidc_rewrite_userinfo(gateway, call,
                                             is_jwt ? "application/jwt" : "application/json", body,
                                             moment, pool)
               : tell(gateway, call, object, body, moment, pool);
}
