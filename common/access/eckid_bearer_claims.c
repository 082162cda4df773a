/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an access token must say to open something here: RFC 9068 section 4, RFC 7662 section 2.2.
 */
#include "access/eckid_bearer_claims.h"
#include "base/eckid_url.h"

/* A check of claims while it is made. */
typedef struct check_t {
    const json_t *claims;
    const eckid_bearer_rules_t *rules;
    bool introspected;
    apr_time_t now;
    apr_pool_t *pool;
} check_t;

static eckid_err_t *bad(const check_t *check, const char *why)
{
    return eckid_err_make(check->pool, ECKID_PUSH_TOKEN, "%s", why);
}

static bool is_text(const json_t *value, const char *wanted)
{
    return json_is_string(value) && strcmp(json_string_value(value), wanted) == 0;
}

/* What stands in the place of what is wanted. Both are names of servers, not of people. */
static eckid_err_t *is_another(const check_t *check, const char *claim, const json_t *value,
                               const char *wanted)
{
    const json_t *first = json_is_array(value) ? json_array_get(value, 0) : value;
    const char *found = json_is_string(first)
                            ? eckid_url_shown(json_string_value(first), check->pool)
                        : first ? "no text"
                                : "absent";

    return eckid_err_make(check->pool, ECKID_PUSH_TOKEN, "%s is another: %s%s, and not %s", claim,
                          found, json_array_size(value) > 1 ? " and more" : "", wanted);
}

static eckid_err_t *check_issuer(const check_t *check)
{
    const json_t *issuer = eckid_json_value(check->claims, "iss");

    if (!issuer && check->introspected) {
        return NULL;
    }
    return is_text(issuer, check->rules->issuer)
               ? NULL
               : is_another(check, "iss", issuer, check->rules->issuer);
}

/* RFC 7662 section 2.2 lets a server leave aud out. Then only the scope tells that the token was
 * made for us and not for another one that this server serves. */
static eckid_err_t *check_no_audience(const check_t *check)
{
    eckid_err_t *err = bad(check, "aud is absent");

    if (!check->introspected) {
        return err;
    }
    return check->rules->scope
               ? NULL
               : eckid_err_advise(err,
                                  "its server tells no audience, so EckidScimToken needs scope= "
                                  "with a scope that only tokens for this server have");
}

/* RFC 7519 section 4.1.3: a string or a list of them. */
static eckid_err_t *check_audience(const check_t *check)
{
    const json_t *audience = eckid_json_value(check->claims, "aud");
    bool found = is_text(audience, check->rules->audience);

    if (!audience) {
        return check_no_audience(check);
    }
    for (size_t i = 0; i < json_array_size(audience); i++) {
        found = found || is_text(json_array_get(audience, i), check->rules->audience);
    }
    return found ? NULL : is_another(check, "aud", audience, check->rules->audience);
}

/* Seconds since 1970, with or without a fraction. */
static bool read_time(apr_time_t *time, const json_t *value)
{
    double seconds = json_number_value(value);

    *time = 0;
    if (!json_is_number(value) || seconds < 0 || seconds > 1e11) {
        return false;
    }
    *time = apr_time_from_sec((apr_int64_t)seconds);
    return true;
}

static eckid_err_t *check_start(const check_t *check, const char *name, const char *wrong)
{
    const json_t *value = eckid_json_value(check->claims, name);
    apr_time_t start;

    return !value || (read_time(&start, value) && start <= check->now + check->rules->skew)
               ? NULL
               : bad(check, wrong);
}

static eckid_err_t *check_times(apr_time_t *until, const check_t *check)
{
    const json_t *end = eckid_json_value(check->claims, "exp");

    *until = 0;
    if (!end && !check->introspected) {
        return bad(check, "exp is absent");
    }
    if (end && !read_time(until, end)) {
        return bad(check, "exp is no time");
    }
    if (end && *until + check->rules->skew <= check->now) {
        return bad(check, "exp is over");
    }
    ECKID_ERR(check_start(check, "nbf", "nbf is still to come"));
    return check_start(check, "iat", "iat is still to come");
}

/* An ID token may be signed by the same key, and an audience be a client's name: these claims no
 * access token has (OpenID Connect Core section 2). */
static eckid_err_t *check_kind(const check_t *check)
{
    return eckid_json_value(check->claims, "nonce") || eckid_json_value(check->claims, "at_hash")
               ? bad(check, "it is an ID token")
               : NULL;
}

/* RFC 9449 section 6: such a token is good only with a proof, which is not read here. */
static eckid_err_t *check_binding(const char **thumbprint, const check_t *check)
{
    const json_t *cnf = eckid_json_value(check->claims, "cnf");
    const char *name;
    json_t *value;

    *thumbprint = NULL;
    if (cnf && !json_is_object(cnf)) {
        return bad(check, "cnf is no object");
    }
    json_object_foreach((json_t *)cnf, name, value)
    {
        if (strcmp(name, "x5t#S256") != 0 || !json_is_string(value)) {
            return bad(check, "cnf binds it to something else than a certificate");
        }
        *thumbprint = json_string_value(value);
    }
    return NULL;
}

/* RFC 9068 section 2.2 has client_id; Keycloak and others say azp. */
static eckid_err_t *read_client(const char **client_id, const check_t *check)
{
    const json_t *client = eckid_json_value(check->claims, "client_id");
    const json_t *azp = eckid_json_value(check->claims, "azp");

    if (client && azp && !json_equal(client, azp)) {
        return bad(check, "client_id and azp differ");
    }
    *client_id = json_string_value(client ? client : azp);
    return *client_id && **client_id ? NULL : bad(check, "it names no client");
}

static bool has_word(const char *list, const char *word)
{
    apr_size_t len = strlen(word);

    for (; *list; list += strspn(list, " ")) {
        apr_size_t span = strcspn(list, " ");

        if (span == len && strncmp(list, word, len) == 0) {
            return true;
        }
        list += span;
    }
    return false;
}

/* RFC 8693 section 4.2: words between spaces. Some servers write a list. */
static eckid_err_t *check_scope(const check_t *check)
{
    const char *wanted = check->rules->scope;
    const json_t *scope = eckid_json_value(check->claims, "scope");
    const char *text;
    bool found = !wanted;

    scope = scope ? scope : eckid_json_value(check->claims, "scp");
    text = json_string_value(scope);
    found = found || (text && has_word(text, wanted));
    for (size_t i = 0; !found && i < json_array_size(scope); i++) {
        found = is_text(json_array_get(scope, i), wanted);
    }
    return found ? NULL : eckid_err_make(check->pool, ECKID_PUSH_SCOPE, "%s", wanted);
}

eckid_err_t *eckid_bearer_claims_check(eckid_bearer_grant_t *grant, const json_t *claims,
                                       const eckid_bearer_rules_t *rules, bool introspected,
                                       apr_time_t now, apr_pool_t *pool)
{
    const check_t check = {claims, rules, introspected, now, pool};

    ECKID_ERR(check_issuer(&check));
    ECKID_ERR(check_audience(&check));
    ECKID_ERR(check_times(&grant->until, &check));
    ECKID_ERR(check_kind(&check));
    ECKID_ERR(check_binding(&grant->thumbprint, &check));
    ECKID_ERR(read_client(&grant->client_id, &check));
    return check_scope(&check);
}
