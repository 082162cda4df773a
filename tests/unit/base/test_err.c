/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

START_TEST(text_has_fact_detail_cause_and_the_innermost_hint)
{
    eckid_err_t *cause = eckid_err_make(pool, ECKID_KEY, "x.pem is of DSA");
    eckid_err_t *err = eckid_err_wrap(pool, cause, ECKID_METADATA, "%s", "idp.xml");
    const char *text = eckid_err_text(err, pool);

    ck_assert_ptr_nonnull(strstr(text, "SAML metadata cannot be used: idp.xml; "));
    ck_assert_ptr_nonnull(strstr(text, "a key or certificate cannot be used: x.pem is of DSA ("));
    ck_assert_ptr_nonnull(strstr(text, eckid_err_hint(ECKID_KEY)));
}
END_TEST

START_TEST(an_empty_detail_leaves_no_colon)
{
    eckid_err_t *err = eckid_err_make(pool, ECKID_ENCRYPTED, "%s", "");

    ck_assert_ptr_nonnull(strstr(eckid_err_text(err, pool), "cannot be read ("));
}
END_TEST

START_TEST(a_cause_that_says_the_same_is_said_once)
{
    eckid_err_t *cause = eckid_err_make(pool, ECKID_KEY, "x.pem");
    const char *text = eckid_err_text(eckid_err_wrap(pool, cause, ECKID_KEY, "%s", ""), pool);

    ck_assert_str_eq(text, eckid_err_text(cause, pool));
}
END_TEST

START_TEST(a_copy_outlives_the_original)
{
    apr_pool_t *other;

    apr_pool_create(&other, NULL);
    eckid_err_t *cause = eckid_err_make(other, ECKID_KEY, "inner %d", 1);

    cause->fingerprint = apr_pstrdup(other, "ab12");
    eckid_err_t *copy = eckid_err_copy(eckid_err_wrap(other, cause, ECKID_FILE, "outer"), pool);

    apr_pool_destroy(other);
    ck_assert_int_eq(copy->code, ECKID_FILE);
    ck_assert_str_eq(copy->cause->detail, "inner 1");
    ck_assert_str_eq(copy->cause->fingerprint, "ab12");
    ck_assert_ptr_null(copy->cause->cause);
}
END_TEST

START_TEST(a_hint_for_the_case_stands_in_place_of_that_of_the_code)
{
    eckid_err_t *cause = eckid_err_advise(eckid_err_make(pool, ECKID_KEY, "x.pem"), "buy a key");
    eckid_err_t *copy = eckid_err_copy(eckid_err_wrap(pool, cause, ECKID_FILE, "y"), pool);

    ck_assert_str_eq(eckid_err_text(copy, pool),
                     "a file cannot be read: y; a key or certificate cannot be used: x.pem "
                     "(buy a key)");
    eckid_err_advise(copy, "sell y");
    ck_assert_ptr_nonnull(strstr(eckid_err_text(copy, pool), "x.pem (sell y)"));
}
END_TEST

START_TEST(every_code_has_a_fact_and_a_hint)
{
    static const eckid_code_t codes[] = {
#define X(name, number, fact, hint) ECKID_##name,
        ECKID_CODES(X)
#undef X
    };

    for (int i = 0; i < COUNT(codes); i++) {
        ck_assert_int_gt((int)strlen(eckid_err_fact(codes[i])), 10);
        ck_assert_int_gt((int)strlen(eckid_err_hint(codes[i])), 10);
    }
}
END_TEST

UNIT_SUITE(err)
{
    Suite *suite = suite_create("err");
    TCase *tcase = unit_case(suite, "err");

    tcase_add_test(tcase, text_has_fact_detail_cause_and_the_innermost_hint);
    tcase_add_test(tcase, an_empty_detail_leaves_no_colon);
    tcase_add_test(tcase, a_cause_that_says_the_same_is_said_once);
    tcase_add_test(tcase, a_copy_outlives_the_original);
    tcase_add_test(tcase, a_hint_for_the_case_stands_in_place_of_that_of_the_code);
    tcase_add_test(tcase, every_code_has_a_fact_and_a_hint);
    return suite;
}
