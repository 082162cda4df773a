/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ID token or a userinfo answer: whose it is, whether it can be believed, and its claims. */
#include "oidc/eckid_oidc.h"

#include <math.h>
#include <apr_strings.h>

#include "base/eckid_words.h"

#define SUBJECT_MAX 255 /* OpenID Connect Core section 2 */

struct eckid_oidc_t {
    eckid_jws_t *jws;
    eckid_json_edit_t *claimed; /* read for its clients; for the rest once it is verified */
    apr_array_header_t *clients;
};

struct eckid_claims_t {
    eckid_json_edit_t *object;
    const eckid_signed_t *verified; /* NULL for plain JSON */
};

/* Whose it is */

static void add_string(apr_array_header_t *list, const json_t *value)
{
    if (json_is_string(value)) {
        APR_ARRAY_PUSH(list, const char *) = json_string_value(value);
    }
}

/* The strings of a claim that is one or an array of them. */
static apr_array_header_t *strings_of(const eckid_json_edit_t *object, const char *name,
                                      apr_pool_t *pool)
{
    apr_array_header_t *list = apr_array_make(pool, 2, sizeof(const char *));
    const json_t *value = eckid_json_edit_get(object, name);

    add_string(list, value);
    for (size_t i = 0; i < json_array_size(value); i++) {
        add_string(list, json_array_get(value, i));
    }
    return list;
}

eckid_err_t *eckid_oidc_open(eckid_oidc_t **out, eckid_bytes_t text, apr_pool_t *pool)
{
    eckid_oidc_t *token = apr_pcalloc(pool, sizeof(*token));

    /* what surrounds a token, such as the end of a line, is no part of it */
    ECKID_ERR(eckid_jws_open(&token->jws, eckid_codec_trim(text), pool));
    ECKID_ERR(
        eckid_json_edit_parse(&token->claimed, eckid_jws_claimed(token->jws), ECKID_TOKEN, pool));
    token->clients = strings_of(token->claimed, "aud", pool);
    add_string(token->clients, eckid_json_edit_get(token->claimed, "azp"));
    *out = token;
    return NULL;
}

const apr_array_header_t *eckid_oidc_clients(const eckid_oidc_t *token)
{
    return token->clients;
}

bool eckid_oidc_has_party(const eckid_oidc_t *token)
{
    return eckid_json_edit_string(token->claimed, "azp") != NULL;
}

const char *eckid_oidc_kid(const eckid_oidc_t *token)
{
    return eckid_jws_kid(token->jws);
}

/* Whether it can be believed */

static eckid_err_t *check_issuer(const eckid_json_edit_t *object, const char *issuer, bool required,
                                 apr_pool_t *pool)
{
    const char *iss = eckid_json_edit_string(object, "iss");

    if (!required && !eckid_json_edit_has(object, "iss")) {
        return NULL;
    }
    return iss && strcmp(iss, issuer) == 0
               ? NULL
               : eckid_err_make(pool, ECKID_TOKEN_ISSUER, "its iss is not %s", issuer);
}

/* Section 3.1.3.7, points 3 to 5, of errata set 2: azp is checked where it is present. */
static eckid_err_t *check_client(const eckid_json_edit_t *object, const char *client, bool required,
                                 apr_pool_t *pool)
{
    const bool has_party = eckid_json_edit_has(object, "azp");
    const char *party = eckid_json_edit_string(object, "azp");

    if (!required && !has_party && !eckid_json_edit_has(object, "aud")) {
        return NULL;
    }
    if (!eckid_words_listed(strings_of(object, "aud", pool), client)) {
        return eckid_err_make(pool, ECKID_TOKEN_CLIENT, "its aud does not name the client");
    }
    if (has_party && (!party || strcmp(party, client) != 0)) {
        return eckid_err_make(pool, ECKID_TOKEN_CLIENT, "its azp is not the client");
    }
    return NULL;
}

/* A moment in seconds; false when the claim is there and is none. */
static bool read_moment(bool *present, double *seconds, const eckid_json_edit_t *object,
                        const char *name)
{
    const json_t *value = eckid_json_edit_value(object, name);

    *present = value != NULL;
    *seconds = json_number_value(value);
    return !value || (json_is_number(value) && isfinite(*seconds) && *seconds >= 0);
}

static eckid_err_t *check_from(const eckid_json_edit_t *object, const char *name, double now,
                               double skew, apr_pool_t *pool)
{
    bool present;
    double seconds;

    if (!read_moment(&present, &seconds, object, name)) {
        return eckid_err_make(pool, ECKID_TOKEN, "its %s is no time", name);
    }
    return present && seconds > now + skew
               ? eckid_err_make(pool, ECKID_TOKEN_TIME, "its %s is %.9g seconds in the future",
                                name, seconds - now)
               : NULL;
}

static eckid_err_t *check_time(const eckid_json_edit_t *object, const eckid_oidc_rules_t *rules,
                               bool required, apr_pool_t *pool)
{
    double now = (double)apr_time_sec(rules->now), skew = (double)apr_time_sec(rules->skew);
    bool present;
    double end;

    if (!read_moment(&present, &end, object, "exp") || (required && !present)) {
        return eckid_err_make(pool, ECKID_TOKEN, "it has no exp that is a time");
    }
    if (present && end + skew <= now) {
        return eckid_err_make(pool, ECKID_TOKEN_TIME, "it ended %.0f seconds ago", now - end);
    }
    ECKID_ERR(check_from(object, "nbf", now, skew, pool));
    return check_from(object, "iat", now, skew, pool);
}

static eckid_err_t *check_subject(const eckid_json_edit_t *object, const char *subject,
                                  apr_pool_t *pool)
{
    const char *sub = eckid_json_edit_string(object, "sub");

    if (!eckid_json_edit_has(object, "sub")) {
        return eckid_err_make(pool, ECKID_TOKEN, "it has no sub");
    }
    if (!sub || !*sub || strlen(sub) > SUBJECT_MAX) {
        return eckid_err_make(pool, ECKID_TOKEN, "its sub is not a string of up to %d characters",
                              SUBJECT_MAX);
    }
    return !subject || strcmp(sub, subject) == 0
               ? NULL
               : eckid_err_make(pool, ECKID_TOKEN_SUBJECT, "%s", "");
}

/* Hashes of what stands beside the token (sections 3.1.3.6 and 3.3.2.11; FAPI 1 for s_hash). */

typedef struct hash_t {
    const char *name, *input;
} hash_t;

#define HASHES 3

static void list_hashes(hash_t hashes[HASHES], const eckid_oidc_beside_t *beside)
{
    hashes[0] = (hash_t){"at_hash", beside->access_token};
    hashes[1] = (hash_t){"c_hash", beside->code};
    hashes[2] = (hash_t){"s_hash", beside->state};
}

/* The left half of the digest, in base64url. */
static const char *hash_of(const char *input, eckid_key_alg_t alg, apr_pool_t *pool)
{
    eckid_bytes_t digest = eckid_digest(eckid_jwa_digest(alg), eckid_bytes_str(input), pool);

    return eckid_codec_base64url(eckid_bytes(digest.data, digest.len / 2), pool).data;
}

static eckid_err_t *check_hashes(const eckid_claims_t *claims, const eckid_oidc_beside_t *beside,
                                 apr_pool_t *pool)
{
    eckid_key_alg_t alg = eckid_jws_alg(claims->verified);
    hash_t hashes[HASHES];

    list_hashes(hashes, beside);
    for (int i = 0; i < HASHES; i++) {
        const char *claimed = eckid_json_edit_string(claims->object, hashes[i].name);

        if (eckid_json_edit_has(claims->object, hashes[i].name) && hashes[i].input &&
            (!claimed || strcmp(claimed, hash_of(hashes[i].input, alg, pool)) != 0)) {
            return eckid_err_make(pool, ECKID_TOKEN_HASH, "%s", hashes[i].name);
        }
    }
    return NULL;
}

static eckid_err_t *verify_signature(eckid_claims_t **out, const eckid_oidc_t *token,
                                     const eckid_jws_trust_t *trust, apr_pool_t *pool)
{
    eckid_claims_t *claims = apr_pcalloc(pool, sizeof(*claims));

    ECKID_ERR(eckid_jws_verify(&claims->verified, token->jws, trust, pool));
    claims->object = token->claimed; /* the very payload that was verified */
    *out = claims;
    return NULL;
}

eckid_err_t *eckid_oidc_verify(eckid_claims_t **out, const eckid_oidc_t *token,
                               const eckid_oidc_rules_t *rules, const eckid_oidc_beside_t *beside,
                               apr_pool_t *pool)
{
    eckid_claims_t *claims = NULL;

    ECKID_ERR(verify_signature(&claims, token, &rules->trust, pool));
    ECKID_ERR(check_issuer(claims->object, rules->issuer, true, pool));
    ECKID_ERR(check_client(claims->object, rules->client, true, pool));
    ECKID_ERR(check_time(claims->object, rules, true, pool));
    ECKID_ERR(check_subject(claims->object, NULL, pool));
    ECKID_ERR(check_hashes(claims, beside, pool));
    *out = claims;
    return NULL;
}

eckid_err_t *eckid_oidc_userinfo(eckid_claims_t **out, eckid_bytes_t json, const char *subject,
                                 apr_pool_t *pool)
{
    eckid_claims_t *claims = apr_pcalloc(pool, sizeof(*claims));

    ECKID_ERR(eckid_json_edit_parse(&claims->object, json, ECKID_TOKEN, pool));
    ECKID_ERR(check_subject(claims->object, subject, pool));
    *out = claims;
    return NULL;
}

eckid_err_t *eckid_oidc_userinfo_signed(eckid_claims_t **out, const eckid_oidc_t *token,
                                        const eckid_oidc_rules_t *rules, const char *subject,
                                        apr_pool_t *pool)
{
    eckid_claims_t *claims = NULL;

    ECKID_ERR(verify_signature(&claims, token, &rules->trust, pool));
    ECKID_ERR(check_issuer(claims->object, rules->issuer, false, pool));
    ECKID_ERR(check_client(claims->object, rules->client, false, pool));
    ECKID_ERR(check_time(claims->object, rules, false, pool));
    ECKID_ERR(check_subject(claims->object, subject, pool));
    *out = claims;
    return NULL;
}

eckid_err_t *eckid_oidc_verify_access_token(const eckid_oidc_t *token,
                                            const eckid_oidc_rules_t *rules, apr_pool_t *pool)
{
    eckid_claims_t *claims = NULL;

    ECKID_ERR(verify_signature(&claims, token, &rules->trust, pool));
    ECKID_ERR(check_issuer(claims->object, rules->issuer, true, pool));
    return check_time(claims->object, rules, false, pool);
}

eckid_err_t *eckid_oidc_verify_response(eckid_claims_t **out, const eckid_oidc_t *token,
                                        const eckid_oidc_rules_t *rules, apr_pool_t *pool)
{
    eckid_claims_t *claims = NULL;

    ECKID_ERR(verify_signature(&claims, token, &rules->trust, pool));
    ECKID_ERR(check_issuer(claims->object, rules->issuer, true, pool));
    ECKID_ERR(check_client(claims->object, rules->client, true, pool));
    ECKID_ERR(check_time(claims->object, rules, true, pool));
    if (eckid_json_edit_has(claims->object, "sub")) {
        return eckid_err_make(pool, ECKID_TOKEN, "it has a sub, which no response has");
    }
    *out = claims;
    return NULL;
}

bool eckid_oidc_binds(const eckid_claims_t *claims)
{
    return eckid_json_edit_has(claims->object, "at_hash");
}

const char *eckid_oidc_subject(const eckid_claims_t *claims)
{
    return eckid_json_edit_string(claims->object, "sub");
}

const eckid_json_edit_t *eckid_oidc_members(const eckid_claims_t *claims)
{
    return claims->object;
}

/* Its claims */

bool eckid_oidc_is_protocol(const char *name)
{
    /* Core section 2, RFC 7519 section 4.1, logout (sid), RFC 7800 (cnf), Native SSO (ds_hash) */
    static const char *const names[] = {
        "iss", "sub", "aud", "exp",     "nbf",    "iat",    "jti",     "nonce",     "acr", "amr",
        "azp", "sid", "cnf", "at_hash", "c_hash", "s_hash", "ds_hash", "auth_time", NULL};

    return eckid_words_have(names, name);
}

bool eckid_oidc_is_distributed(const char *name)
{
    static const char *const names[] = {"_claim_names", "_claim_sources", NULL};

    return eckid_words_have(names, name);
}

static apr_array_header_t *token_names(const void *self, apr_pool_t *pool)
{
    const eckid_claims_t *claims = self;
    apr_array_header_t *names = eckid_json_edit_names(claims->object, pool);
    const int count = names->nelts;

    names->nelts = 0; /* those that stay move up, which never overtakes the reading */
    for (int i = 0; i < count; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);

        if (!eckid_oidc_is_protocol(name)) {
            APR_ARRAY_PUSH(names, const char *) = name;
        }
    }
    return names;
}

/* Integers, as keys of people may be, have up to 16 digits here. */
static const char *print_number(double number, apr_pool_t *pool)
{
    return apr_psprintf(pool, number == floor(number) ? "%.0f" : "%.15g", number);
}

static void add_value(apr_array_header_t *values, const json_t *value, apr_pool_t *pool)
{
    if (json_is_string(value)) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) =
            eckid_bytes(json_string_value(value), json_string_length(value));
    }
    else if (json_is_boolean(value)) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) =
            eckid_bytes_str(json_is_true(value) ? "true" : "false");
    }
    else if (json_is_number(value) && fabs(json_number_value(value)) < 9e15) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) =
            eckid_bytes_str(print_number(json_number_value(value), pool));
    }
}

static apr_array_header_t *token_values(const void *self, const char *name, apr_pool_t *pool)
{
    const eckid_claims_t *claims = self;
    apr_array_header_t *values = apr_array_make(pool, 2, sizeof(eckid_bytes_t));
    const char *string = eckid_json_edit_string(claims->object, name);

    if (string) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_bytes_str(string);
        return values;
    }
    const json_t *value = eckid_json_edit_get(claims->object, name);

    if (json_is_number(value)) {
        APR_ARRAY_PUSH(values, eckid_bytes_t) = eckid_json_edit_text(claims->object, name);
        return values;
    }
    add_value(values, value, pool);
    for (size_t i = 0; i < json_array_size(value); i++) {
        add_value(values, json_array_get(value, i), pool);
    }
    return values;
}

static const char *token_subject(const void *self, apr_pool_t *pool)
{
    (void)pool;
    return eckid_oidc_subject(self);
}

static void token_remove(void *self, const char *name, apr_pool_t *pool)
{
    eckid_claims_t *claims = self;

    (void)pool;
    if (!eckid_oidc_is_protocol(name)) {
        eckid_json_edit_remove(claims->object, name);
    }
}

static void token_rename(void *self, const char *name, const eckid_attribute_t *to,
                         apr_pool_t *pool)
{
    eckid_claims_t *claims = self;

    if (!eckid_oidc_is_protocol(name) && !eckid_oidc_is_protocol(to->name)) {
        eckid_json_edit_rename(claims->object, name, to->name, pool);
    }
}

eckid_attributes_t eckid_oidc_attributes(eckid_claims_t *claims)
{
    static const eckid_attributes_kind_t kind = {token_names, token_values, token_subject,
                                                 token_remove, token_rename};

    return (eckid_attributes_t){&kind, claims};
}

void eckid_oidc_set(eckid_claims_t *claims, const char *name, const char *value, apr_pool_t *pool)
{
    eckid_json_edit_set_string(claims->object, name, value, pool);
}

/* Sealing */

static eckid_err_t *renew_hashes(const eckid_claims_t *claims, eckid_key_alg_t alg,
                                 const eckid_oidc_beside_t *beside, apr_pool_t *pool)
{
    bool same = eckid_jwa_digest(alg) == eckid_jwa_digest(eckid_jws_alg(claims->verified));
    hash_t hashes[HASHES];

    list_hashes(hashes, beside);
    for (int i = 0; i < HASHES; i++) {
        if (!eckid_json_edit_has(claims->object, hashes[i].name) || (same && !hashes[i].input)) {
            continue;
        }
        if (!hashes[i].input) {
            return eckid_err_make(pool, ECKID_TOKEN_HASH, "%s cannot be made for %s",
                                  hashes[i].name, eckid_jwa_name(alg));
        }
        eckid_json_edit_set_string(claims->object, hashes[i].name,
                                   hash_of(hashes[i].input, alg, pool), pool);
    }
    return NULL;
}

eckid_err_t *eckid_oidc_seal(eckid_bytes_t *text, const eckid_claims_t *claims,
                             const eckid_jws_signer_t *signer, const eckid_oidc_beside_t *beside,
                             apr_pool_t *pool)
{
    ECKID_ERR(renew_hashes(claims, signer->alg, beside, pool));
    return eckid_jws_sign(text, claims->verified, eckid_json_edit_print(claims->object, pool),
                          signer, pool);
}

eckid_bytes_t eckid_oidc_print(const eckid_claims_t *claims, apr_pool_t *pool)
{
    return eckid_json_edit_print(claims->object, pool);
}
