/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <apr_file_io.h>
#include <apr_strings.h>

#include "directory/eckid_directory_internal.h"
#include "support/pushed.h"

static eckid_err_t *end_others(void *self, const eckid_sql_session_t *session)
{
    (void)self;
    return eckid_sql_script(session, "select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                                     " where pid <> pg_backend_pid() and usename = 'eckid'");
}

/* As after a restart of the server, when the statements that were prepared are gone. */
START_TEST(a_connection_that_was_ended_is_noticed_before_it_is_used)
{
    const char *database = database_make(DATABASE_POSTGRESQL);
    eckid_directory_t *directory = pushed_open(database, PUSHED_SECRET, NULL);
    const eckid_directory_key_t key = {"NEPRI", "a"};
    const eckid_directory_record_t *record;
    eckid_sql_t *sql;
    int from, to;

    ok(eckid_sql_make(&sql, database, apr_time_from_sec(30), pool));
    ok(eckid_directory_migrate(&from, &to, directory, pool));
    pushed_add(directory, "a", 1);
    for (int i = 0; i < 5; i++) {
        ok(eckid_sql_read(sql, end_others, NULL, pool));
        ok(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool));
        ck_assert_ptr_nonnull(record);
    }
    eckid_sql_close(sql);
}
END_TEST

/* It takes connections, as its backlog does, and says nothing. */
START_TEST(a_server_that_hangs_is_left_in_time)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    const char *folder = apr_psprintf(pool, "%s/%s", databases_folder(), databases_name());
    const eckid_directory_key_t key = {"NEPRI", "a"};
    const eckid_directory_setup_t setup = {
        .database = apr_psprintf(pool, "postgresql:host=%s user=eckid", folder),
        .secret = eckid_secret_make(str(PUSHED_SECRET), pool),
        .timeout = apr_time_from_msec(50),
    };
    const eckid_directory_record_t *record;
    eckid_directory_t *directory;

    apr_dir_make(folder, APR_OS_DEFAULT, pool);
    apr_snprintf(address.sun_path, sizeof(address.sun_path), "%s/.s.PGSQL.5432", folder);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(listener, 5), 0);
    ok(eckid_directory_make(&directory, &setup, pool));
    tells(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool),
          ECKID_DIRECTORY, "in time");
    tells(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool),
          ECKID_DIRECTORY, "a moment ago"); /* so not every login waits */
    close(listener);
}
END_TEST

static eckid_err_t *add_at(eckid_directory_t *directory, const eckid_school_t *school)
{
    const eckid_directory_person_t person = pushed_person("a", 1);
    const eckid_directory_record_t *record;

    return eckid_directory_create(&record, directory, school, &person, "magister", PUSHED_NOW,
                                  pool);
}

/* Within a transaction that writes at pushed_school. */
static eckid_err_t *write_beside(void *self, const eckid_sql_session_t *session)
{
    ECKID_ERR(eckid_directory_hold(eckid_directory_school_name(&pushed_school, pool), session));
    ok(add_at(self, &pushed_other));
    tells(add_at(self, &pushed_school), ECKID_DIRECTORY, "in time");
    return NULL;
}

START_TEST(who_writes_at_a_school_holds_up_no_other)
{
    const char *database = database_make(DATABASE_POSTGRESQL);
    const eckid_directory_setup_t setup = {
        .database = database,
        .secret = eckid_secret_make(str(PUSHED_SECRET), pool),
        .timeout = apr_time_from_sec(2),
    };
    eckid_directory_t *directory;
    eckid_sql_t *sql;
    int from, to;

    ok(eckid_directory_make(&directory, &setup, pool));
    eckid_directory_child(directory, pool);
    ok(eckid_directory_migrate(&from, &to, directory, pool));
    ok(eckid_sql_make(&sql, database, apr_time_from_sec(30), pool));
    ok(eckid_sql_write(sql, write_beside, directory, pool));
    eckid_sql_close(sql);
}
END_TEST

#define PASSWORD "s3cret"

static const char *const unreadable[] = {
    "host=/tmp password=my " PASSWORD,
    "host=/tmp password='" PASSWORD,
    "host=/tmp password " PASSWORD,
    "host=/tmp pass" PASSWORD "=x",
    "postgresql://u:" PASSWORD "%@127.0.0.1/d",
    "postgresql://u:" PASSWORD "/x@127.0.0.1/d",
    "postgresql://u:my@" PASSWORD "@127.0.0.1/d",
    "postgresql://u:my@@" PASSWORD "@127.0.0.1/d",
};

START_TEST(a_mistake_in_a_connection_string_does_not_quote_it)
{
    const char *database = apr_pstrcat(pool, "postgresql:", unreadable[_i], NULL);
    eckid_sql_t *sql;
    eckid_err_t *err = eckid_sql_make(&sql, database, apr_time_from_sec(30), pool);

    refused(err, ECKID_CONFIG);
    ck_assert_ptr_null(strstr(eckid_err_text(err, pool), PASSWORD));
}
END_TEST

static const char *const readable[] = {
    "dbname=eckid",
    "host=/run/a@b user=eckid password='my " PASSWORD "'",
    "host=@abstract",
    "host=a.example,b.example port=5432,5433",
    "service=eckid",
    "postgresql://u:my%40%2F" PASSWORD "@127.0.0.1:5432,[::1]:5433/d?sslmode=require",
};

START_TEST(a_connection_string_is_what_libpq_reads)
{
    eckid_sql_t *sql;

    ok(eckid_sql_make(&sql, apr_pstrcat(pool, "postgresql:", readable[_i], NULL), 1, pool));
}
END_TEST

UNIT_SUITE(postgresql)
{
    Suite *suite = suite_create("postgresql");
    TCase *tcase = databases_case(suite, "postgresql");

    tcase_add_test(tcase, a_connection_that_was_ended_is_noticed_before_it_is_used);
    tcase_add_loop_test(tcase, a_mistake_in_a_connection_string_does_not_quote_it, 0,
                        COUNT(unreadable));
    tcase_add_loop_test(tcase, a_connection_string_is_what_libpq_reads, 0, COUNT(readable));
    tcase_add_test(tcase, a_server_that_hangs_is_left_in_time);
    tcase_add_test(tcase, who_writes_at_a_school_holds_up_no_other);
    return suite;
}
