/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Responses from paths that the provider does not publish as endpoints. */
#include "oidc/eckid_other_endpoint.h"
#include "oidc/eckid_token_endpoint.h"
#include "oidc/eckid_access_token_scan.h"
#include "oidc/eckid_beside.h"
#include "oidc/eckid_oidc_scan.h"
#include "base/eckid_json_edit.h"
#include "base/eckid_words.h"
#include "oidc/eckid_userinfo.h"
#include "oidc/eckid_wellknown.h"

/* RFC 7662 sections 2.2 and 2.3. Members about the token stay. Of those about a person, only
 * released ones do, under the provider's own names. */
static bool stays(const eckid_oidc_login_t *login, const char *name)
{
    static const char *const names[] = {"active",     "scope", "client_id",
                                        "token_type", "error", "error_description",
                                        "error_uri",  NULL};

    return eckid_words_have(names, name) || eckid_oidc_is_protocol(name) ||
           eckid_beside_is_released(login, name);
}

static void remove_unreleased(eckid_oidc_login_t *login, eckid_json_edit_t *object)
{
    const apr_array_header_t *names = eckid_json_edit_names(object, login->pool);

    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!stays(login, name)) {
            eckid_json_edit_remove(object, name);
            login->decision.verdict = ECKID_CHANGE;
        }
    }
    login->decision.body = eckid_json_edit_print(object, login->pool);
}

/* What a client is told about a token, and so about a person. Object is NULL when it cannot be
 * read.
 */
static eckid_err_t *filter_introspection(eckid_oidc_login_t *login,
                                         const eckid_oauth_request_t *call,
                                         const eckid_request_signs_t *signs,
                                         eckid_json_edit_t *object)
{
    eckid_err_t *untold = eckid_oidc_login_set_caller(login, call);

    if (untold) { /* without credentials it is no client */
        return signs->client || login->caller == ECKID_CALLER_TWOFOLD ? untold : NULL;
    }
    if (!login->client) {
        return NULL;
    }
    if (!object) {
        return eckid_err_make(login->pool, ECKID_RESPONSE_MODE, "it is no JSON object to filter");
    }
    login->decision.log.wanted = false; /* it is no login */
    remove_unreleased(login, object);
    return NULL;
}

/* An ID token of any supplier; of one that names itself in the request, an access token too. */
static eckid_err_t *find_token(const eckid_supplier_t **supplier, const eckid_oidc_setup_t *setup,
                               const eckid_oauth_request_t *call, eckid_bytes_t body,
                               apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};

    eckid_oidc_login_set_caller(&login, call);
    if (login.caller == ECKID_CALLER_OTHER) {
        return NULL;
    }
    *supplier = eckid_oidc_scan_bytes(setup, body, pool);
    if (*supplier) {
        return eckid_err_make(pool, ECKID_RESPONSE_MODE,
                              "in a response that is not the token endpoint's");
    }
    *supplier = login.decision.supplier;
    return login.caller != ECKID_CALLER_UNTOLD && eckid_access_token_scan(body, pool)
               ? eckid_err_make(pool, ECKID_RESPONSE_MODE,
                                "an access token in a response that is not the token endpoint's")
               : NULL;
}

/* A token may be where no parameter or member tells of it, for a client or for the script of a
 * provider's page that hands it on. */
static eckid_decision_t search_rest(const eckid_oidc_setup_t *setup,
                                    const eckid_oauth_request_t *call, eckid_bytes_t body,
                                    apr_pool_t *pool)
{
    eckid_decision_t decision = {.verdict = ECKID_PASS};
    const eckid_supplier_t *supplier = NULL;
    eckid_err_t *err = find_token(&supplier, setup, call, body, pool);

    if (err) {
        decision = eckid_decision_refuse(err);
        decision.supplier = supplier;
    }
    return decision;
}

static eckid_decision_t rewrite_introspection(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call,
                                              const eckid_request_signs_t *signs,
                                              eckid_json_edit_t *object, eckid_bytes_t body,
                                              const eckid_moment_t *moment, apr_pool_t *pool)
{
    eckid_oidc_login_t login =
        eckid_oidc_login_make(setup, ECKID_CHANNEL_INTROSPECTION, moment, pool);
    const eckid_decision_t decision =
        eckid_oidc_login_end(&login, filter_introspection(&login, call, signs, object));

    return decision.verdict == ECKID_PASS ? search_rest(setup, call, body, pool) : decision;
}

/* What the request carries, now that it is known who asks. At the introspection endpoint a
 * supplier's client that says its name asks about a token, even if something in its request is
 * called an access token. */
static eckid_request_signs_t settle(const eckid_request_signs_t *signs,
                                    const eckid_oidc_setup_t *setup,
                                    const eckid_oauth_request_t *call, apr_pool_t *pool)
{
    eckid_oidc_login_t login = {.setup = setup, .pool = pool};
    eckid_request_signs_t settled = *signs;

    if (signs->asks && signs->token) {
        eckid_oidc_login_set_caller(&login, call);
        settled.token =
            login.caller != ECKID_CALLER_SUPPLIER && login.caller != ECKID_CALLER_TWOFOLD;
    }
    return settled;
}

/* While nothing is known of the provider, its keys can stand anywhere. */
static bool is_key_set(const eckid_json_edit_t *object)
{
    const json_t *first = json_array_get(eckid_json_edit_get(object, "keys"), 0);

    return json_is_string(json_object_get(first, "kty"));
}

eckid_decision_t eckid_other_endpoint_rewrite(const eckid_oidc_setup_t *setup,
                                              const eckid_oauth_request_t *call,
                                              const eckid_request_signs_t *signs,
                                              eckid_bytes_t body, const eckid_moment_t *moment,
                                              apr_pool_t *pool)
{
    const bool is_jwt = eckid_jws_is(eckid_codec_trim(body));
    const eckid_request_signs_t settled = settle(signs, setup, call, pool);
    eckid_json_edit_t *object;
    const eckid_response_kind_t kind = eckid_response_kind_of_body(&object, &settled, body, pool);

    if (!setup->view && object && is_key_set(object)) {
        return eckid_wellknown_jwks(setup, body, pool);
    }
    switch (kind) {
    case ECKID_RESPONSE_TOKEN:
        return eckid_token_endpoint_rewrite(setup, call, body, moment, pool);
    case ECKID_RESPONSE_USERINFO:
        return eckid_userinfo_rewrite(setup, call, is_jwt ? "application/jwt" : "application/json",
                                      body, moment, pool);
    case ECKID_RESPONSE_INTROSPECTION:
        return rewrite_introspection(setup, call, signs, object, body, moment, pool);
    default:
        return search_rest(setup, call, body, pool);
    }
}
