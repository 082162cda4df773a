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

UNIT_SUITE(moment)
{
    Suite *suite = suite_create("moment");

    tcase_add_test(unit_case(suite, "moment"), two_moments_share_no_randomness);
    return suite;
}
