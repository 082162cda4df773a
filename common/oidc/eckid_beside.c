/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the tokens of an answer to a supplier: released to it as claims are. */
#include "oidc/eckid_beside.h"
#include "base/eckid_words.h"
#include "oidc/eckid_access_token_scan.h"

/* By protocol */

/* The parameters that have one meaning in both kinds of answers, and what products tell of tokens,
 * the session and errors. Not authorization_details, which can name accounts or records of the user
 * (RFC 9396 section 2), and not vp_token, which shows the user's own credentials. */
static const char *const anywhere[] = {"access_token",
                                       "token_type",
                                       "expires_in",
                                       "scope",
                                       "id_token",
                                       "issued_token_type", /* RFC 8693 */
                                       "state",
                                       "session_state",
                                       "c_nonce",
                                       "c_nonce_expires_in",
                                       "not-before-policy",
                                       "refresh_expires_in",
                                       "refresh_token_expires_in",
                                       "id_token_expires_in",
                                       "ext_expires_in",
                                       "expires_on",
                                       "expires_at",
                                       "not_before",
                                       "interval",
                                       "resource",
                                       "foci",
                                       "jti",
                                       "error",
                                       "error_description",
                                       "error_uri",
                                       "error_codes",
                                       "suberror",
                                       "trace_id",
                                       "correlation_id",
                                       NULL};

/* What only a client gets, and no browser: beside the tokens, and before there is one (RFC 8628
 * section 3.2, RFC 9126 section 2.2, and OpenID Connect CIBA section 7.3). */
static const char *const for_clients[] = {"refresh_token",    "device_secret",
                                          "device_code",      "user_code",
                                          "verification_uri", "verification_uri_complete",
                                          "verification_url", "request_uri",
                                          "auth_req_id",      NULL};

/* Whether a token that is not sealed may stand in a value, at any depth or as JSON in a string. */
static bool holds_tokens(const json_t *value, apr_pool_t *pool)
{
    bool holds = json_is_string(value) &&
                 eckid_access_token_scan(
                     eckid_bytes(json_string_value(value), json_string_length(value)), pool);
    const char *name;
    json_t *member;
    size_t i;

    json_array_foreach(value, i, member)
    {
        holds = holds || holds_tokens(member, pool);
    }
    json_object_foreach((json_t *)value, name, member)
    {
        holds = holds || eckid_access_token_scan_is_name(name) || holds_tokens(member, pool);
    }
    return holds;
}

bool eckid_beside_is_for_tokens(const eckid_oidc_login_t *login, const char *name,
                                const json_t *value)
{
    return eckid_words_have(anywhere, name) || eckid_words_have(for_clients, name) ||
           (eckid_beside_is_released(login, name) && !holds_tokens(value, login->pool));
}

static bool is_for_response(const eckid_oidc_login_t *login, const char *name)
{
    static const char *const names[] = {
        "code", "iss", "client_id", "error_subcode", "kc_action", "kc_action_status", /* Keycloak */
        NULL};

    return eckid_words_have(anywhere, name) || eckid_words_have(names, name) ||
           eckid_beside_is_released(login, name);
}

/* By the supplier's block */

static bool is_eck_id(const eckid_oidc_login_t *login, const char *name)
{
    const char *claim = login->client ? login->client->claim : NULL;

    return strcmp(name, login->decision.supplier->attribute.name) == 0 ||
           (claim && strcmp(name, claim) == 0);
}

bool eckid_beside_is_released(const eckid_oidc_login_t *login, const char *name)
{
    const eckid_supplier_t *supplier = login->decision.supplier;

    return supplier && eckid_policy_releases(supplier, name) && !is_eck_id(login, name) &&
           !eckid_oidc_is_distributed(name) && !eckid_access_token_scan_is_name(name);
}

/* By its looks */

/* The name without the members that some frameworks write behind it: user[name], user.name. */
static bool is_about(const char *name, const char *claim)
{
    const apr_size_t len = strcspn(name, "[.");

    return strlen(claim) == len && strncasecmp(name, claim, len) == 0;
}

static bool is_usual_claim(const char *name)
{
    static const char *const claims[] = {
        "name", "given_name", "family_name", "middle_name", "nickname", "preferred_username",
        "profile", "picture", "website", "email", "email_verified", "gender", "birthdate",
        "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at",
        /* of products */
        "sub", "user", "user_id", "userid", "username", "user_name", "user_info", "userinfo",
        "profile_info", "client_info", "login_hint", "authorization_details", "vp_token", NULL};
    const char *const *claim = claims;

    while (*claim && !is_about(name, *claim)) {
        claim++;
    }
    return *claim != NULL;
}

/* The ECK iD, too. */
static bool is_released_to_any(const eckid_policy_t *policy, const char *name)
{
    for (int i = 0; i < policy->suppliers->nelts; i++) {
        const eckid_supplier_t *supplier =
            APR_ARRAY_IDX(policy->suppliers, i, const eckid_supplier_t *);

        if (is_about(name, supplier->attribute.name)) {
            return true;
        }
        for (int j = 0; j < supplier->release->nelts; j++) {
            if (is_about(name, APR_ARRAY_IDX(supplier->release, j, const char *))) {
                return true;
            }
        }
    }
    return false;
}

static bool is_known_by(const eckid_kind_t *kind, const char *name)
{
    for (int i = 0; i < kind->conditions->nelts; i++) {
        if (is_about(name, APR_ARRAY_IDX(kind->conditions, i, eckid_condition_t).attribute)) {
            return true;
        }
    }
    return (kind->source && is_about(name, kind->source)) ||
           (kind->school_source && is_about(name, kind->school_source));
}

/* A claim that the configuration names. */
static bool is_claim_here(const eckid_rules_t *rules, const char *name)
{
    for (const eckid_kind_t *kind = rules->kinds; kind; kind = kind->next) {
        if (is_known_by(kind, name)) {
            return true;
        }
    }
    return is_released_to_any(rules->policy, name);
}

static bool is_personal(const eckid_oidc_login_t *login, const char *name, const char *value)
{
    const eckid_bytes_t text = eckid_codec_trim(eckid_bytes_str(value));

    return (text.len && strchr("{[", *text.data)) || is_usual_claim(name) ||
           eckid_access_token_scan_is_name(name) || is_claim_here(login->setup->rules, name);
}

/* Of the redirect URI */

/* Neither name nor value has NUL. */
static eckid_bytes_t pair_of(const char *name, const char *value, apr_pool_t *pool)
{
    const apr_size_t name_len = strlen(name) + 1, len = name_len + strlen(value);
    char *pair = apr_palloc(pool, len + 1);

    memcpy(pair, name, name_len);
    memcpy(pair + name_len, value, len - name_len + 1);
    return eckid_bytes(pair, len);
}

static bool note_pair(void *self, const char *name, const char *value)
{
    apr_hash_t *pairs = self;

    if (name && value) {
        const eckid_bytes_t pair = pair_of(name, value, apr_hash_pool_get(pairs));

        apr_hash_set(pairs, pair.data, (apr_ssize_t)pair.len, "");
    }
    return true;
}

apr_hash_t *eckid_beside_pairs(eckid_params_t *params, apr_pool_t *pool)
{
    apr_hash_t *pairs = params ? apr_hash_make(pool) : NULL;

    if (params) {
        eckid_params_filter(params, note_pair, pairs, pool);
    }
    return pairs;
}

static bool is_of_uri(const eckid_beside_t *beside, const char *name, const char *value)
{
    const eckid_bytes_t pair =
        beside->uri_pairs ? pair_of(name, value, beside->login->pool) : eckid_bytes("", 0);

    return beside->uri_pairs && apr_hash_get(beside->uri_pairs, pair.data, (apr_ssize_t)pair.len);
}

eckid_beside_t eckid_beside_make(const eckid_oidc_login_t *login, apr_hash_t *uri_pairs,
                                 bool is_uri_unknown)
{
    return (eckid_beside_t){
        .login = login, .uri_pairs = uri_pairs, .is_uri_unknown = is_uri_unknown};
}

/* One of the redirect URI, for certain or by its looks. */
static bool may_be_of_uri(const eckid_beside_t *beside, const char *name, const char *value)
{
    return is_of_uri(beside, name, value) ||
           (beside->is_uri_unknown && !is_personal(beside->login, name, value));
}

bool eckid_beside_stays(void *self, const char *name, const char *value)
{
    const eckid_beside_t *beside = self;

    return name && (is_for_response(beside->login, name) ||
                    (beside->has_jwt && strcmp(name, "response") == 0) ||
                    (value && may_be_of_uri(beside, name, value)));
}
