/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_oidc.h"
#include "support/maker.h"
#include "support/tokens.h"

#define GOOD                                                                                       \
    "{\"iss\":\"https://idp.example\",\"aud\":\"books\",\"sub\":\"s1\",\"exp\":1788165300,"        \
    "\"iat\":1788165000,\"name\":\"x\",\"n\":12345678901234567890,\"list\":[\"a\","                \
    "1234567890123456,true,{}]"

static const eckid_oidc_beside_t nothing = {NULL, NULL, NULL};

static eckid_oidc_rules_t rules(void)
{
    return (eckid_oidc_rules_t){.issuer = "https://idp.example",
                                .trust = {token_keys(RSA_2048, 0), NULL},
                                .client = "books",
                                .now = MAKER_NOW,
                                .skew = apr_time_from_sec(60)};
}

static eckid_err_t *verify(eckid_claims_t **claims, const char *payload,
                           const eckid_oidc_beside_t *beside)
{
    const eckid_oidc_rules_t all = rules();
    eckid_oidc_t *token;

    ECKID_ERR(eckid_oidc_open(
        &token, str(token_of(payload, RSA_2048, 0, ECKID_RS256, ",\"kid\":\"key0\"")), pool));
    return eckid_oidc_verify(claims, token, &all, beside, pool);
}

static eckid_claims_t *good(const char *more)
{
    eckid_claims_t *claims;

    ok(verify(&claims, apr_pstrcat(pool, GOOD, more, "}", NULL), &nothing));
    return claims;
}

static const char *swapped(const char *what, const char *by)
{
    return apr_pstrcat(pool, replaced(GOOD, what, by), "}", NULL);
}

typedef struct case_t {
    const char *what, *by;
    eckid_code_t code; /* 0: is good */
} case_t;

static const case_t cases[] = {
    {"\"exp\":1788165300,", "", ECKID_TOKEN},
    {"1788165300", "\"1788165300\"", ECKID_TOKEN},
    {"1788165300", "-5", ECKID_TOKEN},
    {"1788165300", "1788164940", ECKID_TOKEN_TIME},
    {"1788165300", "1788164941", ECKID_OK},
    {"1788165300", "1788164990.5", ECKID_OK},
    {"\"iat\":1788165000", "\"iat\":1788165061", ECKID_TOKEN_TIME},
    {"\"iat\":1788165000", "\"iat\":\"x\"", ECKID_TOKEN},
    {"\"iat\":1788165000", "\"nbf\":1788165100", ECKID_TOKEN_TIME},
    {"https://idp.example", "https://idp.example/", ECKID_TOKEN_ISSUER},
    {"\"iss\":\"https://idp.example\",", "", ECKID_TOKEN_ISSUER},
    {"\"aud\":\"books\"", "\"aud\":\"canteen\"", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":[\"books\"]", ECKID_OK},
    {"\"aud\":\"books\"", "\"aud\":[\"books\",\"canteen\"]", ECKID_OK},
    {"\"aud\":\"books\"", "\"aud\":[\"books\",\"canteen\"],\"azp\":\"books\"", ECKID_OK},
    {"\"aud\":\"books\"", "\"aud\":[\"books\",\"canteen\"],\"azp\":\"canteen\"",
     ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":\"books\",\"azp\":7", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"azp\":\"books\"", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":[]", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":null", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":\"books\\u0000\"", ECKID_TOKEN_CLIENT},
    {"\"aud\":\"books\"", "\"aud\":\"books\",\"azp\":null", ECKID_OK},
    {"\"iat\":1788165000", "\"iat\":null,\"nbf\":null", ECKID_OK},
    {"\"iat\":1788165000", "\"at_hash\":null,\"c_hash\":null,\"s_hash\":null", ECKID_OK},
    {"\"iat\":1788165000", "\"x\":\"\\u0000\",\"y\":1e400,\"z\":\"\\ud800\"", ECKID_OK},
    {"1788165300", "null", ECKID_TOKEN},
    {"1788165300", "1e400", ECKID_TOKEN_TIME},
    {"\"sub\":\"s1\"", "\"sub\":\"\"", ECKID_TOKEN},
    {"\"sub\":\"s1\"", "\"sub\":null", ECKID_TOKEN},
    {"\"sub\":\"s1\"", "\"sub\":7", ECKID_TOKEN},
    {"\"sub\":\"s1\",", "", ECKID_TOKEN},
    {"\"sub\":\"s1\"", "\"sub\":\"s1\",\"sub\":\"s2\"", ECKID_TOKEN},
};

START_TEST(what_core_3_1_3_7_demands)
{
    eckid_claims_t *claims;
    eckid_err_t *err = verify(&claims, swapped(cases[_i].what, cases[_i].by), &nothing);

    ck_assert_msg((err ? err->code : ECKID_OK) == cases[_i].code, "%s gave %s", cases[_i].by,
                  err ? eckid_err_text(err, pool) : "no error");
}
END_TEST

static const struct {
    const char *what, *by, *told;
} times[] = {
    {"1788165300", "1788164900", "it ended 100 seconds ago"},
    {"\"iat\":1788165000", "\"iat\":1788165100", "its iat is 100 seconds in the future"},
    {"\"iat\":1788165000", "\"nbf\":1788165100", "its nbf is 100 seconds in the future"},
};

START_TEST(how_far_the_time_is_off_is_told)
{
    eckid_claims_t *claims;
    eckid_err_t *err = verify(&claims, swapped(times[_i].what, times[_i].by), &nothing);

    refused(err, ECKID_TOKEN_TIME);
    ck_assert_str_eq(err->detail, times[_i].told);
}
END_TEST

START_TEST(clients_are_all_that_are_named)
{
    eckid_oidc_t *token;

    ok(eckid_oidc_open(
        &token,
        str(token_of("{\"aud\":[\"a\",7,\"b\"],\"azp\":\"c\"}", RSA_2048, 0, ECKID_RS256, "")),
        pool));
    ck_assert_str_eq(apr_array_pstrcat(pool, eckid_oidc_clients(token), ' '), "a b c");
}
END_TEST

START_TEST(claims_are_read_and_changed_but_protocol_claims_stay)
{
    eckid_claims_t *claims = good("");
    eckid_attributes_t token = eckid_oidc_attributes(claims);
    const eckid_attribute_t to = {"other", NULL, NULL}, sub = {"sub", NULL, NULL};

    ck_assert_str_eq(apr_array_pstrcat(pool, eckid_attributes_names(token, pool), ' '),
                     "name n list");
    apr_array_header_t *values = eckid_attributes_values(token, "list", pool);

    ck_assert_int_eq(values->nelts, 3);
    ck_assert_str_eq(APR_ARRAY_IDX(values, 1, eckid_bytes_t).data, "1234567890123456");
    values = eckid_attributes_values(token, "n", pool);
    ck_assert_int_eq(APR_ARRAY_IDX(values, 0, eckid_bytes_t).len, 20);
    ck_assert_str_eq(eckid_attributes_subject(token, pool), "s1");
    eckid_attributes_remove(token, "sub", pool);
    eckid_attributes_remove(token, "list", pool);
    eckid_attributes_rename(token, "name", &to, pool);
    eckid_attributes_rename(token, "n", &sub, pool);
    eckid_oidc_set(claims, "eckId", "\"x", pool);
    ck_assert_str_eq(eckid_oidc_print(claims, pool).data,
                     "{\"iss\":\"https://idp.example\",\"aud\":\"books\",\"sub\":\"s1\","
                     "\"exp\":1788165300,\"iat\":1788165000,\"other\":\"x\","
                     "\"n\":12345678901234567890,\"eckId\":\"\\\"x\"}");
}
END_TEST

/* The example of OpenID Connect Core, appendix A.3: RS256, this access token, this hash. */
#define A_TOKEN "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"
#define AT_HASH "77QmUPtjPfzWtF2AnpK9RQ"
#define A_CODE "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
#define C_HASH "LDktKdoQak3Pk0cnXxCltA"

START_TEST(hashes_must_fit_what_stands_beside)
{
    static const char hashes[] = GOOD ",\"at_hash\":\"" AT_HASH "\",\"c_hash\":\"" C_HASH "\"}";
    const eckid_oidc_beside_t right = {A_TOKEN, A_CODE, NULL}, token = {"x", A_CODE, NULL},
                              code = {A_TOKEN, "x", NULL};
    eckid_claims_t *claims;

    ok(verify(&claims, hashes, &nothing));
    ok(verify(&claims, hashes, &right));
    refused(verify(&claims, hashes, &token), ECKID_TOKEN_HASH);
    refused(verify(&claims, hashes, &code), ECKID_TOKEN_HASH);
    refused(verify(&claims, GOOD ",\"at_hash\":7}", &right), ECKID_TOKEN_HASH);
}
END_TEST

START_TEST(hashes_are_made_anew_where_the_digest_changes)
{
    const eckid_oidc_beside_t beside = {A_TOKEN, NULL, NULL};
    const eckid_jws_signer_t signer = {test_pair(RSA_2048, 1), ECKID_PS256, "k"};
    eckid_oidc_rules_t all = rules();
    eckid_claims_t *claims;
    eckid_oidc_t *token;
    eckid_bytes_t text, payload;

    ok(eckid_oidc_open(&token,
                       str(token_of(GOOD ",\"at_hash\":\"1lKQ7Q7QOxPX_bW9tX9L_Q5gvE0eWWpS\"}",
                                    P_384, 0, ECKID_ES384, "")),
                       pool));
    all.trust.keys = token_keys(P_384, 0);
    ok(eckid_oidc_verify(&claims, token, &all, &nothing, pool));
    refused(eckid_oidc_seal(&text, claims, &signer, &nothing, pool), ECKID_TOKEN_HASH);
    ok(eckid_oidc_seal(&text, claims, &signer, &beside, pool));
    const char *from = strchr(text.data, '.') + 1;

    ck_assert(eckid_codec_base64url_decode(&payload, eckid_bytes(from, strcspn(from, ".")), pool));
    ck_assert_ptr_nonnull(strstr(payload.data, "\"at_hash\":\"" AT_HASH "\""));
}
END_TEST

START_TEST(userinfo_is_about_the_subject)
{
    eckid_claims_t *claims;

    ok(eckid_oidc_userinfo(&claims, str("{\"sub\":\"s1\",\"n\":1.0}"), "s1", pool));
    ck_assert_str_eq(eckid_oidc_print(claims, pool).data, "{\"sub\":\"s1\",\"n\":1.0}");
    refused(eckid_oidc_userinfo(&claims, str("{\"sub\":\"s10\"}"), "s1", pool),
            ECKID_TOKEN_SUBJECT);
    refused(eckid_oidc_userinfo(&claims, str("{}"), "s1", pool), ECKID_TOKEN);
    refused(eckid_oidc_userinfo(&claims, str("<html>"), "s1", pool), ECKID_TOKEN);
}
END_TEST

START_TEST(userinfo_as_a_token_is_verified)
{
    static const struct {
        const char *payload;
        eckid_code_t code;
    } tokens[] = {
        {"{\"sub\":\"s1\"}", ECKID_OK},
        {"{\"sub\":\"s2\"}", ECKID_TOKEN_SUBJECT},
        {"{\"sub\":\"s1\",\"iss\":\"https://idp.example\",\"aud\":\"books\"}", ECKID_OK},
        {"{\"sub\":\"s1\",\"iss\":\"https://evil.example\"}", ECKID_TOKEN_ISSUER},
        {"{\"sub\":\"s1\",\"aud\":\"canteen\"}", ECKID_TOKEN_CLIENT},
        {"{\"sub\":\"s1\",\"exp\":1788164000}", ECKID_TOKEN_TIME},
    };
    const eckid_oidc_rules_t all = rules();
    eckid_claims_t *claims;
    eckid_oidc_t *token;

    for (int i = 0; i < COUNT(tokens); i++) {
        ok(eckid_oidc_open(&token, str(token_of(tokens[i].payload, RSA_2048, 0, ECKID_RS256, "")),
                           pool));
        eckid_err_t *err = eckid_oidc_userinfo_signed(&claims, token, &all, "s1", pool);

        ck_assert_int_eq(err ? err->code : ECKID_OK, tokens[i].code);
    }
}
END_TEST

UNIT_SUITE(oidc)
{
    Suite *suite = suite_create("oidc");
    TCase *tcase = unit_case(suite, "oidc");

    tcase_add_loop_test(tcase, what_core_3_1_3_7_demands, 0, COUNT(cases));
    tcase_add_loop_test(tcase, how_far_the_time_is_off_is_told, 0, COUNT(times));
    tcase_add_test(tcase, clients_are_all_that_are_named);
    tcase_add_test(tcase, claims_are_read_and_changed_but_protocol_claims_stay);
    tcase_add_test(tcase, hashes_must_fit_what_stands_beside);
    tcase_add_test(tcase, hashes_are_made_anew_where_the_digest_changes);
    tcase_add_test(tcase, userinfo_is_about_the_subject);
    tcase_add_test(tcase, userinfo_as_a_token_is_verified);
    return suite;
}
