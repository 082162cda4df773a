/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "oidc/eckid_our_keys.h"
#include "support/web.h"

/* Our keys of the scene are RSA and P-256. Algorithms of its two clients, and what is listed. */
static const struct {
    const char *books, *exercises, *listed;
} rows[] = {
    {"RS256", "ES256", "RS256 ES256"}, {"RS256", "RS256", "RS256"},
    {"RS256", "PS256", "RS256 PS256"}, {"HS256", "PS512", "PS512"},
    {"ES384", "RS256", "RS256"},       {"ES256", "RS256", "RS256 ES256"},
};

static void set_alg(const web_scene_t *scene, const char *id, const char *alg)
{
    eckid_client_t *client = web_client(scene, id);

    client->has_alg = eckid_jwa_find(&client->alg, alg);
    ck_assert(client->has_alg);
}

START_TEST(there_is_a_key_for_each_algorithm_in_use)
{
    const web_scene_t *scene = web_scene();
    const char *listed = "";
    apr_array_header_t *keys;

    set_alg(scene, "books", rows[_i].books);
    set_alg(scene, "exercises", rows[_i].exercises);
    keys = eckid_our_keys_list(&scene->gateway.rules, NULL, pool);
    for (int i = 0; i < keys->nelts; i++) {
        const eckid_our_key_t *key = &APR_ARRAY_IDX(keys, i, eckid_our_key_t);
        const char *alg = eckid_jwa_name(key->signer.alg), *thumbprint;
        json_t *jwk;

        listed = apr_pstrcat(pool, listed, i ? " " : "", alg, NULL);
        ok(eckid_jwk_thumbprint(&thumbprint, key->signer.key, pool));
        ok(eckid_our_keys_write(&jwk, key, pool));
        ck_assert_str_eq(json_string_value(json_object_get(jwk, "kid")),
                         apr_pstrcat(pool, thumbprint, "-", alg, NULL));
        ck_assert_str_eq(json_string_value(json_object_get(jwk, "alg")), alg);
        ck_assert_str_eq(json_string_value(json_object_get(jwk, "use")), "sig");
        ck_assert(eckid_our_keys_have(&scene->gateway.rules, key->signer.kid, pool));
    }
    ck_assert_str_eq(listed, rows[_i].listed);
    ck_assert(!eckid_our_keys_have(&scene->gateway.rules, "other", pool));
    ck_assert(!eckid_our_keys_have(&scene->gateway.rules, NULL, pool));
}
END_TEST

START_TEST(what_signs_is_listed)
{
    static const char *const algs[] = {"RS256", "RS512", "PS256", "ES256"};
    const web_scene_t *scene = web_scene();
    const eckid_supplier_t *supplier;
    const eckid_client_t *client;
    eckid_jws_signer_t signer;

    for (int i = 0; i < COUNT(algs); i++) {
        set_alg(scene, "books", algs[i]);
        supplier = eckid_policy_find_client(&client, scene->policy, "books");
        ok(eckid_our_keys_choose(&signer, &scene->gateway.rules, supplier, client, NULL, pool));
        ck_assert_str_eq(eckid_jwa_name(signer.alg), algs[i]);
        ck_assert(eckid_our_keys_have(&scene->gateway.rules, signer.kid, pool));
    }
    set_alg(scene, "books", "EdDSA");
    supplier = eckid_policy_find_client(&client, scene->policy, "books");
    refused(eckid_our_keys_choose(&signer, &scene->gateway.rules, supplier, client, NULL, pool),
            ECKID_CONFIG);
}
END_TEST

/* The provider's own key keeps the kid by which clients know it. */
START_TEST(a_shared_key_is_the_provider_s)
{
    const web_scene_t *scene = web_scene();
    apr_array_header_t *published = token_keys(RSA_2048, 1), *keys;
    eckid_jwk_t *theirs = &APR_ARRAY_IDX(published, 0, eckid_jwk_t);
    const eckid_client_t *client;
    const eckid_supplier_t *supplier = eckid_policy_find_client(&client, scene->policy, "books");
    eckid_jws_signer_t signer;

    APR_ARRAY_IDX(scene->gateway.rules.signers, 0, eckid_signer_t).shared = true;
    ok(eckid_our_keys_choose(&signer, &scene->gateway.rules, supplier, client, published, pool));
    ck_assert_str_eq(signer.kid, "key1");
    ck_assert(!eckid_our_keys_have(&scene->gateway.rules, "key1", pool));
    keys = eckid_our_keys_list(&scene->gateway.rules, published, pool);
    ck_assert(APR_ARRAY_IDX(keys, 0, eckid_our_key_t).published);
    theirs->has_alg = true;
    theirs->alg = ECKID_PS256;
    ok(eckid_our_keys_choose(&signer, &scene->gateway.rules, supplier, client, published, pool));
    ck_assert_str_ne(signer.kid, "key1");
}
END_TEST

UNIT_SUITE(our_keys)
{
    Suite *suite = suite_create("our_keys");
    TCase *tcase = unit_case(suite, "keys");

    tcase_add_loop_test(tcase, there_is_a_key_for_each_algorithm_in_use, 0, COUNT(rows));
    tcase_add_test(tcase, what_signs_is_listed);
    tcase_add_test(tcase, a_shared_key_is_the_provider_s);
    return suite;
}
