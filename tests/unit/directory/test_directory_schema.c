/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "directory/eckid_sql.h"
#include "support/pushed.h"

static eckid_err_t *change(void *self, const eckid_sql_session_t *session)
{
    return eckid_sql_script(session, self);
}

static void run(const char *database, char *statements)
{
    eckid_sql_t *sql;

    ok(eckid_sql_make(&sql, database, apr_time_from_sec(30), pool));
    ok(eckid_sql_create(sql, change, statements, pool));
    eckid_sql_close(sql);
}

START_TEST(a_newer_schema_is_left_alone)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    char newer[] = "update eckid_meta set value = '99' where name = 'schema'";
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    run(database, newer);
    tells(eckid_directory_check(directory, pool), ECKID_DIRECTORY_SCHEMA, "version 99");
    tells(eckid_directory_migrate(&from, &to, directory, pool), ECKID_DIRECTORY_SCHEMA, "newer");
}
END_TEST

/* As where another server was upgraded first. */
START_TEST(nothing_is_written_to_a_newer_schema_and_people_are_found)
{
    const char *database = database_make(_i);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    const eckid_directory_person_t person = pushed_person("a@x", 1);
    const eckid_directory_record_t *record;
    apr_uint64_t removed;
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    const char *id = pushed_add(directory, "a@x", 1);

    pushed_tamper(database, "update eckid_meta set value = '99' where name = 'schema'");
    tells(eckid_directory_create(&record, directory, &pushed_school, &person, "one", PUSHED_NOW,
                                 pool),
          ECKID_DIRECTORY_SCHEMA, "version 99");
    tells(eckid_directory_replace(&record, directory, id, 0, &pushed_school, &person, "one",
                                  PUSHED_NOW, pool),
          ECKID_DIRECTORY_SCHEMA, "version 99");
    tells(eckid_directory_remove(&removed, directory, id, 0, pool), ECKID_DIRECTORY_SCHEMA,
          "version 99");
    ck_assert_ptr_nonnull(pushed_find(directory, "a@x"));
}
END_TEST

START_TEST(an_empty_database_is_not_taken_for_an_empty_school)
{
    const char *database = database_make(_i);
    char other[] = "create table something (id bigint)";

    run(database, other);
    tells(eckid_directory_check(pushed_open(database, PUSHED_SECRET, NULL), pool),
          ECKID_DIRECTORY_SCHEMA, "eckid-directory create");
}
END_TEST

UNIT_SUITE(directory_schema)
{
    Suite *suite = suite_create("directory_schema");
    TCase *tcase = databases_case(suite, "directory_schema");

    tcase_add_loop_test(tcase, a_newer_schema_is_left_alone, 0, DATABASES);
    tcase_add_loop_test(tcase, nothing_is_written_to_a_newer_schema_and_people_are_found, 0,
                        DATABASES);
    tcase_add_loop_test(tcase, an_empty_database_is_not_taken_for_an_empty_school, 0, DATABASES);
    return suite;
}
