/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <apr_strings.h>

#include "support/pushed.h"

/* A directory with one person in a file of its own. */
typedef struct scene_t {
    const char *path;
    eckid_directory_t *directory;
} scene_t;

static scene_t make_scene(apr_interval_time_t timeout)
{
    const char *database = database_make(DATABASE_SQLITE);
    const eckid_directory_setup_t setup = {
        .database = database,
        .secret = eckid_secret_make(str(PUSHED_SECRET), pool),
        .timeout = timeout,
    };
    scene_t scene = {.path = database + strlen("sqlite:")};
    int from, to;

    ok(eckid_directory_make(&scene.directory, &setup, pool));
    eckid_directory_child(scene.directory, pool);
    ok(eckid_directory_migrate(&from, &to, scene.directory, pool));
    pushed_add(scene.directory, "a", 1);
    return scene;
}

static eckid_err_t *add(const scene_t *scene, const char *name, int number)
{
    const eckid_directory_person_t person = pushed_person(name, number);
    const eckid_directory_record_t *record;

    return eckid_directory_create(&record, scene->directory, &pushed_school, &person, "magister",
                                  PUSHED_NOW, pool);
}

START_TEST(the_file_is_its_owners)
{
    const scene_t scene = make_scene(apr_time_from_sec(30));
    struct stat file;

    ck_assert_int_eq(stat(scene.path, &file), 0);
    ck_assert_int_eq(file.st_mode & 0777, 0600);
}
END_TEST

static sqlite3 *lock(const scene_t *scene)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(scene->path, &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_exec(db, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

START_TEST(who_reads_does_not_wait_for_who_writes)
{
    const scene_t scene = make_scene(apr_time_from_msec(20));
    sqlite3 *other = lock(&scene);

    ck_assert_ptr_nonnull(pushed_find(scene.directory, "a"));
    tells(add(&scene, "b", 2), ECKID_DIRECTORY, "locked");
    sqlite3_close(other);
    ok(add(&scene, "b", 2));
}
END_TEST

START_TEST(what_is_no_database_is_told)
{
    const char *path = apr_psprintf(pool, "%s/no.db", databases_folder());
    FILE *file = fopen(path, "w");

    fputs("this is a text, and SQLite does not take it for a database of its own\n", file);
    fclose(file);
    tells(eckid_directory_check(
              pushed_open(apr_pstrcat(pool, "sqlite:", path, NULL), PUSHED_SECRET, NULL), pool),
          ECKID_DIRECTORY, "not a database");
}
END_TEST

UNIT_SUITE(sqlite)
{
    Suite *suite = suite_create("sqlite");
    TCase *tcase = databases_case(suite, "sqlite");

    tcase_add_test(tcase, the_file_is_its_owners);
    tcase_add_test(tcase, who_reads_does_not_wait_for_who_writes);
    tcase_add_test(tcase, what_is_no_database_is_told);
    return suite;
}
