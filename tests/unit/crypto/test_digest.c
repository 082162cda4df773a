/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "crypto/eckid_digest.h"

/* FIPS 180-4, the examples for "abc" */
static const char *const digests[] = {
    [ECKID_SHA1] = "a9993e364706816aba3e25717850c26c9cd0d89d",
    [ECKID_SHA256] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    [ECKID_SHA384] = "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
                     "8086072ba1e7cc2358baeca134c825a7",
    [ECKID_SHA512] = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
};

START_TEST(examples_of_the_standard)
{
    ck_assert_str_eq(
        eckid_codec_hex(eckid_digest((eckid_digest_alg_t)_i, str("abc"), pool), pool).data,
        digests[_i]);
}
END_TEST

START_TEST(pieces_have_the_digest_of_the_whole)
{
    eckid_digest_stream_t *stream = eckid_digest_begin((eckid_digest_alg_t)_i, pool);

    eckid_digest_add(stream, str("a"));
    eckid_digest_add(stream, str(""));
    eckid_digest_add(stream, str("bc"));
    ck_assert_str_eq(eckid_codec_hex(eckid_digest_end(stream, pool), pool).data, digests[_i]);
}
END_TEST

UNIT_SUITE(digest)
{
    Suite *suite = suite_create("digest");

    TCase *tcase = unit_case(suite, "digest");

    tcase_add_loop_test(tcase, examples_of_the_standard, 0, COUNT(digests));
    tcase_add_loop_test(tcase, pieces_have_the_digest_of_the_whole, 0, COUNT(digests));
    return suite;
}
