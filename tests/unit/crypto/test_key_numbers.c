/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_key_numbers.h"
#include "support/keys.h"

static const eckid_key_t *public_key(test_kind_t kind)
{
    eckid_key_t *key;

    ok(eckid_key_public(&key, test_public_pem(kind, 0), "test.pub", pool));
    return key;
}

static eckid_key_numbers_t numbers_of(test_kind_t kind)
{
    eckid_key_numbers_t numbers;

    ok(eckid_key_to_numbers(&numbers, public_key(kind), pool));
    return numbers;
}

static const struct {
    test_kind_t kind;
    int first, second; /* lengths */
} kinds[] = {
    {RSA_2048, 256, 3}, {P_256, 32, 32}, {P_384, 48, 48}, {P_521, 66, 66}, {ED_25519, 32, 0}};

START_TEST(a_key_is_made_of_its_numbers_again)
{
    eckid_key_numbers_t numbers = numbers_of(kinds[_i].kind);
    eckid_key_t *key;

    ck_assert_int_eq((int)numbers.first.len, kinds[_i].first);
    ck_assert_int_eq((int)numbers.second.len, kinds[_i].second);
    ok(eckid_key_from_numbers(&key, &numbers, "x", pool));
    ck_assert(eckid_key_same(key, public_key(kinds[_i].kind)));
    ck_assert_int_eq(eckid_key_kind(key), numbers.kind);
}
END_TEST

START_TEST(numbers_of_another_length_are_refused)
{
    eckid_key_numbers_t numbers = numbers_of(kinds[_i].kind);
    eckid_key_t *key;

    numbers.first.len = numbers.first.len / 2 + 1; /* of RSA: a key of 1032 bits */
    refused(eckid_key_from_numbers(&key, &numbers, "x", pool), ECKID_KEY);
}
END_TEST

/* Points of P-256 of which x or y begins with a zero, which Authlib and cryptojwt leave out. */
static const struct {
    const char *x, *y;
} points[] = {
    {"\x00\x59\x2d\x07\xaf\xb1\x9b\x4d\xa3\x2d\x16\xbd\xbf\xfb\x16\xf1"
     "\x69\xbb\xff\xcd\xdd\x12\xfc\x56\xec\x7b\xd4\x02\x8b\x4a\xaf\x80",
     "\xd5\x76\x2b\x00\x44\xfd\xd6\x07\x19\xf7\xc9\x8b\x94\xc0\x98\x02"
     "\xb0\x4a\x47\xa0\xbe\xed\x4e\x6f\x1d\x72\xc8\xed\x78\x46\x65\x86"},
    {"\x55\x1c\xe3\xbd\x3e\xc4\x89\x23\xc4\x3c\x45\xf2\xe3\xb0\xb3\x58"
     "\xfb\xba\x08\x72\x11\xac\x57\xcc\x3f\xc6\xdd\xe1\x8c\x90\x18\xbc",
     "\x00\x90\x32\x30\x41\x95\xd2\xc2\x6e\xca\x12\xcc\x57\x86\x6b\x87"
     "\x8c\x62\x54\xa7\x03\x01\x76\xf3\xa9\xfd\x4d\x5d\xa0\xd3\x5b\x80"},
};

static eckid_bytes_t without_zeros(const char *number)
{
    int zeros = number[0] ? 0 : 1;

    return eckid_bytes(number + zeros, (apr_size_t)(32 - zeros));
}

START_TEST(coordinates_may_lack_zeros_in_front)
{
    const char *x = points[_i].x, *y = points[_i].y;
    eckid_key_numbers_t numbers = {ECKID_KEY_P256, without_zeros(x), without_zeros(y)}, again;
    eckid_key_t *key;

    ck_assert_int_eq((int)(numbers.first.len + numbers.second.len), 63);
    ok(eckid_key_from_numbers(&key, &numbers, "x", pool));
    ok(eckid_key_to_numbers(&again, key, pool));
    ck_assert(eckid_bytes_equal(again.first, eckid_bytes(x, 32)));
    ck_assert(eckid_bytes_equal(again.second, eckid_bytes(y, 32)));
}
END_TEST

START_TEST(a_point_beside_the_curve_is_refused)
{
    eckid_key_numbers_t numbers = numbers_of(P_256);
    eckid_key_t *key;

    ((char *)numbers.second.data)[31] ^= 1;
    refused(eckid_key_from_numbers(&key, &numbers, "x", pool), ECKID_KEY);
}
END_TEST

/* What is refused before OpenSSL is asked is not told as something that it cannot read. */
static const struct {
    test_kind_t kind;
    int first, second; /* lengths */
    const char *told;
} bounds[] = {
    {RSA_2048, 256, 9, "an exponent of more than 8 bytes (an RSA key with the usual"},
    {RSA_2048, 2050, 3, "RSA of more than 16384 bits (a shorter one"},
    {P_256, 33, 32, "x and y of 33 and 32 bytes, and its curve has 32 (who publishes it must"},
    {P_521, 66, 67, "x and y of 66 and 67 bytes, and its curve has 66 (who publishes it must"},
    {ED_25519, 31, 0, "is not one that OpenSSL can read (was it cut"},
};

START_TEST(a_length_that_is_refused_is_told)
{
    eckid_key_numbers_t numbers = numbers_of(bounds[_i].kind);
    eckid_key_t *key;

    numbers.first =
        eckid_bytes(memset(apr_palloc(pool, 4096), 1, 4096), (apr_size_t)bounds[_i].first);
    numbers.second = eckid_bytes(numbers.first.data, (apr_size_t)bounds[_i].second);
    eckid_err_t *err = eckid_key_from_numbers(&key, &numbers, "x", pool);

    refused(err, ECKID_KEY);
    const char *text = eckid_err_text(err, pool);

    ck_assert_msg(strstr(text, bounds[_i].told), "%s", text);
}
END_TEST

UNIT_SUITE(key_numbers)
{
    Suite *suite = suite_create("key_numbers");
    TCase *tcase = unit_case(suite, "key_numbers");

    tcase_add_loop_test(tcase, a_key_is_made_of_its_numbers_again, 0, COUNT(kinds));
    tcase_add_loop_test(tcase, numbers_of_another_length_are_refused, 0, COUNT(kinds));
    tcase_add_loop_test(tcase, coordinates_may_lack_zeros_in_front, 0, COUNT(points));
    tcase_add_test(tcase, a_point_beside_the_curve_is_refused);
    tcase_add_loop_test(tcase, a_length_that_is_refused_is_told, 0, COUNT(bounds));
    return suite;
}
