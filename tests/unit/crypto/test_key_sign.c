/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_key_sign.h"
#include "support/keys.h"

typedef struct scheme_t {
    test_kind_t kind;
    eckid_key_alg_t alg;
} scheme_t;

static const scheme_t schemes[] = {
    {RSA_2048, ECKID_RS256}, {RSA_2048, ECKID_PS256}, {RSA_2048, ECKID_PS512},
    {P_256, ECKID_ES256},    {P_384, ECKID_ES384},    {P_256, ECKID_ES512},
    {RSA_2048, ECKID_RS384}, {RSA_2048, ECKID_RS512}, {ED_25519, ECKID_EDDSA},
};

static const eckid_key_t *private_key(test_kind_t kind, int number)
{
    eckid_key_t *key;

    ok(eckid_key_private(&key, test_private_pem(kind, number), "test.key", pool));
    return key;
}

static const eckid_key_t *public_key(test_kind_t kind, int number)
{
    eckid_key_t *key;

    ok(eckid_key_public(&key, test_public_pem(kind, number), "test.pub", pool));
    return key;
}

START_TEST(every_algorithm_signs_what_it_verifies)
{
    const scheme_t *scheme = &schemes[_i];
    eckid_bytes_t signature;

    ok(eckid_key_sign(&signature, private_key(scheme->kind, 0), scheme->alg, str("data"), pool));
    ck_assert(eckid_key_verify(public_key(scheme->kind, 0), scheme->alg, signature, str("data")));
    ck_assert(!eckid_key_verify(public_key(scheme->kind, 0), scheme->alg, signature, str("Data")));
    ck_assert(!eckid_key_verify(public_key(scheme->kind, 1), scheme->alg, signature, str("data")));
    ((char *)signature.data)[signature.len / 2] ^= 1;
    ck_assert(!eckid_key_verify(public_key(scheme->kind, 0), scheme->alg, signature, str("data")));
}
END_TEST

/* One key object, used again and again: nothing of a use is left for the next. */
START_TEST(a_key_may_be_used_by_all_its_algorithms_in_turn)
{
    static const char *const texts[] = {"data", "", "other data"};
    const scheme_t *first = &schemes[_i];
    const eckid_key_t *private = private_key(first->kind, 0), *public = public_key(first->kind, 0);
    eckid_bytes_t signature;

    for (int i = 0; i < 3 * COUNT(schemes); i++) {
        const scheme_t *scheme = &schemes[i % COUNT(schemes)];
        const char *text = texts[i % COUNT(texts)];

        if (scheme->kind == first->kind) {
            ck_assert(!eckid_key_verify(public, scheme->alg, str("no signature"), str(text)));
            ok(eckid_key_sign(&signature, private, scheme->alg, str(text), pool));
            ck_assert(eckid_key_verify(public, scheme->alg, signature, str(text)));
            ck_assert(eckid_key_verify(private, scheme->alg, signature, str(text)));
            ck_assert(!eckid_key_verify(public, scheme->alg, signature, str("Data")));
            ck_assert(eckid_key_verify(public, scheme->alg, signature, str(text)));
            ((char *)signature.data)[signature.len / 2] ^= 1;
            ck_assert(!eckid_key_verify(public, scheme->alg, signature, str(text)));
        }
    }
}
END_TEST

START_TEST(algorithms_are_not_mistaken_for_each_other)
{
    eckid_bytes_t signature;

    ok(eckid_key_sign(&signature, private_key(RSA_2048, 0), ECKID_PS256, str("data"), pool));
    ck_assert(!eckid_key_verify(public_key(RSA_2048, 0), ECKID_RS256, signature, str("data")));
    ck_assert(!eckid_key_verify(public_key(RSA_2048, 0), ECKID_PS512, signature, str("data")));
    ck_assert(!eckid_key_verify(public_key(P_256, 0), ECKID_ES256, signature, str("data")));
}
END_TEST

START_TEST(es256_is_two_halves_of_32_bytes)
{
    eckid_bytes_t signature;

    for (int i = 0; i < 40; i++) { /* a half that begins with zeros must be padded */
        ok(eckid_key_sign(&signature, private_key(P_256, 0), ECKID_ES256, str("data"), pool));
        ck_assert_int_eq((int)signature.len, 64);
    }
    signature.len = 63;
    ck_assert(!eckid_key_verify(public_key(P_256, 0), ECKID_ES256, signature, str("data")));
}
END_TEST

START_TEST(sha1_is_never_made)
{
    eckid_bytes_t signature;

    refused(eckid_key_sign(&signature, private_key(RSA_2048, 0), ECKID_RS1, str("x"), pool),
            ECKID_KEY);
}
END_TEST

START_TEST(a_public_key_or_one_of_another_kind_does_not_sign)
{
    eckid_bytes_t signature;

    refused(eckid_key_sign(&signature, public_key(RSA_2048, 0), ECKID_RS256, str("x"), pool),
            ECKID_KEY);
    refused(eckid_key_sign(&signature, private_key(RSA_2048, 0), ECKID_ES256, str("x"), pool),
            ECKID_KEY);
}
END_TEST

START_TEST(a_secret_signs_what_only_it_verifies)
{
    eckid_key_t *secret, *other;
    eckid_bytes_t mac;

    ok(eckid_key_secret(&secret, str("thirty-two bytes are just enough"), "x", pool));
    ok(eckid_key_secret(&other, str("thirty-two bytes that are others"), "x", pool));
    ok(eckid_key_sign(&mac, secret, ECKID_HS256, str("data"), pool));
    ck_assert(eckid_key_verify(secret, ECKID_HS256, mac, str("data")));
    ck_assert(!eckid_key_verify(secret, ECKID_HS256, mac, str("Data")));
    ck_assert(!eckid_key_verify(other, ECKID_HS256, mac, str("data")));
    mac.len--;
    ck_assert(!eckid_key_verify(secret, ECKID_HS256, mac, str("data")));
    ck_assert(!eckid_key_verify(public_key(RSA_2048, 0), ECKID_HS256, mac, str("data")));
}
END_TEST

static const struct {
    test_kind_t kind;
    const char *name;
    eckid_key_alg_t alg; /* RS1: none */
} http_algorithms[] = {
    {RSA_2048, NULL, ECKID_PS512},
    {RSA_2048, "rsa-v1_5-sha256", ECKID_RS256},
    {RSA_2048, "ecdsa-p256-sha256", ECKID_RS1},
    {P_256, NULL, ECKID_ES256},
    {P_384, NULL, ECKID_ES384},
    {P_384, "ecdsa-p256-sha256", ECKID_RS1},
    {ED_25519, "ed25519", ECKID_EDDSA},
    {ED_25519, "hmac-sha256", ECKID_RS1},
};

START_TEST(an_http_algorithm_is_one_of_the_kind_of_the_key)
{
    const eckid_key_http_t *http =
        eckid_key_http(public_key(http_algorithms[_i].kind, 0), http_algorithms[_i].name);

    ck_assert_int_eq(http ? http->alg : ECKID_RS1, http_algorithms[_i].alg);
}
END_TEST

static const struct {
    eckid_key_pss_t pss;
    eckid_key_alg_t alg;
    bool same;
} stated[] = {
    {{ECKID_SHA256, ECKID_SHA256, 32}, ECKID_PS256, true},
    {{ECKID_SHA384, ECKID_SHA384, 48}, ECKID_PS384, true},
    {{ECKID_SHA512, ECKID_SHA512, 64}, ECKID_PS512, true},
    {{ECKID_SHA256, ECKID_SHA256, 20}, ECKID_PS256, false},
    {{ECKID_SHA256, ECKID_SHA512, 32}, ECKID_PS256, false},
    {{ECKID_SHA512, ECKID_SHA256, 32}, ECKID_PS256, false},
    {{ECKID_SHA256, ECKID_SHA256, 0}, ECKID_RS256, false},
};

START_TEST(stated_parameters_of_pss_must_be_those_of_the_signature)
{
    eckid_bytes_t signature;

    ok(eckid_key_sign(&signature, private_key(RSA_2048, 0), stated[_i].alg, str("data"), pool));
    ck_assert(eckid_key_verify_pss(public_key(RSA_2048, 0), &stated[_i].pss, signature,
                                   str("data")) == stated[_i].same);
    ck_assert(
        !eckid_key_verify_pss(public_key(RSA_2048, 0), &stated[_i].pss, signature, str("other")));
    ck_assert(!eckid_key_verify_pss(public_key(P_256, 0), &stated[_i].pss, signature, str("data")));
}
END_TEST

UNIT_SUITE(key_sign)
{
    Suite *suite = suite_create("key_sign");
    TCase *tcase = unit_case(suite, "key_sign");

    tcase_add_loop_test(tcase, every_algorithm_signs_what_it_verifies, 0, COUNT(schemes));
    tcase_add_loop_test(tcase, a_key_may_be_used_by_all_its_algorithms_in_turn, 0, COUNT(schemes));
    tcase_add_test(tcase, algorithms_are_not_mistaken_for_each_other);
    tcase_add_test(tcase, es256_is_two_halves_of_32_bytes);
    tcase_add_test(tcase, sha1_is_never_made);
    tcase_add_test(tcase, a_public_key_or_one_of_another_kind_does_not_sign);
    tcase_add_test(tcase, a_secret_signs_what_only_it_verifies);
    tcase_add_loop_test(tcase, an_http_algorithm_is_one_of_the_kind_of_the_key, 0,
                        COUNT(http_algorithms));
    tcase_add_loop_test(tcase, stated_parameters_of_pss_must_be_those_of_the_signature, 0,
                        COUNT(stated));
    return suite;
}
