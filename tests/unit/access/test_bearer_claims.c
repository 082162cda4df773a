/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "access/eckid_bearer_claims.h"

#define NOW 1788165000
#define GOOD "\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":1788165300"
#define WHO ",\"client_id\":\"las\",\"scope\":\"read push\""

static const eckid_bearer_rules_t rules = {"https://as.example", "https://scim.example", "push",
                                           apr_time_from_sec(60)};

static eckid_err_t *check_by(const eckid_bearer_rules_t *by, eckid_bearer_grant_t *grant,
                             const char *members, bool introspected)
{
    json_t *claims;

    ok(eckid_json_parse(&claims, str(apr_pstrcat(pool, "{", members, "}", NULL)), ECKID_FILE,
                        pool));
    return eckid_bearer_claims_check(grant, claims, by, introspected, apr_time_from_sec(NOW), pool);
}

static eckid_err_t *check(eckid_bearer_grant_t *grant, const char *members, bool introspected)
{
    return check_by(&rules, grant, members, introspected);
}

static const char *const good[] = {
    GOOD WHO,
    GOOD WHO ",\"azp\":\"las\"",
    GOOD ",\"azp\":\"las\",\"scope\":\"push\"",
    GOOD ",\"client_id\":\"las\",\"scope\":[\"read\",\"push\"]",
    GOOD ",\"client_id\":\"las\",\"scp\":\"push\"",
    GOOD WHO ",\"nbf\":1788165050,\"iat\":1788165050,\"sub\":null,\"nonce\":null",
    "\"iss\":\"https://as.example\",\"aud\":[\"x\",\"https://"
    "scim.example\"],\"exp\":1788164950.5" WHO,
};

START_TEST(claims_that_are_accepted)
{
    eckid_bearer_grant_t grant;

    ok(check(&grant, good[_i], false));
    ck_assert_str_eq(grant.client_id, "las");
    ck_assert_ptr_null(grant.thumbprint);
    ok(check(&grant, good[_i], true));
}
END_TEST

static const struct {
    const char *members;
    eckid_code_t code;
    const char *words;
} bad[] = {
    {"\"aud\":\"https://scim.example\",\"exp\":1788165300" WHO, ECKID_PUSH_TOKEN, "iss"},
    {"\"iss\":\"https://as.example/\",\"aud\":\"https://scim.example\",\"exp\":1788165300" WHO,
     ECKID_PUSH_TOKEN, "iss"},
    {"\"iss\":[\"https://as.example\"],\"aud\":\"https://scim.example\",\"exp\":1788165300" WHO,
     ECKID_PUSH_TOKEN, "iss"},
    {"\"iss\":\"https://as.example/\",\"exp\":1788165300" WHO, ECKID_PUSH_TOKEN,
     "iss is another: https://as.example/, and not https://as.example"},
    {"\"iss\":\"https://as.example\",\"aud\":[\"https://x.example\",\"y\"]" WHO, ECKID_PUSH_TOKEN,
     "aud is another: https://x.example and more, and not https://scim.example"},
    {"\"iss\":\"a@school.example\"" WHO, ECKID_PUSH_TOKEN, "iss is another: a name with an @"},
    {"\"iss\":\"a\\nb c\"" WHO, ECKID_PUSH_TOKEN, "iss is another: a_b_c,"},
    {"\"iss\":\"https://as.example\",\"exp\":1788165300" WHO, ECKID_PUSH_TOKEN, "aud"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://other.example\",\"exp\":1788165300" WHO,
     ECKID_PUSH_TOKEN, "aud"},
    {"\"iss\":\"https://as.example\",\"aud\":[],\"exp\":1788165300" WHO, ECKID_PUSH_TOKEN, "aud"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\"" WHO, ECKID_PUSH_TOKEN,
     "exp"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":\"1788165300\"" WHO,
     ECKID_PUSH_TOKEN, "exp"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":1788164940" WHO,
     ECKID_PUSH_TOKEN, "exp"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":1e300" WHO,
     ECKID_PUSH_TOKEN, "exp"},
    {"\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":-1" WHO,
     ECKID_PUSH_TOKEN, "exp"},
    {GOOD WHO ",\"nbf\":1788165061", ECKID_PUSH_TOKEN, "nbf"},
    {GOOD WHO ",\"iat\":1788165061", ECKID_PUSH_TOKEN, "iat"},
    {GOOD WHO ",\"iat\":\"x\"", ECKID_PUSH_TOKEN, "iat"},
    {GOOD WHO ",\"nonce\":\"x\"", ECKID_PUSH_TOKEN, "ID token"},
    {GOOD WHO ",\"at_hash\":\"x\"", ECKID_PUSH_TOKEN, "ID token"},
    {GOOD WHO ",\"cnf\":{\"jkt\":\"x\"}", ECKID_PUSH_TOKEN, "cnf"},
    {GOOD WHO ",\"cnf\":{\"x5t#S256\":7}", ECKID_PUSH_TOKEN, "cnf"},
    {GOOD WHO ",\"cnf\":\"x\"", ECKID_PUSH_TOKEN, "cnf"},
    {GOOD WHO ",\"azp\":\"other\"", ECKID_PUSH_TOKEN, "azp"},
    {GOOD ",\"scope\":\"push\"", ECKID_PUSH_TOKEN, "no client"},
    {GOOD ",\"scope\":\"push\",\"client_id\":\"\"", ECKID_PUSH_TOKEN, "no client"},
    {GOOD ",\"scope\":\"push\",\"client_id\":7", ECKID_PUSH_TOKEN, "no client"},
    {GOOD ",\"client_id\":\"las\"", ECKID_PUSH_SCOPE, "push"},
    {GOOD ",\"client_id\":\"las\",\"scope\":\"pusher xpush\"", ECKID_PUSH_SCOPE, "push"},
    {GOOD ",\"client_id\":\"las\",\"scope\":\"read,push\"", ECKID_PUSH_SCOPE, "push"},
    {GOOD ",\"client_id\":\"las\",\"scope\":7", ECKID_PUSH_SCOPE, "push"},
};

START_TEST(claims_that_are_refused)
{
    eckid_bearer_grant_t grant;

    tells(check(&grant, bad[_i].members, false), bad[_i].code, bad[_i].words);
}
END_TEST

START_TEST(a_server_that_was_asked_may_leave_out_what_is_known)
{
    eckid_bearer_grant_t grant;

    ok(check(&grant, "\"active\":true,\"client_id\":\"las\",\"scope\":\"push\"", true));
    ck_assert_int_eq(grant.until, 0);
    refused(check(&grant, "\"iss\":\"https://other.example\"" WHO, true), ECKID_PUSH_TOKEN);
    refused(check(&grant, "\"aud\":\"https://other.example\"" WHO, true), ECKID_PUSH_TOKEN);
    refused(check(&grant, "\"exp\":7" WHO, true), ECKID_PUSH_TOKEN);
    refused(check(&grant, "\"client_id\":\"las\"", true), ECKID_PUSH_SCOPE);
}
END_TEST

START_TEST(without_an_audience_only_a_scope_tells_whom_a_token_is_for)
{
    const eckid_bearer_rules_t no_scope = {rules.issuer, rules.audience, NULL, 0};
    eckid_bearer_grant_t grant;

    ok(check_by(&no_scope, &grant, "\"aud\":\"https://scim.example\"" WHO, true));
    tells(check_by(&no_scope, &grant, "\"active\":true" WHO, true), ECKID_PUSH_TOKEN, "aud");
    tells(check_by(&no_scope, &grant, "\"aud\":null" WHO, true), ECKID_PUSH_TOKEN, "aud");
    tells(check_by(&no_scope, &grant, "\"aud\":[]" WHO, true), ECKID_PUSH_TOKEN, "aud");
    ok(check_by(&rules, &grant, "\"active\":true" WHO, true));
}
END_TEST

START_TEST(the_certificate_that_it_is_bound_to_is_handed_out)
{
    eckid_bearer_grant_t grant;

    ok(check(&grant, GOOD WHO ",\"cnf\":{\"x5t#S256\":\"abc\"}", false));
    ck_assert_str_eq(grant.thumbprint, "abc");
    ck_assert_int_eq(grant.until, apr_time_from_sec(1788165300));
}
END_TEST

UNIT_SUITE(bearer_claims)
{
    Suite *suite = suite_create("bearer_claims");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, claims_that_are_accepted, 0, COUNT(good));
    tcase_add_loop_test(tcase, claims_that_are_refused, 0, COUNT(bad));
    tcase_add_test(tcase, a_server_that_was_asked_may_leave_out_what_is_known);
    tcase_add_test(tcase, without_an_audience_only_a_scope_tells_whom_a_token_is_for);
    tcase_add_test(tcase, the_certificate_that_it_is_bound_to_is_handed_out);
    return suite;
}
