/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_cipher.h"
#include "support/keys.h"

static const unsigned char key[] = "0123456789abcdef0123456789ABCDEF";
static const unsigned char iv[] = "fedcba9876543210";

static const eckid_cipher_t ciphers[] = {ECKID_AES256_GCM, ECKID_AES192_GCM, ECKID_AES128_GCM,
                                         ECKID_AES256_CBC, ECKID_AES192_CBC, ECKID_AES128_CBC};

static const char *const texts[] = {"", "a", "fifteen bytes..", "sixteen bytes...",
                                    "seventeen bytes.."};

static eckid_bytes_t sealed(eckid_cipher_t cipher, const char *text)
{
    eckid_bytes_t bytes;

    ok(eckid_cipher_encrypt(&bytes, cipher, key, iv, str(text), pool));
    return bytes;
}

START_TEST(what_is_encrypted_is_decrypted)
{
    eckid_bytes_t plain;

    for (int i = 1; i < COUNT(texts); i++) {
        ck_assert(
            eckid_cipher_decrypt(&plain, ciphers[_i], key, sealed(ciphers[_i], texts[i]), pool));
        ck_assert(eckid_bytes_equal(plain, str(texts[i])));
    }
}
END_TEST

START_TEST(another_key_opens_nothing)
{
    eckid_bytes_t plain;
    unsigned char other[sizeof(key)];

    memcpy(other, key, sizeof(key));
    other[0] ^= 1;
    bool good =
        eckid_cipher_decrypt(&plain, ciphers[_i], other, sealed(ciphers[_i], texts[4]), pool);

    ck_assert(!good || !eckid_cipher_authenticates(ciphers[_i]));
    ck_assert(!eckid_bytes_equal(plain, str(texts[4])));
}
END_TEST

START_TEST(what_is_cut_is_refused)
{
    eckid_bytes_t whole = sealed(ciphers[_i], texts[3]), plain;

    for (apr_size_t len = 0; len < whole.len; len++) {
        bool good =
            eckid_cipher_decrypt(&plain, ciphers[_i], key, eckid_bytes(whole.data, len), pool);

        ck_assert(!good || !eckid_bytes_equal(plain, str(texts[3])));
        ck_assert(!good || !eckid_cipher_authenticates(ciphers[_i]));
    }
}
END_TEST

START_TEST(a_changed_bit_is_seen_by_gcm)
{
    eckid_bytes_t whole = sealed(ciphers[_i], texts[4]), plain;

    for (apr_size_t i = 0; i < whole.len && eckid_cipher_authenticates(ciphers[_i]); i++) {
        ((char *)whole.data)[i] ^= 1;
        ck_assert(!eckid_cipher_decrypt(&plain, ciphers[_i], key, whole, pool));
        ((char *)whole.data)[i] ^= 1;
    }
}
END_TEST

/* The padding's last byte, by changing the block before it, is what it says. */
START_TEST(a_padding_counts_one_to_sixteen_bytes)
{
    eckid_bytes_t whole = sealed(ECKID_AES128_CBC, ""), plain;
    char *last = (char *)whole.data + 15; /* of the IV, which is XORed with 16 */

    for (int count = 0; count < 256; count++) {
        *last = (char)(iv[15] ^ 16 ^ count);
        bool good = eckid_cipher_decrypt(&plain, ECKID_AES128_CBC, key, whole, pool);

        ck_assert_int_eq(good, count >= 1 && count <= 16);
        ck_assert_int_eq((int)plain.len, good ? 16 - count : 16);
    }
}
END_TEST

typedef struct oaep_row_t {
    eckid_digest_alg_t digest, mgf1;
    const char *label;
} oaep_row_t;

static const oaep_row_t oaeps[] = {
    {ECKID_SHA1, ECKID_SHA1, ""},        {ECKID_SHA256, ECKID_SHA1, ""},
    {ECKID_SHA256, ECKID_SHA256, ""},    {ECKID_SHA512, ECKID_SHA384, ""},
    {ECKID_SHA1, ECKID_SHA256, "label"},
};

static eckid_oaep_t oaep_of(int row)
{
    return (eckid_oaep_t){oaeps[row].digest, oaeps[row].mgf1, str(oaeps[row].label)};
}

START_TEST(a_key_goes_through_rsa_by_the_same_parameters_only)
{
    const eckid_key_t *pair = test_pair(RSA_2048, 0);
    const eckid_oaep_t oaep = oaep_of(_i);
    unsigned char out[32] = {0};
    eckid_bytes_t wrapped;

    ok(eckid_oaep_wrap(&wrapped, pair, &oaep, eckid_bytes(key, 32), pool));
    ck_assert(eckid_oaep_unwrap(out, 32, pair, &oaep, wrapped, pool));
    ck_assert(memcmp(out, key, 32) == 0);
    ck_assert(!eckid_oaep_unwrap(out, 16, pair, &oaep, wrapped, pool));
    ck_assert(!eckid_oaep_unwrap(out, 32, test_pair(RSA_2048, 1), &oaep, wrapped, pool));
    ck_assert(!eckid_oaep_unwrap(out, 32, test_pair(P_256, 0), &oaep, wrapped, pool));
    for (int other = 0; other < COUNT(oaeps); other++) {
        const eckid_oaep_t else_ = oaep_of(other);

        ck_assert_int_eq(eckid_oaep_unwrap(out, 32, pair, &else_, wrapped, pool), other == _i);
    }
}
END_TEST

START_TEST(only_a_private_key_of_rsa_unwraps)
{
    const eckid_oaep_t oaep = oaep_of(0);
    unsigned char out[32];
    eckid_bytes_t wrapped;
    eckid_key_t *public;

    ok(eckid_key_public(&public, test_public_pem(RSA_2048, 0), "test.pub", pool));
    ok(eckid_oaep_wrap(&wrapped, public, &oaep, eckid_bytes(key, 32), pool));
    ck_assert(!eckid_oaep_unwrap(out, 32, public, &oaep, wrapped, pool));
    ck_assert(!eckid_oaep_unwrap(out, 32, test_pair(RSA_2048, 0), &oaep, str("short"), pool));
    refused(eckid_oaep_wrap(&wrapped, test_pair(P_256, 0), &oaep, str("key"), pool), ECKID_KEY);
}
END_TEST

UNIT_SUITE(cipher)
{
    Suite *suite = suite_create("cipher");
    TCase *tcase = unit_case(suite, "cipher");

    tcase_add_loop_test(tcase, what_is_encrypted_is_decrypted, 0, COUNT(ciphers));
    tcase_add_loop_test(tcase, another_key_opens_nothing, 0, COUNT(ciphers));
    tcase_add_loop_test(tcase, what_is_cut_is_refused, 0, COUNT(ciphers));
    tcase_add_loop_test(tcase, a_changed_bit_is_seen_by_gcm, 0, COUNT(ciphers));
    tcase_add_test(tcase, a_padding_counts_one_to_sixteen_bytes);
    tcase_add_loop_test(tcase, a_key_goes_through_rsa_by_the_same_parameters_only, 0, COUNT(oaeps));
    tcase_add_test(tcase, only_a_private_key_of_rsa_unwraps);
    return suite;
}
