/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "support/pushed.h"

START_TEST(a_person_is_found_by_each_key)
{
    eckid_directory_t *directory = pushed_directory(_i);
    const eckid_directory_person_t person = pushed_person_with("a@school", 1, "userName", "ann");
    const eckid_directory_record_t *record;

    ok(eckid_directory_create(&record, directory, &pushed_school, &person, "magister", PUSHED_NOW,
                              pool));
    for (int i = 0; i < 2; i++) {
        ok(eckid_directory_find(&record, directory, &pushed_school, "student",
                                &APR_ARRAY_IDX(person.keys, i, eckid_directory_key_t), pool));
        ck_assert_ptr_nonnull(record);
        ck_assert_str_eq(record->person.eckid.text, pushed_eckid(1).text);
        ck_assert_str_eq(record->source, "magister");
        ck_assert_str_eq(record->school.type, "V_ID");
        ck_assert_str_eq(record->school.value, "11ZZ03");
        ck_assert_uint_eq(record->version, 1);
        ck_assert(record->confirmed == PUSHED_NOW);
    }
}
END_TEST

/* One who is there: NEPRI a@school, a student at 11ZZ03. */
static const struct {
    const char *school, *kind, *type, *key;
} others[] = {
    {"11ZZ03", "student", "NEPRI", "b@school"},  {"11ZZ03", "student", "NEPPI", "a@school"},
    {"11ZZ03", "employee", "NEPRI", "a@school"}, {"22YY00", "student", "NEPRI", "a@school"},
    {"11ZZ03", "student", "NEPRI", "A@school"},  {"11ZZ03", "student", "NEPRI", "a@school "},
    {"11ZZ03", "student", "NEPR", "Ia@school"},
};

static void nobody_else(int kind, int i)
{
    eckid_directory_t *directory = pushed_directory(kind);
    const eckid_school_t school = {"V_ID", others[i].school};
    const eckid_directory_key_t key = {others[i].type, others[i].key};
    const eckid_directory_record_t *record;

    pushed_add(directory, "a@school", 1);
    ok(eckid_directory_find(&record, directory, &school, others[i].kind, &key, pool));
    ck_assert_ptr_null(record);
}

START_TEST(nobody_else_is_found)
{
    nobody_else(_i % DATABASES, _i / DATABASES);
}
END_TEST

START_TEST(a_person_without_an_eck_id_is_known)
{
    eckid_directory_t *directory = pushed_directory(_i);

    pushed_add(directory, "a@school", 0);
    ck_assert_ptr_nonnull(pushed_find(directory, "a@school"));
    ck_assert(!pushed_find(directory, "a@school")->person.has_eckid);
}
END_TEST

START_TEST(a_record_is_read_by_its_id)
{
    static const char *const no_ids[] = {"", "00000000000000000000000000000000", "\xff", "' or 1"};
    eckid_directory_t *directory = pushed_directory(_i);
    const char *id = pushed_add(directory, "a@school", 1);
    const eckid_directory_record_t *record;

    ok(eckid_directory_get(&record, directory, id, pool));
    ck_assert_str_eq(record->id, id);
    for (int i = 0; i < COUNT(no_ids); i++) {
        ok(eckid_directory_get(&record, directory, no_ids[i], pool));
        ck_assert_ptr_null(record);
    }
}
END_TEST

START_TEST(people_are_listed_page_by_page)
{
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    eckid_directory_t *directory = pushed_directory(_i);
    apr_array_header_t *page;
    const char *before = "";
    apr_uint64_t count;

    for (int i = 0; i < COUNT(names); i++) {
        pushed_add(directory, names[i], i + 1);
    }
    for (unsigned offset = 0; offset < COUNT(names); offset += 2) {
        ok(eckid_directory_list(&page, directory, &pushed_school, NULL, offset, 2, pool));
        ck_assert_int_eq(page->nelts, offset == 4 ? 1 : 2);
        for (int i = 0; i < page->nelts; i++) {
            const char *id = APR_ARRAY_IDX(page, i, const eckid_directory_record_t *)->id;

            ck_assert_str_lt(before, id);
            before = id;
        }
    }
    ok(eckid_directory_list(&page, directory, &pushed_school, "employee", 0, 9, pool));
    ck_assert_int_eq(page->nelts, 0);
    ok(eckid_directory_count(&count, directory, &pushed_school, "student", pool));
    ck_assert_uint_eq(count, 5);
    ok(eckid_directory_count(&count, directory, &pushed_other, NULL, pool));
    ck_assert_uint_eq(count, 0);
}
END_TEST

/* Three people: a (one) and b (two) at one school, a (three) at another. */
static eckid_directory_t *three_people(const char *database)
{
    static const struct {
        const char *name, *source;
        const eckid_school_t *school;
    } people[] = {
        {"a", "one", &pushed_school}, {"b", "two", &pushed_school}, {"a", "three", &pushed_other}};
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    for (int i = 0; i < COUNT(people); i++) {
        const eckid_directory_person_t person = pushed_person(people[i].name, i + 1);
        const eckid_directory_record_t *record;

        ok(eckid_directory_create(&record, directory, people[i].school, &person, people[i].source,
                                  PUSHED_NOW, pool));
    }
    return directory;
}

/* What somebody can do who has no secret, so that a at the first school is another one. */
#define KEY_OF(source)                                                                             \
    "update eckid_key set id = (select id from eckid_person where source = '" source "')"          \
    " where id = (select id from eckid_person where source = 'one')"

static const char *const tampered[] = {
    KEY_OF("two"),
    KEY_OF("three"),
    pushed_swap,
    "update eckid_person set kind = 'employee'",
    "update eckid_person set school = 'V_ID:22YY00'",
    "update eckid_person set sealed = (select sealed from eckid_person where source = 'two')",
};

static void another_in_the_place(int kind, int i)
{
    const char *database = database_make(kind);
    eckid_directory_t *directory = three_people(database);
    const eckid_directory_key_t key = {"NEPRI", "a"};
    const eckid_directory_record_t *record;

    pushed_tamper(database, tampered[i]);
    refused(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool),
            ECKID_DIRECTORY_SCHEMA);
}

START_TEST(a_row_in_the_place_of_another_is_a_failure)
{
    another_in_the_place(_i % DATABASES, _i / DATABASES);
}
END_TEST

START_TEST(an_id_stays_with_its_person)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = three_people(database);
    const char *id = pushed_find(directory, "b")->id;
    const eckid_directory_person_t person = pushed_person("b", 9);
    const eckid_directory_record_t *record;

    pushed_tamper(database, pushed_swap);
    refused(eckid_directory_get(&record, directory, id, pool), ECKID_DIRECTORY_SCHEMA);
    refused(eckid_directory_replace(&record, directory, id, 0, &pushed_school, &person, "two",
                                    PUSHED_NOW, pool),
            ECKID_DIRECTORY_SCHEMA);
}
END_TEST

static const char *const missing[DATABASES] = {
    "sqlite:/tmp/there/is/no/such.db",
    "postgresql:host=/tmp/there-is-none user=eckid dbname=postgres",
};

START_TEST(a_database_that_is_away_is_no_absence)
{
    static const eckid_code_t codes[] = {ECKID_DIRECTORY_SCHEMA, ECKID_DIRECTORY};
    eckid_directory_t *directory = pushed_open(missing[_i], PUSHED_SECRET, NULL);
    const eckid_directory_key_t key = {"NEPRI", "a@school"};
    const eckid_directory_record_t *record;

    refused(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool),
            codes[_i]);
}
END_TEST

UNIT_SUITE(directory)
{
    Suite *suite = suite_create("directory");
    TCase *tcase = databases_case(suite, "directory");

    tcase_add_loop_test(tcase, a_person_is_found_by_each_key, 0, DATABASES);
    tcase_add_loop_test(tcase, nobody_else_is_found, 0, DATABASES * COUNT(others));
    tcase_add_loop_test(tcase, a_person_without_an_eck_id_is_known, 0, DATABASES);
    tcase_add_loop_test(tcase, a_record_is_read_by_its_id, 0, DATABASES);
    tcase_add_loop_test(tcase, people_are_listed_page_by_page, 0, DATABASES);
    tcase_add_loop_test(tcase, a_row_in_the_place_of_another_is_a_failure, 0,
                        DATABASES * COUNT(tampered));
    tcase_add_loop_test(tcase, an_id_stays_with_its_person, 0, DATABASES);
    tcase_add_loop_test(tcase, a_database_that_is_away_is_no_absence, 0, DATABASES);
    return suite;
}
