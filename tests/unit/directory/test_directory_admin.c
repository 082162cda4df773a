/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/pushed.h"

#define NEW_SECRET "a newer secret of more than thirty-two bytes"

START_TEST(a_directory_is_made_once)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    ck_assert_int_eq(from, 0);
    ck_assert_int_eq(to, 1);
    pushed_add(directory, "a", 1);
    ok(eckid_directory_migrate(&from, &to, directory, pool));
    ck_assert_int_eq(from, 1);
    ck_assert_ptr_nonnull(pushed_find(directory, "a"));
    ok(eckid_directory_check(directory, pool));
    ok(eckid_directory_check_writing(directory, pool));
}
END_TEST

START_TEST(another_secret_is_noticed)
{
    const char *database = database_make(_i);
    int from, to;

    ok(eckid_directory_migrate(&from, &to, pushed_open(database, PUSHED_SECRET, NULL), pool));
    ok(eckid_directory_check(pushed_open(database, PUSHED_SECRET, NULL), pool));
    ok(eckid_directory_check(pushed_open(database, NEW_SECRET, PUSHED_SECRET), pool));
    tells(eckid_directory_check(pushed_open(database, NEW_SECRET, NULL), pool),
          ECKID_DIRECTORY_SCHEMA, "another secret");
}
END_TEST

START_TEST(records_are_sealed_anew)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    apr_uint64_t sealed, all = 0;
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    for (int i = 1; i <= 5; i++) {
        pushed_add(directory, apr_psprintf(pool, "p%d", i), i);
    }
    directory = pushed_open(database, NEW_SECRET, PUSHED_SECRET);
    ck_assert_ptr_nonnull(pushed_find(directory, "p1"));
    do {
        ok(eckid_directory_reseal(&sealed, directory, 2, pool));
        all += sealed;
    } while (sealed);
    ck_assert_uint_eq(all, 5);
    directory = pushed_open(database, NEW_SECRET, NULL);
    ok(eckid_directory_check(directory, pool));
    ck_assert_str_eq(pushed_find(directory, "p5")->person.eckid.text, pushed_eckid(5).text);
    ck_assert_uint_eq(pushed_find(directory, "p5")->version, 1);
}
END_TEST

/* While the records of the previous secret are still there. */
START_TEST(nobody_is_doubled_by_another_secret)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    const eckid_directory_person_t same_key = pushed_person("a", 2),
                                   same_eckid = pushed_person("b", 1);
    const eckid_directory_record_t *record;
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    pushed_add(directory, "a", 1);
    directory = pushed_open(database, NEW_SECRET, PUSHED_SECRET);
    refused(eckid_directory_create(&record, directory, &pushed_school, &same_key, "x", PUSHED_NOW,
                                   pool),
            ECKID_KEY_TAKEN);
    refused(eckid_directory_create(&record, directory, &pushed_school, &same_eckid, "x", PUSHED_NOW,
                                   pool),
            ECKID_ECKID_TAKEN);
}
END_TEST

START_TEST(what_is_there_is_counted_by_school)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const eckid_directory_person_t person = pushed_person("a", 1),
                                   two_keys = pushed_person_with("b", 0, "LMS", "b7");
    const eckid_directory_record_t *record;
    apr_array_header_t *parts, *schools;

    ok(eckid_directory_create(&record, directory, &pushed_other, &person, "magister",
                              PUSHED_NOW - 5, pool));
    pushed_add(directory, "a", 1);
    ok(eckid_directory_create(&record, directory, &pushed_school, &two_keys, "magister",
                              PUSHED_NOW + 1, pool));
    ok(eckid_directory_status(&parts, directory, pool));
    ck_assert_int_eq(parts->nelts, 2);
    const eckid_directory_part_t *part = &APR_ARRAY_IDX(parts, 0, eckid_directory_part_t);

    ck_assert_str_eq(part->school.value, "11ZZ03");
    ck_assert_str_eq(part->kind, "student");
    ck_assert_uint_eq(part->people, 2);
    ck_assert_uint_eq(part->without_eckid, 1);
    ck_assert_str_eq(apr_array_pstrcat(pool, part->types, ' '), "NEPRI LMS");
    ck_assert(part[1].oldest == PUSHED_NOW - 5);
    ck_assert_str_eq(apr_array_pstrcat(pool, part[1].types, ' '), "NEPRI");
    ok(eckid_directory_schools(&schools, directory, pool));
    ck_assert_int_eq(schools->nelts, 2);
}
END_TEST

START_TEST(who_was_not_confirmed_is_removed)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const eckid_directory_person_t person = pushed_person("old", 3);
    const eckid_directory_record_t *record;
    apr_uint64_t count;

    ok(eckid_directory_create(&record, directory, &pushed_school, &person, "magister",
                              PUSHED_NOW - 5, pool));
    pushed_add(directory, "a", 1);
    ok(eckid_directory_unconfirmed(&count, directory, NULL, PUSHED_NOW, pool));
    ck_assert_uint_eq(count, 1);
    ok(eckid_directory_purge(&count, directory, &pushed_other, PUSHED_NOW, pool));
    ck_assert_uint_eq(count, 0);
    ok(eckid_directory_purge(&count, directory, NULL, PUSHED_NOW, pool));
    ck_assert_uint_eq(count, 1);
    ck_assert_ptr_null(pushed_find(directory, "old"));
    ck_assert_ptr_nonnull(pushed_find(directory, "a"));
}
END_TEST

START_TEST(a_school_is_removed)
{
    eckid_directory_t *directory = pushed_directory(_i);
    apr_uint64_t count;

    pushed_add(directory, "a", 1);
    pushed_add(directory, "b", 2);
    ok(eckid_directory_remove_school(&count, directory, &pushed_other, pool));
    ck_assert_uint_eq(count, 0);
    ok(eckid_directory_remove_school(&count, directory, &pushed_school, pool));
    ck_assert_uint_eq(count, 2);
    ck_assert_ptr_null(pushed_find(directory, "a"));
    pushed_add(directory, "a", 1);
}
END_TEST

UNIT_SUITE(directory_admin)
{
    Suite *suite = suite_create("directory_admin");
    TCase *tcase = databases_case(suite, "directory_admin");

    tcase_add_loop_test(tcase, a_directory_is_made_once, 0, DATABASES);
    tcase_add_loop_test(tcase, another_secret_is_noticed, 0, DATABASES);
    tcase_add_loop_test(tcase, records_are_sealed_anew, 0, DATABASES);
    tcase_add_loop_test(tcase, nobody_is_doubled_by_another_secret, 0, DATABASES);
    tcase_add_loop_test(tcase, what_is_there_is_counted_by_school, 0, DATABASES);
    tcase_add_loop_test(tcase, who_was_not_confirmed_is_removed, 0, DATABASES);
    tcase_add_loop_test(tcase, a_school_is_removed, 0, DATABASES);
    return suite;
}
