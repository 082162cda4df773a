/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "jose/eckid_jwk.h"
#include "support/keys.h"
#include "support/maker.h"

static json_t *vectors(void)
{
    json_t *all;

    ok(eckid_json_parse(&all, unit_data("jose.json"), ECKID_FILE, pool));
    return json_object_get(all, "vectors");
}

START_TEST(vectors_have_their_thumbprints)
{
    json_t *all = vectors(), *vector;
    size_t i;

    json_array_foreach(all, i, vector)
    {
        apr_array_header_t *keys;
        const char *thumbprint;

        ok(eckid_jwk_read_set(&keys, eckid_json_print(json_object_get(vector, "jwks"), pool),
                              pool));
        ck_assert_int_eq(keys->nelts, 1);
        ok(eckid_jwk_thumbprint(&thumbprint, APR_ARRAY_IDX(keys, 0, eckid_jwk_t).key, pool));
        ck_assert_str_eq(thumbprint, json_string_value(json_object_get(vector, "thumbprint")));
    }
    ck_assert_int_eq(i, 6);
}
END_TEST

static const char *set_of(const char *members)
{
    json_t *jwk;

    ok(eckid_jwk_write(&jwk, test_pair(P_256, 0), pool));
    json_object_del(jwk, "use");
    json_object_del(jwk, "kid");
    const char *key = eckid_json_print(jwk, pool).data;

    return apr_pstrcat(pool, "{\"keys\":[{", members, *members ? "," : "", key + 1, "]}", NULL);
}

static const test_kind_t writable_kinds[] = {RSA_2048, P_256, P_384, P_521, ED_25519};

START_TEST(what_is_written_is_read)
{
    eckid_key_t *key;
    apr_array_header_t *keys;
    json_t *jwk;

    ok(eckid_key_public(&key, test_public_pem(writable_kinds[_i], 0), "k", pool));
    ok(eckid_jwk_write(&jwk, key, pool));
    ok(eckid_jwk_read_set(
        &keys, str(apr_pstrcat(pool, "{\"keys\":[", eckid_json_print(jwk, pool).data, "]}", NULL)),
        pool));
    ck_assert(eckid_key_same(APR_ARRAY_IDX(keys, 0, eckid_jwk_t).key, key));
    ck_assert_ptr_nonnull(APR_ARRAY_IDX(keys, 0, eckid_jwk_t).kid);
    ck_assert_ptr_null(json_object_get(jwk, "d"));
}
END_TEST

static const char *const useless_members[] = {"\"use\":\"enc\"",   "\"key_ops\":[\"encrypt\"]",
                                              "\"alg\":\"RS256\"", "\"alg\":\"ES384\"",
                                              "\"alg\":7",         "\"kid\":7",
                                              "\"use\":7"};

START_TEST(keys_that_are_no_use_are_left_out)
{
    apr_array_header_t *keys;

    refused(eckid_jwk_read_set(&keys, str(set_of(useless_members[_i])), pool), ECKID_JWKS);
}
END_TEST

START_TEST(use_and_alg_are_read)
{
    apr_array_header_t *keys;

    ok(eckid_jwk_read_set(
        &keys,
        str(set_of("\"use\":\"sig\",\"alg\":\"ES256\",\"kid\":\"a\",\"key_ops\":[\"verify\"]")),
        pool));
    const eckid_jwk_t *jwk = &APR_ARRAY_IDX(keys, 0, eckid_jwk_t);

    ck_assert(jwk->has_alg && jwk->alg == ECKID_ES256);
    ck_assert_str_eq(jwk->kid, "a");
}
END_TEST

static const char *const bad_sets[] = {
    "<html></html>",
    "[]",
    "{}",
    "{\"keys\":[]}",
    "{\"keys\":{}}",
    "{\"keys\":[1,null]}",
    "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQAB\",\"y\":\"AQAB\"}]}",
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"AQAB\",\"y\":\"AQAB\"}]}",
    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}",
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AQ\"}]}"};

START_TEST(sets_that_are_none_are_refused)
{
    apr_array_header_t *keys;

    refused(eckid_jwk_read_set(&keys, str(bad_sets[_i]), pool), ECKID_JWKS);
}
END_TEST

/* Sets as providers publish them; %s stands for the numbers of a key. */
static const struct {
    const char *set;
    int count;
} odd_sets[] = {
    {"{\"keys\":[{\"kid\":\"a\",%s},{\"kid\":\"a\",%s}]}", 2},
    {"{\"keys\":[{\"kid\":\"a\",\"alg\":\"ES256\",%s},{\"kid\":\"a\",\"alg\":\"ES384\",%s}]}", 1},
    {"{\"keys\":[{\"kid\":null,\"use\":null,\"alg\":null,\"key_ops\":null,\"x5c\":null,%s}]}", 1},
    {"{\"keys\":[null,7,{},{\"kty\":null},{\"kty\":\"RSA\"},{\"kty\":\"AKP\",\"alg\":\"ML-DSA-44\"}"
     ",%k]}",
     1},
    {"{\"keys\":[{\"use\":\"enc\",%s},{%s}],\"x\":null}", 1},
    {"{\"keys\":[{\"key_ops\":[],\"x5c\":[],\"oth\":[],%s},{\"key_ops\":{},%s}]}", 1},
    {"{\"keys\":[{%p},{%b},{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"=\",\"y\":\"A=A=\"}]}", 2},
};

static const char *numbers(void)
{
    const char *set = set_of("");

    return apr_pstrmemdup(pool, set + 10, strlen(set) - 13);
}

/* With padding, which RFC 7515 section 2 omits. */
static const char *padded(void)
{
    const char *text = replaced(numbers(), "\",\"y\"", "=\",\"y\"");

    return apr_pstrcat(pool, apr_pstrmemdup(pool, text, strlen(text) - 1), "=\"", NULL);
}

/* By the digits of RFC 4648 section 4. */
static const char *in_base64(void)
{
    char *text = apr_pstrdup(pool, strstr(padded(), "\"x\""));

    for (char *at = text; *at; at++) {
        *at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
    }
    return apr_pstrcat(pool, "\"kty\":\"EC\",\"crv\":\"P-256\",", text, NULL);
}

static const struct {
    const char *sign;
    const char *(*write)(void);
} writers[] = {{"%s", numbers}, {"%p", padded}, {"%b", in_base64}};

START_TEST(a_key_that_is_odd_does_not_spoil_the_others)
{
    const char *set = odd_sets[_i].set;
    apr_array_header_t *keys;

    set =
        strstr(set, "%k") ? replaced(set, "%k", apr_pstrcat(pool, "{", numbers(), "}", NULL)) : set;
    for (apr_size_t i = 0; i < COUNT(writers); i++) {
        while (strstr(set, writers[i].sign)) {
            set = replaced(set, writers[i].sign, writers[i].write());
        }
    }
    ok(eckid_jwk_read_set(&keys, str(set), pool));
    ck_assert_int_eq(keys->nelts, odd_sets[_i].count);
}
END_TEST

START_TEST(a_set_may_have_many_keys)
{
    apr_array_header_t *list = apr_array_make(pool, ECKID_JWK_MAX, sizeof(const char *)), *keys;

    for (int i = 0; i < ECKID_JWK_MAX; i++) {
        APR_ARRAY_PUSH(list, const char *) =
            apr_psprintf(pool, "{\"kid\":\"%d\",%s}", i, numbers());
    }
    const char *all = apr_array_pstrcat(pool, list, ',');

    ok(eckid_jwk_read_set(&keys, str(apr_pstrcat(pool, "{\"keys\":[", all, "]}", NULL)), pool));
    ck_assert_int_eq(keys->nelts, ECKID_JWK_MAX);
    refused(
        eckid_jwk_read_set(&keys, str(apr_pstrcat(pool, "{\"keys\":[", all, ",{}]}", NULL)), pool),
        ECKID_JWKS);
}
END_TEST

START_TEST(a_secret_is_not_written)
{
    eckid_key_t *secret;
    json_t *jwk;

    ok(eckid_key_secret(&secret, str("0123456789abcdef0123456789abcdef"), "s", pool));
    refused(eckid_jwk_write(&jwk, secret, pool), ECKID_KEY);
}
END_TEST

UNIT_SUITE(jwk)
{
    Suite *suite = suite_create("jwk");
    TCase *tcase = unit_case(suite, "jwk");

    tcase_add_test(tcase, vectors_have_their_thumbprints);
    tcase_add_loop_test(tcase, what_is_written_is_read, 0, COUNT(writable_kinds));
    tcase_add_loop_test(tcase, keys_that_are_no_use_are_left_out, 0, COUNT(useless_members));
    tcase_add_test(tcase, use_and_alg_are_read);
    tcase_add_loop_test(tcase, sets_that_are_none_are_refused, 0, COUNT(bad_sets));
    tcase_add_loop_test(tcase, a_key_that_is_odd_does_not_spoil_the_others, 0, COUNT(odd_sets));
    tcase_add_test(tcase, a_set_may_have_many_keys);
    tcase_add_test(tcase, a_secret_is_not_written);
    return suite;
}
