/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_moment.h"

START_TEST(two_moments_share_no_randomness)
{
    eckid_moment_t one, other;

    ck_assert(eckid_moment_now(&one));
    ck_assert(eckid_moment_now(&other));
    ck_assert(one.now <= other.now && other.now <= apr_time_now());
    ck_assert_mem_ne(one.http_nonce, other.http_nonce, sizeof(one.http_nonce));
    ck_assert_mem_ne(one.jti, other.jti, sizeof(one.jti));
    ck_assert_mem_ne(one.seal_nonce, other.seal_nonce, sizeof(one.seal_nonce));
    ck_assert_mem_ne(one.claim_nonce, other.claim_nonce, sizeof(one.claim_nonce));
    ck_assert_mem_ne(one.seal_nonce, one.claim_nonce, sizeof(one.seal_nonce));
}
END_TEST

START_TEST(a_reference_is_the_random_bytes_in_base32)
{
    eckid_moment_t moment = {0};

    ck_assert_str_eq(eckid_moment_reference(&moment, pool), "0000-0000");
    memcpy(moment.reference, "\xff\xff\xff\xff\xff", 5);
    ck_assert_str_eq(eckid_moment_reference(&moment, pool), "ZZZZ-ZZZZ");
    memcpy(moment.reference, "\x00\x44\x32\x14\xc7", 5);
    ck_assert_str_eq(eckid_moment_reference(&moment, pool), "0123-4567");
}
END_TEST

UNIT_SUITE(moment)
{
    Suite *suite = suite_create("moment");
    TCase *tcase = unit_case(suite, "moment");

    tcase_add_test(tcase, two_moments_share_no_randomness);
    tcase_add_test(tcase, a_reference_is_the_random_bytes_in_base32);
    return suite;
}
