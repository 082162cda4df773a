/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request of a client on its way in: where a sealed token stands, the provider gets its own. */
#include "oidc/eckid_unseal.h"
#include "base/eckid_params.h"
#include "jose/eckid_jwt_peek.h"
#include "oidc/eckid_oidc.h"
#include "oidc/eckid_oidc_login.h"
#include "oidc/eckid_oidc_scan.h"

#include <apr_strings.h>

/* One request while it is changed. */
typedef struct work_t {
    eckid_oauth_request_t *call;
    eckid_refusal_reader_t *reader;
    const eckid_supplier_t **supplier;
    const eckid_oidc_setup_t *setup;
    eckid_endpoint_t endpoint;
    apr_time_t now;
    apr_pool_t *pool;
} work_t;

/* A place for a token: the kinds that may stand there. */
typedef struct place_t {
    const char *name;
    bool access, refresh;
    bool tells_owner;
} place_t;

/* RFC 6750 section 2, RFC 6749 section 6, RFC 7662 and RFC 7009 section 2.1, RFC 8693 section 2.1
 */
static const place_t field = {"Authorization", true, false, true};
static const place_t parameters[] = {
    {"access_token", true, false, true}, {"refresh_token", false, true, true},
    {"token", true, true, false},        {"subject_token", true, true, true},
    {"actor_token", true, true, false},
};

/* OpenID Connect Core section 3.1.2.1, RP-Initiated Logout section 2; RFC 9126 section 2.1, CIBA
 * section 7.1. */
static bool takes_hints(eckid_endpoint_t endpoint)
{
    return endpoint == ECKID_ENDPOINT_END_SESSION || endpoint == ECKID_ENDPOINT_AUTHORIZATION ||
           endpoint == ECKID_ENDPOINT_REQUEST;
}

bool eckid_unseal_concerns(eckid_endpoint_t endpoint)
{
    return endpoint == ECKID_ENDPOINT_TOKEN || endpoint == ECKID_ENDPOINT_USERINFO ||
           endpoint == ECKID_ENDPOINT_INTROSPECTION || endpoint == ECKID_ENDPOINT_REVOCATION ||
           takes_hints(endpoint);
}

/* The errors of RFC 8693 section 2.2.2 and RFC 6749 section 5.2 differ, and RFC 7662 section 2.2
 * has no error at all. */
static eckid_refusal_reader_t reader_of(eckid_endpoint_t endpoint, const place_t *place)
{
    return endpoint == ECKID_ENDPOINT_USERINFO                  ? ECKID_AT_USERINFO
           : endpoint == ECKID_ENDPOINT_INTROSPECTION           ? ECKID_AT_INTROSPECTION
           : endpoint == ECKID_ENDPOINT_TOKEN && !place->access ? ECKID_AT_TOKEN
                                                                : ECKID_AT_REQUEST;
}

/* Hint is NULL where that of the code fits. */
static eckid_err_t *refuse(const work_t *work, const place_t *place, const char *why,
                           const char *hint)
{
    eckid_err_t *err = eckid_err_make(work->pool, ECKID_TOKEN_SEAL, "%s: %s", place->name, why);

    *work->reader = reader_of(work->endpoint, place);
    return hint ? eckid_err_advise(err, hint) : err;
}

/* RFC 6750 section 2. */
static const char one_place[] =
    "the client shows tokens in two places of one request, of which the provider may take either";

/* RFC 6749 section 10.4: a token is of use to its own client only. */
static bool is_its_own(const work_t *work, const eckid_token_owner_t *owner)
{
    eckid_oidc_login_t login = {.setup = work->setup, .pool = work->pool};
    const eckid_client_t *client;

    *work->supplier = eckid_policy_find_client(&client, work->setup->rules->policy, owner->client);
    return work->endpoint == ECKID_ENDPOINT_USERINFO ||
           (!eckid_oidc_login_set_caller(&login, work->call) && login.client_id &&
            strcmp(login.client_id, owner->client) == 0);
}

static eckid_err_t *open(const char **token, const work_t *work, const place_t *place,
                         const char *text)
{
    eckid_token_kind_t kind = eckid_sealed_token_kind(text);
    eckid_token_owner_t *owner = apr_palloc(work->pool, sizeof(*owner));

    if (!(kind == ECKID_ACCESS_TOKEN ? place->access : place->refresh)) {
        return refuse(
            work, place, "it is of another kind",
            "the client shows a refresh token as an access token, or the other way round");
    }
    eckid_err_t *err = eckid_sealed_token_open(token, owner, &work->setup->seal, kind, text,
                                               work->now, work->pool);

    if (err) {
        return refuse(work, place, err->detail, NULL);
    }
    if (!is_its_own(work, owner)) {
        return refuse(work, place, "it is not of the client that shows it",
                      "only the client that a token was given to may show it here; if it recurs it "
                      "may be an attack");
    }
    if (place->tells_owner && work->call->owner) { /* the provider may go by either of them */
        work->call->owner = NULL;
        return refuse(work, place, "another token is there too", one_place);
    }
    if (place->tells_owner) {
        work->call->owner = owner;
    }
    return NULL;
}

/* A scheme, such as Bearer or DPoP, and the token behind it. */
static eckid_err_t *open_field(const work_t *work)
{
    const char *text = work->call->authorization ? work->call->authorization : "";
    apr_size_t scheme = strcspn(text, " ");
    apr_size_t start = scheme + strspn(text + scheme, " ");
    const char *token;

    if (work->endpoint != ECKID_ENDPOINT_USERINFO || !eckid_sealed_token_is(text + start)) {
        return NULL;
    }
    ECKID_ERR(open(&token, work, &field, text + start));
    work->call->authorization =
        apr_pstrcat(work->pool, apr_pstrmemdup(work->pool, text, start), token, NULL);
    return NULL;
}

static eckid_err_t *open_parameter(bool *changed, const work_t *work, eckid_params_t *params,
                                   const place_t *place)
{
    const char *text, *token;

    if (work->endpoint == ECKID_ENDPOINT_AUTHORIZATION ||
        work->endpoint == ECKID_ENDPOINT_REQUEST) {
        return NULL;
    }
    int count = eckid_params_get(&text, params, place->name, work->pool);

    if (!text || !eckid_sealed_token_is(text)) {
        return NULL;
    }
    if (count > 1) {
        return refuse(work, place, "it is there twice", one_place);
    }
    ECKID_ERR(open(&token, work, place, text));
    eckid_params_set(params, place->name, token, work->pool);
    *changed = true;
    return NULL;
}

/* The client that an ID token is for; NULL when it does not name one. */
static const char *client_of(const char *token, apr_pool_t *pool)
{
    static const char *const members[] = {"azp", "aud", NULL};
    const json_t *claims = eckid_jwt_peek_claims(eckid_bytes_str(token), pool);
    const apr_array_header_t *names = claims ? eckid_jwt_peek_names(claims, members, pool) : NULL;

    return names && names->nelts ? APR_ARRAY_IDX(names, 0, const char *) : NULL;
}

static void drop_hint(const work_t *work, eckid_params_t *params, const char *given)
{
    const char *client = client_of(given, work->pool), *value;

    eckid_params_remove(params, "id_token_hint");
    if (client && !eckid_params_get(&value, params, "client_id", work->pool)) {
        eckid_params_set(params, "client_id", client, work->pool);
    }
}

/* Where a hint stands in an answer, nothing is looked for. What is no whole token might stand
 * within one that the client does not have. */
static bool is_token(const char *given, apr_pool_t *pool)
{
    eckid_oidc_t *token;

    return !eckid_oidc_open(&token, eckid_bytes_str(given), pool);
}

/* The provider does not know our signature, so it gets its own ID token, or none. */
static void swap_hint(bool *changed, const work_t *work, eckid_params_t *params)
{
    const eckid_oidc_setup_t *setup = work->setup;
    const char *given;

    if (!takes_hints(work->endpoint) ||
        eckid_params_get(&given, params, "id_token_hint", work->pool) != 1 || !given) {
        return;
    }
    const char *own =
        setup->hints ? eckid_hint_get(setup->hints, given, work->now, work->pool) : NULL;

    work->call->hint = (eckid_hint_t){own || is_token(given, work->pool) ? given : NULL, own};
    if (own) {
        eckid_params_set(params, "id_token_hint", own, work->pool);
        *changed = true;
    }
    else if (eckid_oidc_scan_is_ours(setup, given, work->pool)) {
        drop_hint(work, params, given);
        *changed = true;
    }
}

/* The same of an ID token that is exchanged for another token (RFC 8693 section 3). Without it
 * there is nothing to exchange, so one that is gone stays. */
static void swap_subject(bool *changed, const work_t *work, eckid_params_t *params)
{
    const eckid_records_t *hints = work->setup->hints;
    const char *given;

    if (work->endpoint != ECKID_ENDPOINT_TOKEN || !hints ||
        eckid_params_get(&given, params, "subject_token", work->pool) != 1 || !given ||
        eckid_sealed_token_is(given)) {
        return;
    }
    const char *own = eckid_hint_get(hints, given, work->now, work->pool);

    if (own) {
        eckid_params_set(params, "subject_token", own, work->pool);
        *changed = true;
    }
}

/* Text is that of the parameters, changed if one of them is. */
static eckid_err_t *open_parameters(eckid_bytes_t *text, const work_t *work)
{
    eckid_params_t *params = eckid_params_parse(*text, work->pool);
    bool changed = false;

    for (unsigned i = 0; i < sizeof(parameters) / sizeof(*parameters); i++) {
        ECKID_ERR(open_parameter(&changed, work, params, &parameters[i]));
    }
    swap_hint(&changed, work, params);
    swap_subject(&changed, work, params);
    if (changed) {
        *text = eckid_bytes_str(eckid_params_print(params, work->pool));
    }
    return NULL;
}

eckid_err_t *eckid_unseal(eckid_oauth_request_t *call, eckid_refusal_reader_t *reader,
                          const eckid_supplier_t **supplier, const eckid_oidc_setup_t *setup,
                          eckid_endpoint_t endpoint, apr_time_t now, apr_pool_t *pool)
{
    const work_t work = {call, reader, supplier, setup, endpoint, now, pool};
    eckid_bytes_t query = eckid_bytes_str(call->query ? call->query : "");

    if (!eckid_unseal_concerns(endpoint)) {
        return NULL;
    }
    ECKID_ERR(open_field(&work));
    ECKID_ERR(open_parameters(&query, &work));
    if (call->body == ECKID_OAUTH_FORM) {
        ECKID_ERR(open_parameters(&call->form, &work));
    }
    call->query = call->query ? query.data : NULL;
    return NULL;
}
