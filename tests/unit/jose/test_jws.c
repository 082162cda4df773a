/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "jose/eckid_jws.h"
#include "support/tokens.h"

static eckid_err_t *verify(const eckid_signed_t **verified, const char *token,
                           const eckid_jws_trust_t *trust)
{
    eckid_jws_t *jws;

    ECKID_ERR(eckid_jws_open(&jws, str(token), pool));
    return eckid_jws_verify(verified, jws, trust, pool);
}

START_TEST(the_vectors_of_the_rfcs_hold)
{
    json_t *all, *vector;
    size_t i;

    ok(eckid_json_parse(&all, unit_data("jose.json"), ECKID_FILE, pool));
    json_array_foreach(json_object_get(all, "vectors"), i, vector)
    {
        const char *token = json_string_value(json_object_get(vector, "token"));
        const eckid_signed_t *verified;
        apr_array_header_t *keys;

        ok(eckid_jwk_read_set(&keys, eckid_json_print(json_object_get(vector, "jwks"), pool),
                              pool));
        const eckid_jws_trust_t trust = {keys, NULL};

        ok(verify(&verified, token, &trust));
        ck_assert_str_eq(eckid_codec_base64url(eckid_jws_payload(verified), pool).data,
                         json_string_value(json_object_get(vector, "payload")));
        char *broken = apr_pstrdup(pool, token);

        broken[strlen(broken) - 10] ^= 1;
        ck_assert_ptr_nonnull(verify(&verified, broken, &trust));
    }
}
END_TEST

static const struct {
    test_kind_t kind;
    eckid_key_alg_t alg;
} schemes[] = {{RSA_2048, ECKID_RS256}, {RSA_2048, ECKID_RS384}, {RSA_2048, ECKID_RS512},
               {RSA_2048, ECKID_PS256}, {RSA_2048, ECKID_PS384}, {RSA_2048, ECKID_PS512},
               {P_256, ECKID_ES256},    {P_384, ECKID_ES384},    {P_521, ECKID_ES512},
               {ED_25519, ECKID_EDDSA}};

START_TEST(every_algorithm_is_verified_and_no_other_key_does)
{
    const char *token = token_of("{\"a\":1}", schemes[_i].kind, 0, schemes[_i].alg, "");
    eckid_jws_trust_t trust = {token_keys(schemes[_i].kind, 0), NULL};
    const eckid_signed_t *verified;

    ok(verify(&verified, token, &trust));
    ck_assert_int_eq(eckid_jws_alg(verified), schemes[_i].alg);
    trust.keys = token_keys(schemes[_i].kind, 1);
    refused(verify(&verified, token, &trust), ECKID_TOKEN_SIGNATURE);
    trust.keys = token_keys(schemes[_i].kind == P_256 ? P_384 : P_256, 0);
    refused(verify(&verified, token, &trust), ECKID_TOKEN_KEY);
}
END_TEST

START_TEST(eddsa_by_its_newer_name)
{
    const char *input = apr_pstrcat(
        pool, eckid_codec_base64url(str("{\"alg\":\"Ed25519\"}"), pool).data, ".e30", NULL);
    const eckid_jws_trust_t trust = {token_keys(ED_25519, 0), NULL};
    const eckid_signed_t *verified;
    eckid_bytes_t signature;

    ok(eckid_key_sign(&signature, test_pair(ED_25519, 0), ECKID_EDDSA, str(input), pool));
    ok(verify(&verified,
              apr_pstrcat(pool, input, ".", eckid_codec_base64url(signature, pool).data, NULL),
              &trust));
    ck_assert_int_eq(eckid_jws_alg(verified), ECKID_EDDSA);
}
END_TEST

static const struct {
    const char *header, *words;
} told[] = {
    {"{\"alg\":\"Ed448\"}", ": Ed448 is not supported"},
    {"{\"alg\":\"ML-DSA-44\"}", ": ML-DSA-44 is not supported"},
    {"{\"alg\":\"none\"}", ": none is not supported"},
    {"{\"alg\":\"a pupil's name\"}", ": its alg is not supported"},
    {"{\"alg\":\"\"}", ": its alg is not supported"},
    {"{}", ": its alg is not supported"},
};

START_TEST(the_algorithm_that_is_not_supported_is_named)
{
    const char *token = apr_pstrcat(pool, eckid_codec_base64url(str(told[_i].header), pool).data,
                                    ".e30.AAAA", NULL);
    eckid_jws_t *jws;

    tells(eckid_jws_open(&jws, str(token), pool), ECKID_TOKEN_ALGORITHM, told[_i].words);
}
END_TEST

START_TEST(what_is_signed_again_keeps_typ_and_cty_alone)
{
    const char *token =
        token_of("{}", RSA_2048, 0, ECKID_RS256, ",\"typ\":\"JWT\",\"cty\":\"x\",\"x5t\":\"y\"");
    const eckid_jws_trust_t trust = {token_keys(RSA_2048, 0), NULL};
    const eckid_jws_signer_t signer = {test_pair(P_256, 1), ECKID_ES256, "key1"};
    const eckid_signed_t *verified;
    eckid_bytes_t text, header;

    ok(verify(&verified, token, &trust));
    ok(eckid_jws_sign(&text, verified, str("{\"b\":2}"), &signer, pool));
    ck_assert(eckid_codec_base64url_decode(&header, eckid_bytes(text.data, strcspn(text.data, ".")),
                                           pool));
    ck_assert_str_eq(header.data,
                     "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"cty\":\"x\",\"kid\":\"key1\"}");
    const eckid_jws_trust_t ours = {token_keys(P_256, 1), NULL};

    ok(verify(&verified, text.data, &ours));
    ck_assert_str_eq(eckid_jws_payload(verified).data, "{\"b\":2}");
}
END_TEST

static const struct {
    const char *header;
    eckid_code_t code;
} headers[] = {
    {"{\"alg\":\"none\"}", ECKID_TOKEN_ALGORITHM},
    {"{\"alg\":\"HS384\"}", ECKID_TOKEN_ALGORITHM},
    {"{}", ECKID_TOKEN_ALGORITHM},
    {"{\"alg\":7}", ECKID_TOKEN_ALGORITHM},
    {"{\"alg\":\"RS256\",\"crit\":[\"exp\"]}", ECKID_TOKEN},
    {"{\"alg\":\"RS256\",\"crit\":null}", ECKID_TOKEN},
    {"{\"alg\":\"RS256\",\"b64\":false}", ECKID_TOKEN},
    {"{\"alg\":\"RS256\",\"kid\":1}", ECKID_TOKEN},
    {"{\"alg\":\"RS256\",\"alg\":\"ES256\"}", ECKID_TOKEN},
    {"{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}", ECKID_TOKEN_ENCRYPTED},
    {"[]", ECKID_TOKEN},
    {"RS256", ECKID_TOKEN},
};

START_TEST(headers_that_are_refused)
{
    const char *token = apr_pstrcat(pool, eckid_codec_base64url(str(headers[_i].header), pool).data,
                                    ".e30.AAAA", NULL);
    eckid_jws_t *jws;

    refused(eckid_jws_open(&jws, str(token), pool), headers[_i].code);
}
END_TEST

static const char *const bad_texts[] = {"",
                                        ".",
                                        "..",
                                        "a.b",
                                        "eyJhbGciOiJSUzI1NiJ9.e30",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.A=",
                                        "eyJhbGciOiJSUzI1NiJ9..A",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.AAAA.AAAA",
                                        "eyJhbGciOiJSUzI1NiJ9%2Ee30%2EAAAA",
                                        " eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
                                        "eyJhbGciOiJSUzI1NiJ9.e30.AAAA\n",
                                        "eyJhbGciOiJSUzI1NiJ9.e31.AAAA"};

START_TEST(texts_that_are_no_token)
{
    eckid_jws_t *jws;

    refused(eckid_jws_open(&jws, str(bad_texts[_i]), pool), ECKID_TOKEN);
}
END_TEST

START_TEST(a_token_that_is_too_long_or_encrypted)
{
    char *text = apr_palloc(pool, ECKID_JWS_MAX + 2);
    eckid_jws_t *jws;

    memset(text, 'A', ECKID_JWS_MAX + 1);
    refused(eckid_jws_open(&jws, eckid_bytes(text, ECKID_JWS_MAX + 1), pool), ECKID_TOKEN);
    refused(eckid_jws_open(&jws, str("e30.e30.e30.e30.e30"), pool), ECKID_TOKEN_ENCRYPTED);
}
END_TEST

/* RFC 7515 sections 4.1.2 to 4.1.6: none of them need be understood. */
START_TEST(a_key_that_the_header_brings_is_ignored)
{
    static const char *const members[] = {
        ",\"jku\":\"https://evil.example\"", ",\"x5u\":\"https://evil.example\"",
        ",\"jwk\":{\"kty\":\"oct\"}", ",\"x5c\":[\"MIIB\"]", ",\"kid\":null"};
    const eckid_jws_trust_t trust = {token_keys(RSA_2048, 0), NULL};
    const eckid_signed_t *verified;

    for (int i = 0; i < COUNT(members); i++) {
        ok(verify(&verified, token_of("{}", RSA_2048, 0, ECKID_RS256, members[i]), &trust));
        refused(verify(&verified, token_of("{}", RSA_2048, 1, ECKID_RS256, members[i]), &trust),
                ECKID_TOKEN_SIGNATURE);
    }
}
END_TEST

/* Keys: number, kid and alg ("" for none). The token is by RS256 and key 0. */
typedef struct set_key_t {
    int number;
    const char *kid, *alg;
} set_key_t;

static const struct {
    const char *kid; /* of the token; or NULL */
    set_key_t keys[6];
    eckid_code_t code; /* ECKID_OK when it holds */
} sets[] = {
    {"a", {{0, "a", ""}}, ECKID_OK},
    {"a", {{1, "b", ""}, {0, "a", ""}}, ECKID_OK},
    {NULL, {{0, "a", ""}}, ECKID_OK},
    /* a kid once for each algorithm, and once more than needed */
    {"a", {{0, "a", "RS256"}, {0, "a", "RS384"}, {0, "a", "PS256"}}, ECKID_OK},
    {"a", {{0, "a", "RS384"}, {0, "a", "RS256"}}, ECKID_OK},
    {"a", {{0, "a", ""}, {0, "a", ""}}, ECKID_OK},
    {NULL, {{0, "a", ""}, {0, "b", ""}, {0, NULL, ""}}, ECKID_OK},
    /* different keys of one kid: each counts */
    {"a", {{1, "a", ""}, {0, "a", ""}}, ECKID_OK},
    {"a", {{1, "a", "RS256"}, {0, "a", "RS384"}}, ECKID_TOKEN_SIGNATURE},
    {"a", {{1, "a", ""}, {2, "a", ""}, {0, "b", ""}}, ECKID_TOKEN_SIGNATURE},
    /* keys without kid */
    {"a", {{1, "b", ""}, {0, NULL, ""}}, ECKID_OK},
    {"a", {{1, NULL, "RS384"}, {0, NULL, "RS256"}}, ECKID_OK},
    {"a", {{1, NULL, ""}, {0, NULL, ""}}, ECKID_TOKEN_KEY},
    {"a", {{1, "a", ""}, {0, NULL, ""}}, ECKID_TOKEN_SIGNATURE},
    /* no choice without a kid */
    {NULL, {{1, "b", ""}, {0, "a", ""}}, ECKID_TOKEN_KEY},
    {NULL, {{1, "b", "PS256"}, {0, "a", ""}}, ECKID_OK},
    {"c", {{1, "b", ""}, {0, "a", ""}}, ECKID_TOKEN_KEY},
    {"a", {{0, "a", "PS256"}}, ECKID_TOKEN_ALGORITHM},
    {"a", {{0, NULL, "PS256"}}, ECKID_TOKEN_KEY},
};

START_TEST(the_key_is_chosen_by_kid_and_alg)
{
    apr_array_header_t *keys = apr_array_make(pool, 6, sizeof(eckid_jwk_t));
    const eckid_signed_t *verified;

    for (const set_key_t *row = sets[_i].keys; row->alg; row++) {
        eckid_jwk_t *jwk = apr_array_push(keys);

        *jwk = APR_ARRAY_IDX(token_keys(RSA_2048, row->number), 0, eckid_jwk_t);
        jwk->kid = row->kid;
        jwk->has_alg = eckid_jwa_find(&jwk->alg, row->alg);
    }
    const eckid_jws_trust_t trust = {keys, NULL};
    const char *kid =
        sets[_i].kid ? apr_pstrcat(pool, ",\"kid\":\"", sets[_i].kid, "\"", NULL) : "";
    eckid_err_t *err = verify(&verified, token_of("{}", RSA_2048, 0, ECKID_RS256, kid), &trust);

    ck_assert_int_eq(err ? err->code : ECKID_OK, sets[_i].code);
}
END_TEST

START_TEST(that_a_kid_is_missing_is_told)
{
    apr_array_header_t *keys = apr_array_copy(pool, token_keys(RSA_2048, 0));
    const eckid_jws_trust_t trust = {keys, NULL};
    const eckid_signed_t *verified;

    apr_array_cat(keys, token_keys(RSA_2048, 1));
    eckid_err_t *err = verify(&verified, token_of("{}", RSA_2048, 0, ECKID_RS256, ""), &trust);

    ck_assert_ptr_nonnull(strstr(eckid_err_text(err, pool), "2 trusted keys are for its RS256"));
}
END_TEST

START_TEST(the_algorithm_must_fit_the_kind_of_key)
{
    const eckid_jws_trust_t trust = {token_keys(RSA_2048, 0), NULL};
    const eckid_signed_t *verified;

    refused(verify(&verified, token_of("{}", P_256, 0, ECKID_ES256, ",\"kid\":\"key0\""), &trust),
            ECKID_TOKEN_ALGORITHM);
}
END_TEST

START_TEST(a_secret_is_for_the_client_that_has_one)
{
    eckid_key_t *secret, *other;
    const eckid_signed_t *verified;

    ok(eckid_key_secret(&secret, str("0123456789abcdef0123456789abcdef"), "s", pool));
    ok(eckid_key_secret(&other, str("0123456789abcdef0123456789abcdeF"), "o", pool));
    const eckid_jws_trust_t by_key = {token_keys(RSA_2048, 0), NULL};
    const eckid_jws_trust_t by_secret = {token_keys(RSA_2048, 0), secret};
    const eckid_jws_trust_t by_other = {token_keys(RSA_2048, 0), other};
    const char *token = token_by("{}", secret, ECKID_HS256, "");

    ok(verify(&verified, token, &by_secret));
    refused(verify(&verified, token, &by_other), ECKID_TOKEN_SIGNATURE);
    refused(verify(&verified, token, &by_key), ECKID_TOKEN_ALGORITHM);
    refused(verify(&verified, token_of("{}", RSA_2048, 0, ECKID_RS256, ""), &by_secret),
            ECKID_TOKEN_ALGORITHM);
}
END_TEST

START_TEST(what_looks_like_a_token)
{
    ck_assert(eckid_jws_is(str("a.b.c")) && eckid_jws_is(str("a.b.c.d.e")));
    ck_assert(!eckid_jws_is(str("a.b")) && !eckid_jws_is(str("a.b.c.d")));
    ck_assert(!eckid_jws_is(str("a.b.c=")) && !eckid_jws_is(str("{}")) && !eckid_jws_is(str("")));
}
END_TEST

UNIT_SUITE(jws)
{
    Suite *suite = suite_create("jws");
    TCase *tcase = unit_case(suite, "jws");

    tcase_add_test(tcase, the_vectors_of_the_rfcs_hold);
    tcase_add_loop_test(tcase, every_algorithm_is_verified_and_no_other_key_does, 0,
                        COUNT(schemes));
    tcase_add_test(tcase, eddsa_by_its_newer_name);
    tcase_add_loop_test(tcase, the_algorithm_that_is_not_supported_is_named, 0, COUNT(told));
    tcase_add_test(tcase, what_is_signed_again_keeps_typ_and_cty_alone);
    tcase_add_loop_test(tcase, headers_that_are_refused, 0, COUNT(headers));
    tcase_add_loop_test(tcase, texts_that_are_no_token, 0, COUNT(bad_texts));
    tcase_add_test(tcase, a_token_that_is_too_long_or_encrypted);
    tcase_add_test(tcase, a_key_that_the_header_brings_is_ignored);
    tcase_add_test(tcase, that_a_kid_is_missing_is_told);
    tcase_add_loop_test(tcase, the_key_is_chosen_by_kid_and_alg, 0, COUNT(sets));
    tcase_add_test(tcase, the_algorithm_must_fit_the_kind_of_key);
    tcase_add_test(tcase, a_secret_is_for_the_client_that_has_one);
    tcase_add_test(tcase, what_looks_like_a_token);
    return suite;
}
