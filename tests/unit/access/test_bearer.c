/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "access/eckid_bearer.h"
#include "support/fakes.h"
#include "support/tokens.h"

#define NOW apr_time_from_sec(1788165000)
#define CLAIMS                                                                                     \
    "{\"iss\":\"https://as.example\",\"aud\":\"https://scim.example\",\"exp\":1788165300,"         \
    "\"client_id\":\"las\"}"

static const eckid_bearer_rules_t rules = {"https://as.example", "https://scim.example", NULL, 0};

static const struct {
    const char *field, *token;
} fields[] = {
    {"Bearer abc", "abc"},
    {"bearer  abc", "abc"},
    {"BEARER a.b-_~+/==", "a.b-_~+/=="},
    {"Bearer ", NULL},
    {"Bearer", NULL},
    {"Bearer a b", NULL},
    {"Bearer a,b", NULL},
    {"Bearer a\"", NULL},
    {"Basic abc", NULL},
    {"Bearer abc, Basic x", NULL},
    {NULL, NULL},
    {"", NULL},
};

START_TEST(a_token_stands_in_the_field_alone)
{
    ck_assert_pstr_eq(eckid_bearer_token(fields[_i].field), fields[_i].token);
}
END_TEST

static eckid_err_t *check_given(const char *token, const char *claims)
{
    const eckid_bearer_t bearer = {.rules = rules, .is_given = true};
    eckid_bearer_grant_t grant;
    json_t *given = NULL;

    if (claims) {
        ok(eckid_json_parse(&given, str(claims), ECKID_FILE, pool));
    }
    return eckid_bearer_check(&grant, &bearer, apr_pstrcat(pool, "Bearer ", token, NULL), given,
                              NOW, pool);
}

START_TEST(what_another_module_let_through_is_checked_again)
{
    ok(check_given("e30.e30.AAAA", CLAIMS));
    refused(check_given("e30.e30.AAAA", NULL), ECKID_PUSH_TOKEN);
    refused(check_given("e30.e30.AAAA", "{\"client_id\":\"las\"}"), ECKID_PUSH_TOKEN);
    ok(check_given("opaque", "{\"client_id\":\"las\",\"aud\":\"https://scim.example\"}"));
    refused(check_given("opaque", "{\"client_id\":\"las\"}"), ECKID_PUSH_TOKEN);
    refused(check_given("opaque", "{\"client_id\":\"las\",\"aud\":\"x\"}"), ECKID_PUSH_TOKEN);
}
END_TEST

START_TEST(a_token_is_verified_by_keys_or_by_asking)
{
    fake_las_t server = {.status = 200, .type = "application/json"};
    const eckid_transport_t transport = fake_transport(&server);
    eckid_bearer_t by_keys = {.rules = rules}, by_asking = {.rules = rules};
    const char *token = token_of(CLAIMS, P_256, 0, ECKID_ES256, "");
    const char *field = apr_pstrcat(pool, "Bearer ", token, NULL);
    eckid_bearer_grant_t grant;
    json_t *jwk;

    ok(eckid_jwk_write(&jwk, APR_ARRAY_IDX(token_keys(P_256, 0), 0, eckid_jwk_t).key, pool));
    server.body = apr_pstrcat(pool, "{\"keys\":[", eckid_json_print(jwk, pool).data, "]}", NULL);
    ok(eckid_bearer_keys_make(&by_keys.keys, "https://x/jwks", &transport, 0, pool));
    ok(eckid_bearer_check(&grant, &by_keys, field, NULL, NOW, pool));
    ck_assert_str_eq(grant.client_id, "las");
    server.body = "{\"active\":true,\"client_id\":\"las\",\"aud\":\"https://scim.example\"}";
    ok(eckid_bearer_introspection_make(&by_asking.introspection, "https://x/ask", "Basic x",
                                       &transport, pool));
    ok(eckid_bearer_check(&grant, &by_asking, field, NULL, NOW, pool));
    refused(eckid_bearer_check(&grant, &by_asking, NULL, NULL, NOW, pool), ECKID_PUSH_TOKEN);
}
END_TEST

START_TEST(a_token_that_is_too_long_is_none)
{
    const eckid_bearer_t bearer = {.rules = rules, .is_given = true};
    char *field = apr_palloc(pool, ECKID_BEARER_MAX + 10);
    eckid_bearer_grant_t grant;

    memset(field, 'a', ECKID_BEARER_MAX + 9);
    memcpy(field, "Bearer ", 7);
    field[ECKID_BEARER_MAX + 9] = '\0';
    refused(eckid_bearer_check(&grant, &bearer, field, NULL, NOW, pool), ECKID_PUSH_TOKEN);
}
END_TEST

UNIT_SUITE(bearer)
{
    Suite *suite = suite_create("bearer");
    TCase *tcase = unit_case(suite, "all");

    tcase_add_loop_test(tcase, a_token_stands_in_the_field_alone, 0, COUNT(fields));
    tcase_add_test(tcase, what_another_module_let_through_is_checked_again);
    tcase_add_test(tcase, a_token_is_verified_by_keys_or_by_asking);
    tcase_add_test(tcase, a_token_that_is_too_long_is_none);
    return suite;
}
