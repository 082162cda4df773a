/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

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

START_TEST(keys_of_other_kinds_are_refused)
{
    static const test_kind_t kinds[] = {RSA_1024};
    eckid_key_t *key;

    refused(eckid_key_private(&key, test_private_pem(kinds[_i], 0), "weak.key", pool), ECKID_KEY);
    refused(eckid_key_certificate(&key, test_certificate_pem(kinds[_i], 0), "weak.crt", pool),
            ECKID_KEY);
}
END_TEST

START_TEST(what_is_no_key_is_refused)
{
    eckid_key_t *key;

    refused(eckid_key_private(&key, test_public_pem(RSA_2048, 0), "x", pool), ECKID_KEY);
    refused(eckid_key_private(&key, str(""), "x", pool), ECKID_KEY);
    refused(eckid_key_certificate(&key, test_private_pem(RSA_2048, 0), "x", pool), ECKID_KEY);
    refused(eckid_key_certificate_der(&key, str("0\x82"), "x", pool), ECKID_KEY);
}
END_TEST

START_TEST(a_pair_must_belong_together)
{
    eckid_key_t *certificate, *pair;

    ok(eckid_key_certificate(&certificate, test_certificate_pem(P_256, 1), "other.crt", pool));
    refused(eckid_key_pair(&pair, private_key(P_256, 0), certificate, pool), ECKID_KEY);
}
END_TEST

START_TEST(a_certificate_has_a_fingerprint_and_an_end)
{
    const eckid_key_t *pair = test_pair(P_256, 0);
    eckid_bytes_t base64 = str(eckid_key_certificate_base64(pair));

    ck_assert_int_eq((int)strlen(eckid_key_fingerprint(pair)), 64);
    ck_assert_str_eq(eckid_key_fingerprint_of(base64, pool), eckid_key_fingerprint(pair));
    ck_assert(eckid_key_not_after(pair) > apr_time_now());
    ck_assert_ptr_null(eckid_key_fingerprint(private_key(P_256, 0)));
}
END_TEST

START_TEST(sameness_is_that_of_the_public_halves)
{
    ck_assert(eckid_key_same(private_key(P_256, 0), public_key(P_256, 0)));
    ck_assert(!eckid_key_same(private_key(P_256, 0), public_key(P_256, 1)));
    ck_assert(!eckid_key_same(private_key(P_256, 0), public_key(RSA_2048, 0)));
}
END_TEST

UNIT_SUITE(key)
{
    Suite *suite = suite_create("key");
    TCase *tcase = unit_case(suite, "key");

    tcase_add_loop_test(tcase, every_algorithm_signs_what_it_verifies, 0, COUNT(schemes));
    tcase_add_test(tcase, algorithms_are_not_mistaken_for_each_other);
    tcase_add_test(tcase, es256_is_two_halves_of_32_bytes);
    tcase_add_test(tcase, sha1_is_never_made);
    tcase_add_test(tcase, a_public_key_or_one_of_another_kind_does_not_sign);
    tcase_add_loop_test(tcase, keys_of_other_kinds_are_refused, 0, 1);
    tcase_add_test(tcase, what_is_no_key_is_refused);
    tcase_add_test(tcase, a_pair_must_belong_together);
    tcase_add_test(tcase, a_certificate_has_a_fingerprint_and_an_end);
    tcase_add_test(tcase, sameness_is_that_of_the_public_halves);
    return suite;
}
