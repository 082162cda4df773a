/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_wellknown.h"
#include "support/web.h"

START_TEST(discovery_lists_our_claims_and_algorithms)
{
    const web_scene_t *scene = web_scene();
    eckid_decision_t decision = eckid_wellknown_discovery(
        &scene->gateway.oidc,
        str("{\"issuer\":\"" WEB_ISSUER "\",\"claims_supported\":[\"sub\",\"eckId\"],"
            "\"n\":1.50,\"id_token_signing_alg_values_supported\":[\"RS256\"]}"),
        pool);

    ck_assert_str_eq(decision.body.data,
                     "{\"issuer\":\"" WEB_ISSUER "\",\"claims_supported\":[\"sub\",\"eckId\"],"
                     "\"n\":1.50,\"id_token_signing_alg_values_supported\":[\"RS256\",\"ES256\"]}");
}
END_TEST

START_TEST(discovery_of_somebody_else_passes)
{
    const web_scene_t *scene = web_scene();

    ck_assert_int_eq(eckid_wellknown_discovery(&scene->gateway.oidc, str("{}"), pool).verdict,
                     ECKID_PASS);
    ck_assert_int_eq(eckid_wellknown_discovery(&scene->gateway.oidc, str("<html>"), pool).verdict,
                     ECKID_PASS);
}
END_TEST

START_TEST(our_keys_stand_beside_the_provider_s)
{
    const web_scene_t *scene = web_scene();
    const char *theirs = web_page((web_t *)&scene->web, WEB_BACKEND "/jwks")->body;
    eckid_decision_t decision = eckid_wellknown_jwks(&scene->gateway.oidc, str(theirs), pool);
    apr_array_header_t *keys;

    ok(eckid_jwk_read_set(&keys, decision.body, pool));
    ck_assert_int_eq(keys->nelts, 3);
    ck_assert_str_eq(APR_ARRAY_IDX(keys, 0, eckid_jwk_t).kid, "key0");
    for (int i = 1; i < 3; i++) {
        const eckid_jwk_t *jwk = &APR_ARRAY_IDX(keys, i, eckid_jwk_t);
        const char *thumbprint;

        ok(eckid_jwk_thumbprint(&thumbprint, jwk->key, pool));
        ck_assert(jwk->has_alg);
        ck_assert_str_eq(jwk->kid,
                         apr_pstrcat(pool, thumbprint, "-", eckid_jwa_name(jwk->alg), NULL));
    }
    ck_assert(strncmp(decision.body.data, theirs, strlen(theirs) - 2) == 0);
    eckid_decision_t twice = eckid_wellknown_jwks(&scene->gateway.oidc, decision.body, pool);

    ck_assert_str_eq(twice.body.data, decision.body.data);
}
END_TEST

START_TEST(the_keys_of_another_provider_stay_as_they_are)
{
    const web_scene_t *scene = web_scene();
    apr_array_header_t *keys;
    json_t *file;

    ok(eckid_json_parse(&file, unit_data("recorded.json"), ECKID_FILE, pool));
    eckid_bytes_t theirs = eckid_json_print(json_object_get(file, "jwks"), pool);
    eckid_decision_t decision = eckid_wellknown_jwks(&scene->gateway.oidc, theirs, pool);

    ck_assert(strncmp(decision.body.data, theirs.data, theirs.len - 2) == 0);
    ok(eckid_jwk_read_set(&keys, decision.body, pool));
    ck_assert_int_eq(keys->nelts, 3 + 2); /* RSA, P-256 and Ed25519, and ours */
}
END_TEST

START_TEST(sets_that_are_none)
{
    const web_scene_t *scene = web_scene();
    apr_array_header_t *keys;

    ck_assert_int_eq(eckid_wellknown_jwks(&scene->gateway.oidc, str("<html>"), pool).verdict,
                     ECKID_PASS);
    ck_assert_int_eq(eckid_wellknown_jwks(&scene->gateway.oidc, str("{\"keys\":{}}"), pool).verdict,
                     ECKID_PASS);
    ok(eckid_jwk_read_set(
        &keys, eckid_wellknown_jwks(&scene->gateway.oidc, str("{\"keys\":[]}"), pool).body, pool));
    ck_assert_int_eq(keys->nelts, 2);
}
END_TEST

UNIT_SUITE(wellknown)
{
    Suite *suite = suite_create("wellknown");
    TCase *tcase = unit_case(suite, "wellknown");

    tcase_add_test(tcase, discovery_lists_our_claims_and_algorithms);
    tcase_add_test(tcase, discovery_of_somebody_else_passes);
    tcase_add_test(tcase, our_keys_stand_beside_the_provider_s);
    tcase_add_test(tcase, the_keys_of_another_provider_stay_as_they_are);
    tcase_add_test(tcase, sets_that_are_none);
    return suite;
}
