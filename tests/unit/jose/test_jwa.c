/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "jose/eckid_jwa.h"

static const struct {
    const char *name;
    eckid_key_kind_t kind;
    eckid_digest_alg_t digest;
} known[] = {
    {"RS256", ECKID_KEY_RSA, ECKID_SHA256},    {"RS384", ECKID_KEY_RSA, ECKID_SHA384},
    {"RS512", ECKID_KEY_RSA, ECKID_SHA512},    {"PS256", ECKID_KEY_RSA, ECKID_SHA256},
    {"PS384", ECKID_KEY_RSA, ECKID_SHA384},    {"PS512", ECKID_KEY_RSA, ECKID_SHA512},
    {"ES256", ECKID_KEY_P256, ECKID_SHA256},   {"ES384", ECKID_KEY_P384, ECKID_SHA384},
    {"ES512", ECKID_KEY_P521, ECKID_SHA512},   {"EdDSA", ECKID_KEY_ED25519, ECKID_SHA512},
    {"HS256", ECKID_KEY_SECRET, ECKID_SHA256},
};

START_TEST(an_algorithm_is_bound_to_one_kind_of_key)
{
    eckid_key_alg_t alg;

    ck_assert(eckid_jwa_find(&alg, known[_i].name));
    ck_assert_str_eq(eckid_jwa_name(alg), known[_i].name);
    ck_assert_int_eq(eckid_jwa_digest(alg), known[_i].digest);
    for (int kind = ECKID_KEY_RSA; kind <= ECKID_KEY_SECRET; kind++) {
        ck_assert_int_eq(eckid_jwa_fits(alg, (eckid_key_kind_t)kind), kind == (int)known[_i].kind);
    }
}
END_TEST

START_TEST(eddsa_has_a_newer_name)
{
    eckid_key_alg_t alg;

    ck_assert(eckid_jwa_find(&alg, "Ed25519"));
    ck_assert_int_eq(alg, ECKID_EDDSA);
}
END_TEST

START_TEST(other_names_are_none)
{
    static const char *const names[] = {"none", "None", "RS1",    "rs256",   "HS384",    "HS512",
                                        "",     "Ed",   "ES256K", "ed25519", "Ed25519 ", "Ed448"};
    eckid_key_alg_t alg;

    for (int i = 0; i < COUNT(names); i++) {
        ck_assert(!eckid_jwa_find(&alg, names[i]));
    }
    ck_assert_ptr_null(eckid_jwa_name(ECKID_RS1));
}
END_TEST

UNIT_SUITE(jwa)
{
    Suite *suite = suite_create("jwa");
    TCase *tcase = unit_case(suite, "jwa");

    tcase_add_loop_test(tcase, an_algorithm_is_bound_to_one_kind_of_key, 0, COUNT(known));
    tcase_add_test(tcase, eddsa_has_a_newer_name);
    tcase_add_test(tcase, other_names_are_none);
    return suite;
}
