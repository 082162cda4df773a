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

static eckid_bytes_t cut(eckid_bytes_t pem)
{
    return eckid_bytes(pem.data, pem.len / 2);
}

typedef eckid_err_t *(*read_t)(eckid_key_t **, eckid_bytes_t, const char *, apr_pool_t *);

static eckid_bytes_t held_by(const char *what)
{
    return strcmp(what, "certificate") == 0        ? test_certificate_pem(RSA_2048, 0)
           : strcmp(what, "weak certificate") == 0 ? test_certificate_pem(RSA_1024, 0)
           : strcmp(what, "weak key") == 0         ? test_private_pem(RSA_1024, 0)
           : strcmp(what, "private key") == 0      ? test_private_pem(RSA_2048, 0)
           : strcmp(what, "public key") == 0       ? test_public_pem(RSA_2048, 0)
           : strcmp(what, "half a key") == 0       ? cut(test_private_pem(RSA_2048, 0))
                                                   : str(what);
}

/* What is found, and what to do, for each thing that can be in the place of another. */
static const struct {
    read_t read;
    const char *held, *words[2];
} not_keys[] = {
    {eckid_key_private, "certificate", {"its first block is CERTIFICATE", "the key is the first"}},
    {eckid_key_private, "public key", {"its first block is PUBLIC KEY", "the private one"}},
    {eckid_key_private, "half a key", {"its first block is PRIVATE KEY", "openssl pkey"}},
    {eckid_key_private,
     "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
     {"its first block is ENCRYPTED PRIVATE KEY", "openssl pkey -in FILE"}},
    {eckid_key_private, "", {"it is empty", "PEM"}},
    {eckid_key_private, "0\x82", {"nothing in it is PEM", "-inform DER"}},
    {eckid_key_private, "-----BEGIN ", {"its first block is ", "PEM"}},
    {eckid_key_private, "weak key", {"rsaEncryption, 1024 bits", "RSA of 2048 bits"}},
    {eckid_key_public, "private key", {"its first block is PRIVATE KEY", "-pubin"}},
    {eckid_key_certificate, "private key", {"its first block is PRIVATE KEY", "CERTIFICATE"}},
    {eckid_key_public_der, "0\x82", {"x is not one that OpenSSL can read", "fetch it again"}},
    {eckid_key_certificate_der, "0\x82", {"x is not one that OpenSSL can read", "fetch it again"}},
    {eckid_key_verifier, "weak certificate", {"rsaEncryption, 1024 bits", "RSA of 2048 bits"}},
    {eckid_key_verifier, "private key", {"no public key", "its first block is PRIVATE KEY"}},
};

START_TEST(what_is_no_key_is_told_with_what_it_is)
{
    eckid_key_t *key;
    eckid_err_t *err = not_keys[_i].read(&key, held_by(not_keys[_i].held), "x", pool);

    refused(err, ECKID_KEY);
    for (int i = 0; i < COUNT(not_keys[_i].words); i++) {
        const char *text = eckid_err_text(err, pool);

        ck_assert_msg(strstr(text, not_keys[_i].words[i]), "no %s in %s", not_keys[_i].words[i],
                      text);
    }
}
END_TEST

START_TEST(a_certificate_or_a_public_key_verifies)
{
    eckid_key_t *key;

    ok(eckid_key_verifier(&key, test_certificate_pem(RSA_2048, 0), "x", pool));
    ck_assert_ptr_nonnull(eckid_key_fingerprint(key));
    ok(eckid_key_verifier(&key, test_public_pem(RSA_2048, 0), "x", pool));
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

static eckid_bytes_t der_of(eckid_bytes_t pem)
{
    const char *start = strstr(pem.data, "-----\n") + 6, *end = strstr(start, "-----END");
    eckid_bytes_t der;

    ck_assert(eckid_codec_base64_decode(&der, eckid_bytes(start, (apr_size_t)(end - start)), pool));
    return der;
}

/* What can follow the DER that somebody else publishes; NULL for a certificate of another key. */
static const char *const behind[] = {"",      "\n",    "-----END CERTIFICATE-----", "0",
                                     "0\x03", "0\x80", "0\x84\x7f\xff\xff\xff",     NULL};

static eckid_bytes_t with_behind(eckid_bytes_t pem, int row)
{
    const eckid_bytes_t der = der_of(pem);
    const eckid_bytes_t more =
        behind[row] ? str(behind[row]) : der_of(test_certificate_pem(P_256, 1));
    char *both = apr_pcalloc(pool, der.len + more.len + 1);

    memcpy(both, der.data, der.len);
    memcpy(both + der.len, more.data, more.len);
    return eckid_bytes(both, der.len + more.len);
}

START_TEST(what_follows_a_certificate_or_a_key_is_ignored)
{
    const eckid_key_t *pair = test_pair(P_256, 0);
    eckid_bytes_t der = with_behind(test_certificate_pem(P_256, 0), _i);
    eckid_key_t *key;

    ok(eckid_key_certificate_der(&key, der, "x", pool));
    ck_assert(eckid_key_same(key, pair));
    ck_assert_str_eq(eckid_key_fingerprint(key), eckid_key_fingerprint(pair));
    ck_assert_str_eq(eckid_key_fingerprint_of(eckid_codec_base64(der, pool), pool),
                     eckid_key_fingerprint(pair));
    ok(eckid_key_public_der(&key, with_behind(test_public_pem(P_256, 0), _i), "x", pool));
    ck_assert(eckid_key_same(key, pair));
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
    tcase_add_loop_test(tcase, what_is_no_key_is_told_with_what_it_is, 0, COUNT(not_keys));
    tcase_add_test(tcase, a_certificate_or_a_public_key_verifies);
    tcase_add_test(tcase, a_secret_has_32_bytes_or_more);
    tcase_add_loop_test(tcase, a_key_knows_its_kind_and_name, 0, COUNT(kinds));
    tcase_add_test(tcase, a_pair_must_belong_together);
    tcase_add_test(tcase, a_certificate_has_a_fingerprint_and_an_end);
    tcase_add_loop_test(tcase, what_follows_a_certificate_or_a_key_is_ignored, 0, COUNT(behind));
    tcase_add_test(tcase, sameness_is_that_of_the_public_halves);
    return suite;
}
