/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "decision/eckid_pseudonym.h"

static const eckid_secret_t *secret_of(const char *text)
{
    return eckid_secret_make(str(text), pool);
}

#define SECRET "a secret of thirty-two bytes and more"

START_TEST(it_is_another_one_for_another_person_or_secret)
{
    static const eckid_person_key_t keys[] = {
        {"NEPPI", "1@1.example", NULL, NULL},      {"NEPRI", "1@1.example", NULL, NULL},
        {"NEPPI", "2@1.example", NULL, NULL},      {"NEPPI", "1@1.example", "first", NULL},
        {"NEPPI1", "@1.example", NULL, NULL},      {"NEPPI", "1@1.example", NULL, "employee"},
        {"NEPPI", "1@1.examplefirst", NULL, NULL},
    };
    const eckid_secret_t *one = secret_of(SECRET), *other = secret_of(SECRET "!");

    for (int i = 0; i < COUNT(keys); i++) {
        const char *name = eckid_pseudonym(one, &keys[i], pool);

        ck_assert_uint_eq(strlen(name), ECKID_PSEUDONYM_LEN);
        ck_assert_str_eq(name, eckid_pseudonym(secret_of(SECRET), &keys[i], pool));
        ck_assert_str_ne(name, eckid_pseudonym(other, &keys[i], pool));
        for (int j = 0; j < i; j++) {
            ck_assert_str_ne(name, eckid_pseudonym(one, &keys[j], pool));
        }
    }
}
END_TEST

UNIT_SUITE(pseudonym)
{
    Suite *suite = suite_create("pseudonym");
    TCase *tcase = unit_case(suite, "pseudonym");

    tcase_add_test(tcase, it_is_another_one_for_another_person_or_secret);
    return suite;
}
