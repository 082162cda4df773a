/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <apr_strings.h>
#include <cjose/cjose.h>

#include "jose/eckid_jwe.h"

#define EXPONENT "\x01\x00\x01"

/* Of the leak sanitizer, where the test runs under it. */
void __lsan_disable(void) __attribute__((weak));
void __lsan_enable(void) __attribute__((weak));

/* cjose leaks a byte when it reads a JWE of ECDH-ES, which only this test does. */
static uint8_t *decrypt(cjose_jwe_t **jwe, eckid_bytes_t text, const cjose_jwk_t *key, size_t *len)
{
    cjose_err err;

    if (__lsan_disable) {
        __lsan_disable();
    }
    *jwe = cjose_jwe_import(text.data, text.len, &err);
    uint8_t *plain = cjose_jwe_decrypt(*jwe, key, len, &err);

    if (__lsan_enable) {
        __lsan_enable();
    }
    return plain;
}

static cjose_jwk_t *key_of(bool rsa, size_t bits)
{
    cjose_err err;

    return rsa ? cjose_jwk_create_RSA_random(bits, (const uint8_t *)EXPONENT, 3, &err)
               : cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &err);
}

static eckid_bytes_t set_of(cjose_jwk_t *key, const char *more)
{
    cjose_err err;
    char *json = cjose_jwk_to_json(key, false, &err);
    const char *set = apr_pstrcat(pool, "{\"keys\":[", more, json, "]}", NULL);

    free(json);
    return str(set);
}

static const struct {
    bool rsa;
    const char *enc;
} kinds[] = {
    {true, "A256GCM"}, {true, "A128CBC-HS256"}, {false, "A256GCM"}, {false, "A128CBC-HS256"}};

START_TEST(who_has_the_key_can_read_it)
{
    cjose_jwk_t *key = key_of(kinds[_i].rsa, 2048);
    eckid_jwe_t *jwe;
    eckid_bytes_t text;
    cjose_err err;
    size_t len;

    ok(eckid_jwe_make(&jwe, set_of(key, "{\"kty\":\"oct\",\"k\":\"AA\"},"), kinds[_i].enc, "set",
                      pool));
    ok(eckid_jwe_encrypt(&text, jwe, str("a.b.c"), pool));
    cjose_jwe_t *made;
    uint8_t *plain = decrypt(&made, text, key, &len);

    ck_assert_ptr_nonnull(plain);
    ck_assert(len == 5 && memcmp(plain, "a.b.c", 5) == 0);
    ck_assert_str_eq(cjose_header_get(cjose_jwe_get_protected(made), CJOSE_HDR_CTY, &err), "JWT");
    ck_assert_str_eq(cjose_header_get(cjose_jwe_get_protected(made), CJOSE_HDR_ENC, &err),
                     kinds[_i].enc);
    free(plain);
    cjose_jwe_release(made);
    cjose_jwk_release(key);
}
END_TEST

START_TEST(sets_without_a_key_to_encrypt_to)
{
    cjose_jwk_t *weak = key_of(true, 1024);
    const char *sets[] = {"",
                          "{}",
                          "{\"keys\":[]}",
                          "{\"keys\":[{\"kty\":\"RSA\"}]}",
                          "{\"keys\":[{\"kty\":\"RSA\",\"use\":\"sig\"}]}",
                          "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RSA1_5\"}]}",
                          set_of(weak, "").data};
    eckid_jwe_t *jwe;

    for (int i = 0; i < COUNT(sets); i++) {
        refused(eckid_jwe_make(&jwe, str(sets[i]), "A256GCM", "set", pool), ECKID_JWKS);
    }
    cjose_jwk_release(weak);
}
END_TEST

UNIT_SUITE(jwe)
{
    Suite *suite = suite_create("jwe");
    TCase *tcase = unit_case(suite, "jwe");

    tcase_add_loop_test(tcase, who_has_the_key_can_read_it, 0, COUNT(kinds));
    tcase_add_test(tcase, sets_without_a_key_to_encrypt_to);
    return suite;
}
