/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "http/eckid_content_digest.h"

/* RFC 9530 appendix D: the digests of this text, which ends with a line feed */
#define BODY "{\"hello\": \"world\"}\n"
#define SHA256 "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
/* RFC 9421 appendix B.2: the same text without a line feed */
#define SHA512                                                                                     \
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXv"  \
    "Jwew==:"
#define SHORT "{\"hello\": \"world\"}"
#define SHORT_SHA256 "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"

START_TEST(it_is_made_as_the_rfc_has_it)
{
    ck_assert_str_eq(eckid_content_digest(str(BODY), pool), SHA256);
    ck_assert_str_eq(eckid_content_digest(str(SHORT), pool), SHORT_SHA256);
}
END_TEST

static const struct {
    const char *field, *body;
    bool good;
} checks[] = {
    {SHA256, BODY, true},
    {SHA256, SHORT, false},
    {SHA512, SHORT, true},
    {SHA512, BODY, false},
    {SHORT_SHA256 ", " SHA512, SHORT, true},
    {SHA512 ", unixsum=:AA==:, md5=tok", SHORT, true},
    {SHA512 ", " SHA256, SHORT, false}, /* both decide */
    {SHA256 ", " SHORT_SHA256, SHORT, false},
    {"md5=:AQID:", SHORT, false},
    {"", SHORT, false},
    {"sha-256", SHORT, false},
    {"sha-256=(:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:)", SHORT, false},
    {"sha-256=\"X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\"", SHORT, false},
    {"SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", SHORT, false},
    {"sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=", SHORT, false},
    {NULL, SHORT, false},
};

START_TEST(a_digest_is_of_one_body)
{
    eckid_err_t *err = eckid_content_digest_check(checks[_i].field, str(checks[_i].body),
                                                  ECKID_LAS_SIGNATURE, pool);

    ck_assert_int_eq(!err, checks[_i].good);
    ck_assert(!err || err->code == ECKID_LAS_SIGNATURE);
}
END_TEST

UNIT_SUITE(content_digest)
{
    Suite *suite = suite_create("content_digest");
    TCase *tcase = unit_case(suite, "content_digest");

    tcase_add_test(tcase, it_is_made_as_the_rfc_has_it);
    tcase_add_loop_test(tcase, a_digest_is_of_one_body, 0, COUNT(checks));
    return suite;
}
