/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite, with a journal that readers need not wait for. */
#include "directory/eckid_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>
#include <apr_strings.h>
#include <apr_tables.h>

typedef struct prepared_t {
    const char *text;
    sqlite3_stmt *statement;
} prepared_t;

typedef struct connection_t {
    sqlite3 *db;
    prepared_t prepared[ECKID_SQL_PREPARED_MAX];
    int prepared_count;
    apr_time_t until; /* it waits for a lock */
} connection_t;

static eckid_err_t *failure(int status, apr_pool_t *pool)
{
    static const struct {
        int status;
        const char *hint;
    } hints[] = {
        {SQLITE_BUSY, "another program writes for long; or raise timeout= of EckidDirectory"},
        {SQLITE_FULL, "make room on its disk"},
        {SQLITE_READONLY, "let httpd's user write to the file and to its folder"},
        {SQLITE_CANTOPEN, "let httpd's user write to the file and to its folder"},
        {SQLITE_IOERR, "see the kernel's log; is the disk full or broken?"},
        {SQLITE_CORRUPT, "restore the file, or make it anew and let the records come again"},
        {SQLITE_NOTADB, "eckid-directory create makes a database"},
    };
    eckid_err_t *err =
        eckid_err_make(pool, ECKID_DIRECTORY, "SQLite: %s (%d)", sqlite3_errstr(status), status);

    for (unsigned i = 0; i < sizeof(hints) / sizeof(*hints); i++) {
        if ((status & 0xff) == hints[i].status) {
            return eckid_err_advise(err, hints[i].hint);
        }
    }
    return err;
}

static void close_connection(void *self)
{
    connection_t *connection = self;

    for (int i = 0; i < connection->prepared_count; i++) {
        sqlite3_finalize(connection->prepared[i].statement);
    }
    sqlite3_close(connection->db);
    free(connection);
}

/* An empty file is an empty database. SQLite would make one that others may read. */
static eckid_err_t *make_file(const char *path, apr_pool_t *pool)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0 && errno != EEXIST) {
        return eckid_err_make(pool, ECKID_FILE, "%s: %s", path, strerror(errno));
    }
    if (file >= 0) {
        close(file);
    }
    return NULL;
}

/* SQLite's own handler asks less and less often, and so misses the moments that a program which
 * writes much leaves to others. */
static int wait_for_lock(void *self, int count)
{
    const connection_t *connection = self;

    (void)count;
    if (apr_time_now() >= connection->until) {
        return 0;
    }
    apr_sleep(apr_time_from_msec(5));
    return 1;
}

/* Deleted content is overwritten; who is told that something is kept finds it after a power cut. */
static const char settings[] = "pragma foreign_keys = on; pragma secure_delete = on;"
                               "pragma synchronous = full;";

static eckid_err_t *start(connection_t *connection, const char *path, bool create, apr_time_t until,
                          apr_pool_t *pool)
{
    int status =
        sqlite3_open_v2(path, &connection->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

    if (status != SQLITE_OK) {
        return failure(status, pool);
    }
    sqlite3_extended_result_codes(connection->db, 1);
    sqlite3_busy_handler(connection->db, wait_for_lock, connection);
    connection->until = until;
    status = sqlite3_exec(connection->db, settings, NULL, NULL, NULL);
    if (status == SQLITE_OK && create) {
        status = sqlite3_exec(connection->db, "pragma journal_mode = wal", NULL, NULL, NULL);
    }
    return status == SQLITE_OK ? NULL : failure(status, pool);
}

static eckid_err_t *open_connection(void **out, const char *path, bool create, apr_time_t until,
                                    apr_pool_t *pool)
{
    if (create) {
        ECKID_ERR(make_file(path, pool));
    }
    else if (access(path, F_OK) != 0 && errno == ENOENT) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_DIRECTORY_SCHEMA, "there is no file %s", path),
            "eckid-directory create makes it");
    }
    connection_t *connection = calloc(1, sizeof(*connection));

    if (!connection) {
        return failure(SQLITE_NOMEM, pool);
    }
    eckid_err_t *err = start(connection, path, create, until, pool);

    if (err) {
        close_connection(connection);
        return err;
    }
    *out = connection;
    return NULL;
}

static bool is_alive(void *self)
{
    (void)self;
    return true;
}

/* Statements */

static int prepare(sqlite3_stmt **statement, connection_t *connection, const char *text)
{
    for (int i = 0; i < connection->prepared_count; i++) {
        if (connection->prepared[i].text == text) {
            *statement = connection->prepared[i].statement;
            return SQLITE_OK;
        }
    }
    if (connection->prepared_count == ECKID_SQL_PREPARED_MAX) {
        return SQLITE_TOOBIG;
    }
    int status =
        sqlite3_prepare_v3(connection->db, text, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);

    if (status == SQLITE_OK) {
        connection->prepared[connection->prepared_count++] = (prepared_t){text, *statement};
    }
    return status;
}

/* $1 is a name to SQLite, and names are numbered by where they stand first. */
static int bind_value(sqlite3_stmt *statement, int number, const eckid_sql_value_t *value)
{
    char name[12];

    apr_snprintf(name, sizeof(name), "$%d", number);
    int place = sqlite3_bind_parameter_index(statement, name);

    if (value->type == ECKID_SQL_NUMBER) {
        return sqlite3_bind_int64(statement, place, value->number);
    }
    if (!value->bytes.data) {
        return sqlite3_bind_null(statement, place);
    }
    return value->type == ECKID_SQL_TEXT
               ? sqlite3_bind_text64(statement, place, value->bytes.data, value->bytes.len,
                                     SQLITE_STATIC, SQLITE_UTF8)
               : sqlite3_bind_blob64(statement, place, value->bytes.data, value->bytes.len,
                                     SQLITE_STATIC);
}

static eckid_bytes_t copy(const void *data, int len, apr_pool_t *pool)
{
    char *copied = apr_palloc(pool, (apr_size_t)len + 1);

    if (len) {
        memcpy(copied, data, (apr_size_t)len);
    }
    copied[len] = '\0';
    return eckid_bytes(copied, (apr_size_t)len);
}

static eckid_sql_value_t value_at(sqlite3_stmt *statement, int column, apr_pool_t *pool)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return eckid_sql_number(sqlite3_column_int64(statement, column));
    case SQLITE_TEXT:
        return (eckid_sql_value_t){.type = ECKID_SQL_TEXT,
                                   .bytes = copy(sqlite3_column_text(statement, column),
                                                 sqlite3_column_bytes(statement, column), pool)};
    case SQLITE_BLOB:
        return (eckid_sql_value_t){.type = ECKID_SQL_BLOB,
                                   .bytes = copy(sqlite3_column_blob(statement, column),
                                                 sqlite3_column_bytes(statement, column), pool)};
    default:
        return (eckid_sql_value_t){.type = ECKID_SQL_BLOB};
    }
}

static int collect(eckid_sql_result_t *result, sqlite3_stmt *statement, apr_pool_t *pool)
{
    apr_array_header_t *values = apr_array_make(pool, 16, sizeof(eckid_sql_value_t));
    int columns = sqlite3_column_count(statement), rows = 0, status;

    while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            APR_ARRAY_PUSH(values, eckid_sql_value_t) = value_at(statement, i, pool);
        }
        rows++;
    }
    *result = (eckid_sql_result_t){
        .rows = rows, .columns = columns, .values = (const eckid_sql_value_t *)values->elts};
    return status == SQLITE_DONE ? SQLITE_OK : status;
}

static eckid_err_t *run(eckid_sql_result_t *result, void *self, const char *text,
                        const eckid_sql_value_t *values, int count, apr_time_t until,
                        apr_pool_t *pool)
{
    connection_t *connection = self;
    sqlite3_stmt *statement;

    connection->until = until;
    int status = prepare(&statement, connection, text);

    for (int i = 0; status == SQLITE_OK && i < count; i++) {
        status = bind_value(statement, i + 1, &values[i]);
    }
    if (status == SQLITE_OK) {
        status = collect(result, statement, pool);
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        result->changed = (apr_uint64_t)sqlite3_changes(connection->db);
    }
    return status == SQLITE_OK ? NULL : failure(status, pool);
}

static eckid_err_t *script(void *self, const char *statements, apr_time_t until, apr_pool_t *pool)
{
    connection_t *connection = self;

    connection->until = until;
    int status = sqlite3_exec(connection->db, statements, NULL, NULL, NULL);

    return status == SQLITE_OK ? NULL : failure(status, pool);
}

const eckid_sql_kind_t eckid_sqlite = {"sqlite",         "begin immediate", NULL, open_connection,
                                       close_connection, is_alive,          run,  script};
