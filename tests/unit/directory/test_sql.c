/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <apr_strings.h>

#include "directory/eckid_sql.h"
#include "support/databases.h"

static eckid_sql_t *open_new(int kind)
{
    eckid_sql_t *sql;

    ok(eckid_sql_make(&sql, database_make(kind), apr_time_from_sec(30), pool));
    return sql;
}

static eckid_err_t *make_table(void *self, const eckid_sql_session_t *session)
{
    (void)self;
    return eckid_sql_script(session, "create table t (n bigint primary key, w text, b bytea);"
                                     "insert into t values (-5, 'five', null)");
}

static const char insert_row[] = "insert into t (b, w, n) values ($3, $2, $1)";
static const char select_rows[] = "select n, w, b from t where n >= $1 order by n";

static eckid_err_t *add_row(void *self, const eckid_sql_session_t *session)
{
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, insert_row, self, 3));
    ck_assert_uint_eq(result.changed, 1);
    return NULL;
}

static eckid_err_t *add_row_in_vain(void *self, const eckid_sql_session_t *session)
{
    ECKID_ERR(add_row(self, session));
    return eckid_err_make(session->pool, ECKID_KEY_TAKEN, "%s", "");
}

typedef struct selection_t {
    eckid_sql_value_t from;
    eckid_sql_result_t result;
} selection_t;

static eckid_err_t *read_rows(void *self, const eckid_sql_session_t *session)
{
    selection_t *selection = self;

    return eckid_sql_run(&selection->result, session, select_rows, &selection->from, 1);
}

static eckid_sql_result_t rows_from(eckid_sql_t *sql, apr_int64_t from)
{
    selection_t selection = {.from = eckid_sql_number(from)};

    ok(eckid_sql_read(sql, read_rows, &selection, pool));
    return selection.result;
}

START_TEST(values_come_back_as_they_went_in)
{
    eckid_sql_t *sql = open_new(_i);
    eckid_sql_value_t row[] = {eckid_sql_number(APR_INT64_MAX), eckid_sql_text("w\xc3\xb6rd"),
                               eckid_sql_blob("a\0b\xff", 4)};

    ok(eckid_sql_create(sql, make_table, NULL, pool));
    ok(eckid_sql_write(sql, add_row, row, pool));
    for (int again = 0; again < 2; again++) { /* prepared, the second time */
        eckid_sql_result_t result = rows_from(sql, -5);

        ck_assert_int_eq(result.rows, 2);
        ck_assert_int_eq(eckid_sql_at(&result, 0, 0)->number, -5);
        ck_assert_str_eq(eckid_sql_at(&result, 0, 1)->bytes.data, "five");
        ck_assert_ptr_null(eckid_sql_at(&result, 0, 2)->bytes.data);
        ck_assert_int_eq(eckid_sql_at(&result, 1, 0)->number, APR_INT64_MAX);
        ck_assert_str_eq(eckid_sql_at(&result, 1, 1)->bytes.data, "w\xc3\xb6rd");
        ck_assert(eckid_bytes_equal(eckid_sql_at(&result, 1, 2)->bytes, row[2].bytes));
    }
    ck_assert_int_eq(rows_from(sql, 0).rows, 1);
    eckid_sql_close(sql);
}
END_TEST

START_TEST(what_fails_has_changed_nothing)
{
    eckid_sql_t *sql = open_new(_i);
    eckid_sql_value_t row[] = {eckid_sql_number(1), eckid_sql_text("one"), eckid_sql_blob(NULL, 0)};

    ok(eckid_sql_create(sql, make_table, NULL, pool));
    refused(eckid_sql_write(sql, add_row_in_vain, row, pool), ECKID_KEY_TAKEN);
    ck_assert_int_eq(rows_from(sql, 0).rows, 0);
    row[0] = eckid_sql_number(-5); /* is there */
    refused(eckid_sql_write(sql, add_row, row, pool), ECKID_DIRECTORY);
    row[0] = eckid_sql_number(2);
    ok(eckid_sql_write(sql, add_row, row, pool));
    ck_assert_int_eq(rows_from(sql, 0).rows, 1);
    eckid_sql_close(sql);
}
END_TEST

static eckid_err_t *ask_nothing(void *self, const eckid_sql_session_t *session)
{
    eckid_sql_result_t result;

    (void)self;
    return eckid_sql_run(&result, session, "select n from nothing", NULL, 0);
}

START_TEST(a_failure_says_which_database_it_was)
{
    static const char *const names[] = {"SQLite", "PostgreSQL"};
    eckid_sql_t *sql = open_new(_i);

    ok(eckid_sql_create(sql, make_table, NULL, pool));
    tells(eckid_sql_read(sql, ask_nothing, NULL, pool), ECKID_DIRECTORY, names[_i]);
    ck_assert_int_eq(rows_from(sql, 0).rows, 0);
    eckid_sql_close(sql);
}
END_TEST

static const char *const strange[] = {"", "sqlite", "sqlite:", "mysql:here", "/var/lib/a.db"};

START_TEST(a_database_is_named_by_its_kind)
{
    eckid_sql_t *sql;

    refused(eckid_sql_make(&sql, strange[_i], 1, pool), ECKID_CONFIG);
}
END_TEST

UNIT_SUITE(sql)
{
    Suite *suite = suite_create("sql");
    TCase *tcase = databases_case(suite, "sql");

    tcase_add_loop_test(tcase, values_come_back_as_they_went_in, 0, DATABASES);
    tcase_add_loop_test(tcase, what_fails_has_changed_nothing, 0, DATABASES);
    tcase_add_loop_test(tcase, a_failure_says_which_database_it_was, 0, DATABASES);
    tcase_add_loop_test(tcase, a_database_is_named_by_its_kind, 0, COUNT(strange));
    return suite;
}
