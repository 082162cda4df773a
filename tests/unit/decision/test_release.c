/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "decision/eckid_release.h"
#include "support/maker.h"

static eckid_supplier_t *make(const char *first, const char *second)
{
    eckid_supplier_t *supplier = eckid_policy_supplier(pool);

    supplier->attribute = (eckid_attribute_t){"eckId", "urn:format", NULL};
    if (first) {
        APR_ARRAY_PUSH(supplier->release, const char *) = first;
    }
    if (second) {
        APR_ARRAY_PUSH(supplier->release, const char *) = second;
    }
    return supplier;
}

static const char *left_of(const eckid_supplier_t *supplier, const char *more, const char **shows)
{
    maker_t maker = maker_usual();

    maker.attributes = apr_pstrcat(pool, maker.attributes, more, NULL);
    eckid_verified_t *login = maker_verified(&maker);

    eckid_release(shows, eckid_saml_attributes(login, pool), supplier, pool);
    return apr_array_pstrcat(pool, eckid_attributes_names(eckid_saml_attributes(login, pool), pool),
                             ' ');
}

START_TEST(what_is_not_listed_goes)
{
    const char *shows;

    ck_assert_str_eq(left_of(make("uid", "mail"), NULL, &shows), "uid");
    ck_assert_str_eq(left_of(make(NULL, NULL), NULL, &shows), "");
}
END_TEST

START_TEST(the_star_keeps_all_but_a_foreign_eckid)
{
    eckid_supplier_t *supplier = make(NULL, NULL);
    const char *shows;

    supplier->release_all = true;
    ck_assert_str_eq(left_of(supplier, maker_attribute("eckId", "forged", NULL), &shows),
                     "uid employeeNumber eduPersonAffiliation");
}
END_TEST

START_TEST(a_foreign_eckid_goes_even_if_listed)
{
    const char *shows;

    ck_assert_str_eq(
        left_of(make("uid", "eckId"), maker_attribute("eckId", "forged", NULL), &shows), "uid");
}
END_TEST

static eckid_supplier_t *with_rename(const char *from, const char *to)
{
    eckid_supplier_t *supplier = make("uid", NULL);

    APR_ARRAY_PUSH(supplier->renames, eckid_rename_t) =
        (eckid_rename_t){from, {to, "urn:format", NULL}};
    return supplier;
}

START_TEST(what_is_renamed_is_released_under_the_new_name_only)
{
    const char *shows;

    ck_assert_str_eq(left_of(with_rename("eduPersonAffiliation", "role"), NULL, &shows),
                     "uid role");
}
END_TEST

START_TEST(the_new_name_is_taken_from_who_had_it)
{
    const char *shows;
    eckid_supplier_t *supplier = with_rename("eduPersonAffiliation", "role");

    supplier->release_all = true;
    ck_assert_str_eq(left_of(supplier, maker_attribute("role", "admin", NULL), &shows),
                     "uid employeeNumber role");
    /* and without the attribute to be renamed nothing is lost */
    supplier = with_rename("absent", "uid2");
    ck_assert_str_eq(left_of(supplier, NULL, &shows), "uid");
}
END_TEST

START_TEST(a_name_id_that_shows_what_is_withheld_is_noticed)
{
    const char *shows;

    left_of(make("eduPersonAffiliation", NULL), NULL, &shows);
    ck_assert_str_eq(shows, "uid");
    left_of(make("uid", NULL), maker_attribute("mail", "p.pukkelen@school.example", NULL), &shows);
    ck_assert_ptr_null(shows);
    left_of(make("eduPersonAffiliation", NULL), maker_attribute("login", "p.pukkelen", NULL),
            &shows);
    ck_assert_str_eq(shows, "login");
}
END_TEST

START_TEST(what_is_released_and_not_there_is_absent)
{
    maker_t maker = maker_usual();
    const eckid_attributes_t login = eckid_saml_attributes(maker_verified(&maker), pool);
    eckid_supplier_t *supplier = make("uid", "mail");

    APR_ARRAY_PUSH(supplier->release, const char *) = "eckId";
    APR_ARRAY_PUSH(supplier->renames, eckid_rename_t) = (eckid_rename_t){.from = "brin"};
    APR_ARRAY_PUSH(supplier->renames, eckid_rename_t) = (eckid_rename_t){.from = "employeeNumber"};
    ck_assert_str_eq(apr_array_pstrcat(pool, eckid_release_absent(login, supplier, pool), ' '),
                     "mail brin");
    ck_assert_int_eq(eckid_release_absent(login, make("uid", NULL), pool)->nelts, 0);
}
END_TEST

UNIT_SUITE(release)
{
    Suite *suite = suite_create("release");
    TCase *tcase = unit_case(suite, "release");

    tcase_add_test(tcase, what_is_not_listed_goes);
    tcase_add_test(tcase, the_star_keeps_all_but_a_foreign_eckid);
    tcase_add_test(tcase, a_foreign_eckid_goes_even_if_listed);
    tcase_add_test(tcase, what_is_renamed_is_released_under_the_new_name_only);
    tcase_add_test(tcase, the_new_name_is_taken_from_who_had_it);
    tcase_add_test(tcase, a_name_id_that_shows_what_is_withheld_is_noticed);
    tcase_add_test(tcase, what_is_released_and_not_there_is_absent);
    return suite;
}
