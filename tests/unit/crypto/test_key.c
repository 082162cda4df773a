/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/keys.h"

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

START_TEST(a_key_that_is_too_short_is_refused)
{
    eckid_key_t *key;

    refused(eckid_key_private(&key, test_private_pem(RSA_1024, 0), "weak.key", pool), ECKID_KEY);
    refused(eckid_key_certificate(&key, test_certificate_pem(RSA_1024, 0), "weak.crt", pool),
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

START_TEST(a_secret_has_32_bytes_or_more)
{
    eckid_key_t *key;

    refused(eckid_key_secret(&key, str("thirty-one bytes are not enough"), "x", pool), ECKID_KEY);
    ok(eckid_key_secret(&key, str("thirty-two bytes are just enough"), "x", pool));
    ck_assert_int_eq(eckid_key_kind(key), ECKID_KEY_SECRET);
}
END_TEST

static const struct {
    test_kind_t made;
    eckid_key_kind_t kind;
} kinds[] = {{RSA_2048, ECKID_KEY_RSA},
             {P_256, ECKID_KEY_P256},
             {P_384, ECKID_KEY_P384},
             {P_521, ECKID_KEY_P521},
             {ED_25519, ECKID_KEY_ED25519}};

START_TEST(a_key_knows_its_kind_and_name)
{
    ck_assert_int_eq(eckid_key_kind(private_key(kinds[_i].made, 0)), kinds[_i].kind);
    ck_assert_int_eq(eckid_key_kind(public_key(kinds[_i].made, 0)), kinds[_i].kind);
    ck_assert_str_eq(eckid_key_name(public_key(kinds[_i].made, 0)), "test.pub");
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

    tcase_add_test(tcase, a_key_that_is_too_short_is_refused);
    tcase_add_test(tcase, what_is_no_key_is_refused);
    tcase_add_test(tcase, a_secret_has_32_bytes_or_more);
    tcase_add_loop_test(tcase, a_key_knows_its_kind_and_name, 0, COUNT(kinds));
    tcase_add_test(tcase, a_pair_must_belong_together);
    tcase_add_test(tcase, a_certificate_has_a_fingerprint_and_an_end);
    tcase_add_test(tcase, sameness_is_that_of_the_public_halves);
    return suite;
}
