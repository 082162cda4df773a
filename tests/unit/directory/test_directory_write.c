/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "support/pushed.h"

static eckid_err_t *create(eckid_directory_t *directory, const eckid_school_t *school,
                           eckid_directory_person_t person)
{
    const eckid_directory_record_t *record;

    return eckid_directory_create(&record, directory, school, &person, "magister", PUSHED_NOW,
                                  pool);
}

START_TEST(a_key_or_an_eck_id_is_one_persons)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_person_t employee = pushed_person("a", 2);

    pushed_add(directory, "a", 1);
    refused(create(directory, &pushed_school, pushed_person("a", 2)), ECKID_KEY_TAKEN);
    refused(create(directory, &pushed_school, pushed_person_with("b", 2, "NEPRI", "a")),
            ECKID_KEY_TAKEN);
    refused(create(directory, &pushed_school, pushed_person("b", 1)), ECKID_ECKID_TAKEN);
    ok(create(directory, &pushed_school, pushed_person_with("b", 0, "NEPRI", "b")));
    ok(create(directory, &pushed_school, pushed_person("c", 0)));
    employee.kind = "employee";
    ok(create(directory, &pushed_school, employee));
    ck_assert_str_eq(pushed_find(directory, "a")->person.eckid.text, pushed_eckid(1).text);
}
END_TEST

/* A pupil of two schools; and one who has another ECK iD in another sector. */
START_TEST(another_school_has_its_own_people)
{
    eckid_directory_t *directory = pushed_directory(_i);

    pushed_add(directory, "a", 1);
    ok(create(directory, &pushed_other, pushed_person("b", 1)));
    ok(create(directory, &pushed_other, pushed_person("a", 2)));
    ck_assert_str_eq(pushed_find(directory, "a")->person.eckid.text, pushed_eckid(1).text);
}
END_TEST

static const eckid_directory_record_t *replace(eckid_directory_t *directory, const char *id,
                                               apr_uint64_t version, const eckid_school_t *school,
                                               eckid_directory_person_t person)
{
    const eckid_directory_record_t *record;

    ok(eckid_directory_replace(&record, directory, id, version, school, &person, "magister",
                               PUSHED_NOW + 1, pool));
    return record;
}

START_TEST(a_person_is_replaced)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a", 1);
    const eckid_directory_record_t *record =
        replace(directory, id, 1, &pushed_school, pushed_person("b", 2));

    ck_assert_str_eq(record->id, id);
    ck_assert_uint_eq(record->version, 2);
    ck_assert(record->created == PUSHED_NOW && record->changed == PUSHED_NOW + 1);
    ck_assert_ptr_null(pushed_find(directory, "a"));
    ck_assert_str_eq(pushed_find(directory, "b")->person.eckid.text, pushed_eckid(2).text);
    ck_assert_ptr_null(replace(directory, "00000000000000000000000000000000", 0, &pushed_school,
                               pushed_person("c", 3)));
}
END_TEST

START_TEST(a_person_moves_to_another_school)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a", 1);

    replace(directory, id, 0, &pushed_other, pushed_person("a", 1));
    ck_assert_ptr_null(pushed_find(directory, "a"));
    pushed_add(directory, "b", 1);
}
END_TEST

START_TEST(what_is_pushed_again_is_confirmed)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a", 1);

    replace(directory, id, 0, &pushed_school, pushed_person("a", 1));
    const eckid_directory_record_t *record = pushed_find(directory, "a");

    ck_assert_uint_eq(record->version, 1);
    ck_assert(record->changed == PUSHED_NOW && record->confirmed == PUSHED_NOW + 1);
}
END_TEST

START_TEST(an_older_version_is_not_replaced)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a", 1);
    const eckid_directory_person_t person = pushed_person("a", 3);
    const eckid_directory_record_t *record;
    apr_uint64_t removed;

    replace(directory, id, 0, &pushed_school, pushed_person("a", 2));
    refused(eckid_directory_replace(&record, directory, id, 1, &pushed_school, &person, "magister",
                                    PUSHED_NOW, pool),
            ECKID_VERSION_CHANGED);
    refused(eckid_directory_remove(&removed, directory, id, 1, pool), ECKID_VERSION_CHANGED);
    ck_assert_str_eq(pushed_find(directory, "a")->person.eckid.text, pushed_eckid(2).text);
}
END_TEST

START_TEST(a_person_is_removed)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a", 1);
    apr_uint64_t removed;

    ok(eckid_directory_remove(&removed, directory, id, 1, pool));
    ck_assert_uint_eq(removed, 1);
    ck_assert_ptr_null(pushed_find(directory, "a"));
    ok(eckid_directory_remove(&removed, directory, id, 0, pool));
    ck_assert_uint_eq(removed, 0);
    pushed_add(directory, "a", 1);
}
END_TEST

static const struct {
    const char *kind, *source, *school, *type, *key;
} bad_people[] = {{"", "magister", "11ZZ03", "NEPRI", "a"},
                  {"Student", "magister", "11ZZ03", "NEPRI", "a"},
                  {"a,b", "magister", "11ZZ03", "NEPRI", "a"},
                  {"a%", "magister", "11ZZ03", "NEPRI", "a"},
                  {"student", "", "11ZZ03", "NEPRI", "a"},
                  {"student", "a b", "11ZZ03", "NEPRI", "a"},
                  {"student", "magister", "", "NEPRI", "a"},
                  {"student", "magister", "11ZZ03", "", "a"},
                  {"student", "magister", "11ZZ03", "NEPRI", ""},
                  {"student", "magister", "11\n3", "NEPRI", "a"},
                  {"student", "magister", "11ZZ03", "NEPRI", NULL}};

START_TEST(what_cannot_be_told_apart_is_not_kept)
{
    eckid_directory_t *directory = pushed_open("sqlite:/dev/null", PUSHED_SECRET, NULL);
    const eckid_school_t school = {"V_ID", bad_people[_i].school};
    eckid_directory_person_t person = pushed_person("x", 1);
    apr_array_header_t *keys = apr_array_make(pool, 1, sizeof(eckid_directory_key_t));
    const eckid_directory_record_t *record;

    APR_ARRAY_PUSH(keys, eckid_directory_key_t) =
        (eckid_directory_key_t){bad_people[_i].type, bad_people[_i].key};
    person.kind = bad_people[_i].kind;
    person.keys = keys;
    refused(eckid_directory_create(&record, directory, &school, &person, bad_people[_i].source,
                                   PUSHED_NOW, pool),
            ECKID_DIRECTORY_PERSON);
}
END_TEST

UNIT_SUITE(directory_write)
{
    Suite *suite = suite_create("directory_write");
    TCase *tcase = databases_case(suite, "directory_write");

    tcase_add_loop_test(tcase, a_key_or_an_eck_id_is_one_persons, 0, DATABASES);
    tcase_add_loop_test(tcase, another_school_has_its_own_people, 0, DATABASES);
    tcase_add_loop_test(tcase, a_person_is_replaced, 0, DATABASES);
    tcase_add_loop_test(tcase, a_person_moves_to_another_school, 0, DATABASES);
    tcase_add_loop_test(tcase, what_is_pushed_again_is_confirmed, 0, DATABASES);
    tcase_add_loop_test(tcase, an_older_version_is_not_replaced, 0, DATABASES);
    tcase_add_loop_test(tcase, a_person_is_removed, 0, DATABASES);
    tcase_add_loop_test(tcase, what_cannot_be_told_apart_is_not_kept, 0, COUNT(bad_people));
    return suite;
}
