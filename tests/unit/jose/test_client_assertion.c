/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "crypto/eckid_key_sign.h"
#include "jose/eckid_client_assertion.h"
#include "support/keys.h"

#define NOW apr_time_from_sec(1788165000)

static eckid_client_assertion_t make(test_kind_t kind, const char *algorithm)
{
    return (eckid_client_assertion_t){
        .client_id = "school",
        .audience = "https://as.example/token",
        .key = test_pair(kind, 0),
        .kid = "2026",
        .algorithm = algorithm,
        .lifetime = 60,
    };
}

static const char *text_of(const eckid_client_assertion_t *assertion)
{
    const char *text;

    ok(eckid_client_assertion_make(&text, assertion, NOW, str("0123456789abcdef"), pool));
    return text;
}

/* The bytes of a part without a decoder of base64url: with the signs and padding of base64. */
static eckid_bytes_t decode(const char *part, apr_size_t len)
{
    char *text = apr_pstrcat(pool, apr_pstrmemdup(pool, part, len), "===", NULL);
    eckid_bytes_t out;

    for (char *at = text; *at; at++) {
        *at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
    }
    text[(len + 3) / 4 * 4] = '\0';
    ck_assert(eckid_codec_base64_decode(&out, str(text), pool));
    return out;
}

START_TEST(the_claims_are_those_of_the_rfc)
{
    const eckid_client_assertion_t assertion = make(P_256, NULL);
    const char *text = text_of(&assertion);
    const char *payload = strchr(text, '.') + 1;

    ck_assert_str_eq(decode(text, (apr_size_t)(payload - 1 - text)).data,
                     "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"2026\"}");
    ck_assert_str_eq(decode(payload, strcspn(payload, ".")).data,
                     "{\"iss\":\"school\",\"sub\":\"school\",\"aud\":\"https://as.example/token\","
                     "\"jti\":\"MDEyMzQ1Njc4OWFiY2RlZg\",\"iat\":1788165000,\"nbf\":1788165000,"
                     "\"exp\":1788165060}");
}
END_TEST

START_TEST(without_kid_there_is_none)
{
    eckid_client_assertion_t assertion = make(P_256, NULL);

    assertion.kid = NULL;
    const char *text = text_of(&assertion);

    ck_assert_str_eq(decode(text, strcspn(text, ".")).data, "{\"alg\":\"ES256\",\"typ\":\"JWT\"}");
}
END_TEST

static const struct {
    test_kind_t kind;
    const char *algorithm;
    eckid_key_alg_t alg;
    bool good;
} algorithms[] = {
    {P_256, NULL, ECKID_ES256, true},        {P_256, "ES256", ECKID_ES256, true},
    {P_384, NULL, ECKID_ES384, true},        {RSA_2048, NULL, ECKID_PS256, true},
    {RSA_2048, "PS256", ECKID_PS256, true},  {RSA_2048, "RS256", ECKID_RS256, true},
    {ED_25519, NULL, ECKID_EDDSA, true},     {P_256, "ES384", ECKID_ES384, false},
    {P_384, "ES256", ECKID_ES256, false},    {P_256, "RS256", ECKID_RS256, false},
    {RSA_2048, "HS256", ECKID_RS256, false}, {RSA_2048, "none", ECKID_RS256, false},
    {RSA_2048, "", ECKID_RS256, false},
};

START_TEST(it_is_signed_by_the_algorithm)
{
    const eckid_client_assertion_t assertion = make(algorithms[_i].kind, algorithms[_i].algorithm);
    const char *text;

    if (!algorithms[_i].good) {
        refused(eckid_client_assertion_check(&assertion, pool), ECKID_KEY);
        refused(eckid_client_assertion_make(&text, &assertion, NOW, str("x"), pool), ECKID_KEY);
        return;
    }
    ok(eckid_client_assertion_check(&assertion, pool));
    text = text_of(&assertion);
    const char *dot = strrchr(text, '.');

    ck_assert(eckid_key_verify(assertion.key, algorithms[_i].alg, decode(dot + 1, strlen(dot + 1)),
                               eckid_bytes(text, (apr_size_t)(dot - text))));
}
END_TEST

START_TEST(it_is_valid_for_a_minute_at_most)
{
    eckid_client_assertion_t assertion = make(P_256, NULL);

    assertion.lifetime = 61;
    refused(eckid_client_assertion_check(&assertion, pool), ECKID_CONFIG);
    assertion.lifetime = 0;
    refused(eckid_client_assertion_check(&assertion, pool), ECKID_CONFIG);
    assertion.lifetime = 1;
    ok(eckid_client_assertion_check(&assertion, pool));
}
END_TEST

START_TEST(a_public_key_makes_none)
{
    eckid_client_assertion_t assertion = make(P_256, NULL);
    eckid_key_t *key;
    const char *text = NULL;

    ok(eckid_key_public(&key, test_public_pem(P_256, 0), "public", pool));
    assertion.key = key;
    refused(eckid_client_assertion_make(&text, &assertion, NOW, str("x"), pool), ECKID_KEY);
    ck_assert_ptr_null(text);
}
END_TEST

UNIT_SUITE(client_assertion)
{
    Suite *suite = suite_create("client_assertion");
    TCase *tcase = unit_case(suite, "assertion");

    tcase_add_test(tcase, the_claims_are_those_of_the_rfc);
    tcase_add_test(tcase, without_kid_there_is_none);
    tcase_add_loop_test(tcase, it_is_signed_by_the_algorithm, 0, COUNT(algorithms));
    tcase_add_test(tcase, it_is_valid_for_a_minute_at_most);
    tcase_add_test(tcase, a_public_key_makes_none);
    return suite;
}
