/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <stdlib.h>
#include <apr_strings.h>

#include "support/pushed.h"

static apr_uint64_t position;

static eckid_directory_import_t *begin_with(eckid_directory_t *directory, const char *source,
                                            const char *origin)
{
    apr_array_header_t *kinds = apr_array_make(pool, 1, sizeof(const char *));
    eckid_directory_import_t *import;

    APR_ARRAY_PUSH(kinds, const char *) = "student";
    ok(eckid_directory_import_begin(&import, &position, directory, &pushed_school, kinds, source,
                                    origin, PUSHED_NOW, pool));
    return import;
}

static eckid_directory_import_t *begin(eckid_directory_t *directory)
{
    return begin_with(directory, "uwlr", "a file");
}

static void add(eckid_directory_import_t *import, const char *name, int number)
{
    static apr_uint64_t line;
    const eckid_directory_person_t person = pushed_person(name, number);

    ok(eckid_directory_import_add(import, &person, ++line, pool));
}

static void add_all(eckid_directory_import_t *import, const char *names, int number)
{
    for (; *names; names++, number++) {
        add(import, apr_pstrmemdup(pool, names, 1), number);
    }
}

static eckid_directory_changes_t finish(eckid_directory_import_t *import)
{
    eckid_directory_changes_t compared, changes;

    ok(eckid_directory_import_compare(&compared, import, pool));
    ok(eckid_directory_import_finish(&changes, import, PUSHED_NOW + 1, pool));
    ck_assert_mem_eq(&compared, &changes, sizeof(changes));
    return changes;
}

static void import_all(eckid_directory_t *directory, const char *names, int number)
{
    eckid_directory_import_t *import = begin(directory);

    add_all(import, names, number);
    finish(import);
}

static void is(eckid_directory_changes_t changes, unsigned before, unsigned added, unsigned changed,
               unsigned same, unsigned gone)
{
    ck_assert_uint_eq(changes.before, before);
    ck_assert_uint_eq(changes.added, added);
    ck_assert_uint_eq(changes.changed, changed);
    ck_assert_uint_eq(changes.same, same);
    ck_assert_uint_eq(changes.gone, gone);
}

static int number_of(eckid_directory_t *directory, const char *name)
{
    const eckid_directory_record_t *record = pushed_find(directory, name);
    const char *eckid = record && record->person.has_eckid ? record->person.eckid.text : "0";

    return (int)strtol(eckid + strlen(eckid) - 1, NULL, 16);
}

START_TEST(everybody_is_there_at_once)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin(directory);

    add_all(import, "abc", 1);
    ok(eckid_directory_import_save(import, 3, pool));
    ck_assert_ptr_null(pushed_find(directory, "a"));
    is(finish(import), 0, 3, 0, 0, 0);
    ck_assert_int_eq(number_of(directory, "a"), 1);
    ck_assert_int_eq(number_of(directory, "c"), 3);
}
END_TEST

/* a stays, b has another ECK iD, c is gone, d and e swap, f is new. */
START_TEST(the_next_import_changes_what_has_changed)
{
    eckid_directory_t *directory = pushed_directory(_i);

    import_all(directory, "abcde", 1);
    const char *id = pushed_find(directory, "b")->id;
    eckid_directory_import_t *import = begin(directory);

    add(import, "a", 1);
    add(import, "b", 9);
    add(import, "d", 5);
    add(import, "e", 4);
    add(import, "f", 6);
    is(finish(import), 5, 1, 3, 1, 1);
    ck_assert_int_eq(number_of(directory, "b"), 9);
    ck_assert_str_eq(pushed_find(directory, "b")->id, id);
    ck_assert_uint_eq(pushed_find(directory, "b")->version, 2);
    ck_assert_uint_eq(pushed_find(directory, "a")->version, 1);
    ck_assert(pushed_find(directory, "a")->confirmed == PUSHED_NOW + 1);
    ck_assert_ptr_null(pushed_find(directory, "c"));
    ck_assert_int_eq(number_of(directory, "d"), 5);
    ck_assert_int_eq(number_of(directory, "f"), 6);
}
END_TEST

START_TEST(a_further_key_comes_and_goes)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const eckid_directory_person_t person = pushed_person_with("a", 1, "NEPRI", "z");
    eckid_directory_import_t *import = begin(directory);

    ok(eckid_directory_import_add(import, &person, 1, pool));
    finish(import);
    ck_assert_int_eq(number_of(directory, "z"), 1);
    import_all(directory, "a", 1);
    ck_assert_ptr_null(pushed_find(directory, "z"));
    ck_assert_int_eq(number_of(directory, "a"), 1);
}
END_TEST

START_TEST(who_came_another_way_stays)
{
    eckid_directory_t *directory = pushed_directory(_i);

    pushed_add(directory, "p", 7);
    import_all(directory, "a", 1);
    import_all(directory, "b", 2);
    ck_assert_int_eq(number_of(directory, "p"), 7);
    ck_assert_ptr_null(pushed_find(directory, "a"));
}
END_TEST

START_TEST(an_import_that_broke_goes_on)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin(directory);

    add_all(import, "ab", 1);
    ok(eckid_directory_import_save(import, 2, pool));
    add_all(import, "cd", 3); /* not saved */
    import = begin(directory);
    ck_assert_uint_eq(position, 2);
    add_all(import, "bcd", 2); /* one of them again */
    is(finish(import), 0, 4, 0, 0, 0);
    begin(directory);
    ck_assert_uint_eq(position, 0);
}
END_TEST

START_TEST(another_file_begins_anew)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin_with(directory, "uwlr", "one");

    add_all(import, "ab", 1);
    ok(eckid_directory_import_save(import, 2, pool));
    import = begin_with(directory, "uwlr", "two");
    ck_assert_uint_eq(position, 0);
    add_all(import, "c", 3);
    is(finish(import), 0, 1, 0, 0, 0);
    ck_assert_ptr_null(pushed_find(directory, "a"));
}
END_TEST

START_TEST(an_abandoned_import_leaves_nothing)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin(directory);

    add_all(import, "ab", 1);
    ok(eckid_directory_import_save(import, 2, pool));
    ok(eckid_directory_import_abandon(import, pool));
    begin(directory);
    ck_assert_uint_eq(position, 0);
    ck_assert_ptr_null(pushed_find(directory, "a"));
}
END_TEST

/* Somebody in a file who cannot be told from another in the same file. */
static const struct {
    const char *first, *first_key, *second, *second_key;
    int number, other;
    eckid_code_t code;
} doubles[] = {
    {"a", "a", "a", "a", 1, 1, ECKID_OK},        {"a", "a", "a", "a", 1, 2, ECKID_KEY_TAKEN},
    {"a", "a", "a", "z", 1, 1, ECKID_KEY_TAKEN}, {"a", "z", "b", "z", 1, 2, ECKID_KEY_TAKEN},
    {"a", "b", "b", "b", 1, 2, ECKID_KEY_TAKEN}, {"a", "a", "b", "b", 1, 1, ECKID_ECKID_TAKEN},
    {"a", "a", "b", "b", 0, 0, ECKID_OK},        {"a", "a", "a", "a", 0, 1, ECKID_KEY_TAKEN},
};

static void double_in_a_file(int kind, int i)
{
    eckid_directory_t *directory = pushed_directory(kind);
    eckid_directory_import_t *import = begin(directory);
    const eckid_directory_person_t first = pushed_person_with(doubles[i].first, doubles[i].number,
                                                              "NEPRI", doubles[i].first_key),
                                   second = pushed_person_with(doubles[i].second, doubles[i].other,
                                                               "NEPRI", doubles[i].second_key);

    ok(eckid_directory_import_add(import, &first, 17, pool));
    ok(eckid_directory_import_add(import, &second, 23, pool));
    eckid_err_t *err = eckid_directory_import_save(import, 2, pool);

    if (doubles[i].code) {
        tells(err, doubles[i].code, "lines 17 and 23");
    }
    else {
        ok(err);
    }
}

START_TEST(a_double_in_a_file_is_told_by_its_lines)
{
    double_in_a_file(_i % DATABASES, _i / DATABASES);
}
END_TEST

/* Somebody in a file who cannot be told from one who came another way. */
static const struct {
    const char *name, *key;
    int number;
    eckid_code_t code;
} strangers[] = {
    {"p", "p", 7, ECKID_OK},
    {"p", "p", 8, ECKID_OK},
    {"a", "p", 1, ECKID_KEY_TAKEN},
    {"a", "a", 7, ECKID_ECKID_TAKEN},
};

static void stranger_in_a_file(int kind, int i)
{
    eckid_directory_t *directory = pushed_directory(kind);
    const eckid_directory_person_t person =
        pushed_person_with(strangers[i].name, strangers[i].number, "NEPRI", strangers[i].key);
    eckid_directory_changes_t changes;

    pushed_add(directory, "p", 7);
    import_all(directory, "x", 5);
    eckid_directory_import_t *import = begin(directory);

    ok(eckid_directory_import_add(import, &person, 1, pool));
    eckid_err_t *err = eckid_directory_import_finish(&changes, import, PUSHED_NOW, pool);

    if (strangers[i].code) {
        refused(err, strangers[i].code);
        ck_assert_int_eq(number_of(directory, "p"), 7);
        ck_assert_int_eq(number_of(directory, "x"), 5);
    }
    else {
        ok(err);
        ck_assert_int_eq(number_of(directory, "p"), strangers[i].number);
        ck_assert_ptr_null(pushed_find(directory, "x"));
    }
}

START_TEST(a_mix_up_with_others_changes_nothing)
{
    stranger_in_a_file(_i % DATABASES, _i / DATABASES);
}
END_TEST

START_TEST(an_import_is_about_its_kinds)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin(directory);
    eckid_directory_person_t person = pushed_person("a", 1);

    person.kind = "employee";
    refused(eckid_directory_import_add(import, &person, 1, pool), ECKID_DIRECTORY_PERSON);
    person.kind = "stud";
    refused(eckid_directory_import_add(import, &person, 1, pool), ECKID_DIRECTORY_PERSON);
}
END_TEST

START_TEST(more_people_than_a_batch_are_imported)
{
    eckid_directory_t *directory = pushed_directory(_i);
    eckid_directory_import_t *import = begin(directory);

    for (int i = 1; i <= 1234; i++) {
        add(import, apr_psprintf(pool, "n%d", i), i);
    }
    is(finish(import), 0, 1234, 0, 0, 0);
    import = begin(directory);
    for (int i = 1; i <= 1234; i++) {
        add(import, apr_psprintf(pool, "n%d", i), i + 1);
    }
    is(finish(import), 1234, 0, 1234, 0, 0);
    ck_assert_int_eq(number_of(directory, "n1234"), 1235 % 16);
}
END_TEST

/* Else the import would seal a person to the id of another one. */
START_TEST(an_id_that_was_moved_is_not_taken)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    eckid_directory_changes_t changes;
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    for (int i = 0; i < 2; i++) {
        const eckid_directory_person_t person = pushed_person(i ? "b" : "a", i + 1);
        const eckid_directory_record_t *record;

        ok(eckid_directory_create(&record, directory, &pushed_school, &person, i ? "two" : "one",
                                  PUSHED_NOW, pool));
    }
    pushed_tamper(database, pushed_swap);
    eckid_directory_import_t *import = begin(directory);

    add(import, "a", 9);
    refused(eckid_directory_import_finish(&changes, import, PUSHED_NOW, pool),
            ECKID_DIRECTORY_SCHEMA);
}
END_TEST

UNIT_SUITE(directory_import)
{
    Suite *suite = suite_create("directory_import");
    TCase *tcase = databases_case(suite, "directory_import");

    tcase_add_loop_test(tcase, everybody_is_there_at_once, 0, DATABASES);
    tcase_add_loop_test(tcase, the_next_import_changes_what_has_changed, 0, DATABASES);
    tcase_add_loop_test(tcase, a_further_key_comes_and_goes, 0, DATABASES);
    tcase_add_loop_test(tcase, who_came_another_way_stays, 0, DATABASES);
    tcase_add_loop_test(tcase, an_import_that_broke_goes_on, 0, DATABASES);
    tcase_add_loop_test(tcase, another_file_begins_anew, 0, DATABASES);
    tcase_add_loop_test(tcase, an_abandoned_import_leaves_nothing, 0, DATABASES);
    tcase_add_loop_test(tcase, a_double_in_a_file_is_told_by_its_lines, 0,
                        DATABASES * COUNT(doubles));
    tcase_add_loop_test(tcase, a_mix_up_with_others_changes_nothing, 0,
                        DATABASES * COUNT(strangers));
    tcase_add_loop_test(tcase, an_import_is_about_its_kinds, 0, DATABASES);
    tcase_add_loop_test(tcase, an_id_that_was_moved_is_not_taken, 0, DATABASES);
    tcase_add_loop_test(tcase, more_people_than_a_batch_are_imported, 0, DATABASES);
    return suite;
}
