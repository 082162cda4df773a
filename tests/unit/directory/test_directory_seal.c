/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "directory/eckid_directory_seal.h"
#include "support/pushed.h"

#define SCHOOL "V_ID:11ZZ03"
#define ID "00112233445566778899aabbccddeeff"

static eckid_secret_t *secret(void)
{
    return eckid_secret_make(str(PUSHED_SECRET), pool);
}

static eckid_sealed_person_t seal(const char *school, const char *name, int number)
{
    const eckid_directory_person_t person = pushed_person(name, number);
    eckid_sealed_person_t sealed;

    ok(eckid_directory_seal(&sealed, secret(), school, ID, &person, pool));
    return sealed;
}

static bool opens(const eckid_sealed_person_t *sealed, const char *school, const char *kind,
                  const char *id, const eckid_digest_t *first)
{
    eckid_directory_person_t person;

    return eckid_directory_unseal(&person, secret(), school, kind, id,
                                  eckid_bytes(first, sizeof(*first)), sealed->sealed, pool);
}

START_TEST(a_person_is_opened_as_sealed)
{
    const eckid_directory_person_t person = pushed_person_with("a", 1, "userName", "ann");
    eckid_directory_person_t opened;
    eckid_sealed_person_t sealed;

    ok(eckid_directory_seal(&sealed, secret(), SCHOOL, ID, &person, pool));
    ck_assert(eckid_directory_unseal(&opened, secret(), SCHOOL, "student", ID,
                                     eckid_bytes(&sealed.keys[0], sizeof(eckid_digest_t)),
                                     sealed.sealed, pool));
    ck_assert_int_eq(opened.keys->nelts, 2);
    ck_assert_str_eq(APR_ARRAY_IDX(opened.keys, 1, eckid_directory_key_t).value, "ann");
    ck_assert_str_eq(opened.eckid.text, pushed_eckid(1).text);
}
END_TEST

START_TEST(a_row_is_bound_to_its_place)
{
    const eckid_sealed_person_t one = seal(SCHOOL, "a", 1), other = seal(SCHOOL, "b", 2);

    ck_assert(opens(&one, SCHOOL, "student", ID, &one.keys[0]));
    ck_assert(!opens(&one, SCHOOL, "student", ID, &other.keys[0]));
    ck_assert(!opens(&one, "V_ID:22YY00", "student", ID, &one.keys[0]));
    ck_assert(!opens(&one, SCHOOL, "employee", ID, &one.keys[0]));
    ck_assert(!opens(&one, SCHOOL, "student", "10112233445566778899aabbccddeeff", &one.keys[0]));
}
END_TEST

START_TEST(nothing_of_a_person_can_be_seen)
{
    const eckid_sealed_person_t one = seal(SCHOOL, "a@school", 1);

    ck_assert_ptr_null(memmem(one.sealed.data, one.sealed.len, "a@school", 8));
    ck_assert_ptr_null(memmem(one.sealed.data, one.sealed.len, "ketenid", 7));
    ck_assert_uint_eq(seal(SCHOOL, "a", 1).sealed.len, one.sealed.len);
}
END_TEST

START_TEST(schools_cannot_be_compared)
{
    const eckid_sealed_person_t one = seal(SCHOOL, "a", 1), other = seal("V_ID:22YY00", "a", 1),
                                again = seal(SCHOOL, "a", 1);

    ck_assert_mem_ne(&one.keys[0], &other.keys[0], sizeof(eckid_digest_t));
    ck_assert_mem_ne(&one.eckid, &other.eckid, sizeof(eckid_digest_t));
    ck_assert_mem_ne(&one.content, &other.content, sizeof(eckid_digest_t));
    ck_assert_mem_eq(&one.keys[0], &again.keys[0], sizeof(eckid_digest_t));
    ck_assert_mem_eq(&one.content, &again.content, sizeof(eckid_digest_t));
    ck_assert_mem_ne(one.sealed.data, again.sealed.data, one.sealed.len);
}
END_TEST

UNIT_SUITE(directory_seal)
{
    Suite *suite = suite_create("directory_seal");
    TCase *tcase = unit_case(suite, "directory_seal");

    tcase_add_test(tcase, a_person_is_opened_as_sealed);
    tcase_add_test(tcase, a_row_is_bound_to_its_place);
    tcase_add_test(tcase, nothing_of_a_person_can_be_seen);
    tcase_add_test(tcase, schools_cannot_be_compared);
    return suite;
}
