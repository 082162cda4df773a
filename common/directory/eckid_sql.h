/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements on a database, SQLite or PostgreSQL, with a deadline. */
#ifndef ECKID_SQL_H
#define ECKID_SQL_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

#include <apr_time.h>

typedef enum eckid_sql_type_t { ECKID_SQL_NUMBER, ECKID_SQL_TEXT, ECKID_SQL_BLOB } eckid_sql_type_t;

/* A parameter or a column. NULL is text or a blob whose data is NULL. */
typedef struct eckid_sql_value_t {
    eckid_sql_type_t type;
    apr_int64_t number;
    eckid_bytes_t bytes;
} eckid_sql_value_t;

static inline eckid_sql_value_t eckid_sql_number(apr_int64_t number)
{
    return (eckid_sql_value_t){.type = ECKID_SQL_NUMBER, .number = number};
}

static inline eckid_sql_value_t eckid_sql_text(const char *text)
{
    return (eckid_sql_value_t){.type = ECKID_SQL_TEXT, .bytes = eckid_bytes_str(text)};
}

static inline eckid_sql_value_t eckid_sql_blob(const void *data, apr_size_t len)
{
    return (eckid_sql_value_t){.type = ECKID_SQL_BLOB, .bytes = eckid_bytes(data, len)};
}

/* The rows of a statement. */
typedef struct eckid_sql_result_t {
    int rows, columns;
    const eckid_sql_value_t *values; /* row by row */
    apr_uint64_t changed;            /* rows that were inserted, updated or deleted */
} eckid_sql_result_t;

static inline const eckid_sql_value_t *eckid_sql_at(const eckid_sql_result_t *result, int row,
                                                    int column)
{
    return &result->values[row * result->columns + column];
}

/*
 * The interface to a kind of database. A connection is used by one thread at a time. Whatever takes
 * longer than until fails. All fail with ECKID_DIRECTORY, open also with ECKID_DIRECTORY_SCHEMA if
 * there is no such database; after a failure a connection is good for nothing but close.
 */
typedef struct eckid_sql_kind_t {
    const char *name;
    const char *begin; /* begins a transaction that will write */
    /* ECKID_CONFIG, without quoting it, if it cannot name a database. It may hold a password, which
     * the library's messages would quote. NULL if any text is good. */
    eckid_err_t *(*check)(const char *database, apr_pool_t *pool);
    /* Create makes the database if it can be made. */
    eckid_err_t *(*open)(void **connection, const char *database, bool create, apr_time_t until,
                         apr_pool_t *pool);
    void (*close)(void *connection);
    bool (*is_alive)(void *connection);
    /* Statements of the same address are prepared once. Parameters are $1, $2 ... */
    eckid_err_t *(*run)(eckid_sql_result_t *result, void *connection, const char *statement,
                        const eckid_sql_value_t *values, int count, apr_time_t until,
                        apr_pool_t *pool);
    /* Several statements without parameters, separated by semicolons. */
    eckid_err_t *(*script)(void *connection, const char *statements, apr_time_t until,
                           apr_pool_t *pool);
} eckid_sql_kind_t;

/* How many different statements a connection keeps prepared. */
#define ECKID_SQL_PREPARED_MAX 64

/* A database, with the connections of this process that are idle. Shared by threads; no lock is
 * held over a statement. */
typedef struct eckid_sql_t eckid_sql_t;

/* ECKID_CONFIG if the database is neither "sqlite:PATH" nor "postgresql:CONNECTION", or if libpq
 * could not read that. */
eckid_err_t *eckid_sql_make(eckid_sql_t **sql, const char *database, apr_interval_time_t timeout,
                            apr_pool_t *pool);

/* The path of an SQLite database; NULL for another one. */
const char *eckid_sql_path(const eckid_sql_t *sql);

/* Closes the idle connections. */
void eckid_sql_close(eckid_sql_t *sql);

/* A connection in use, with the deadline of what is done now. */
typedef struct eckid_sql_session_t {
    const eckid_sql_kind_t *kind;
    void *connection;
    apr_time_t until;
    apr_pool_t *pool; /* for results and errors */
} eckid_sql_session_t;

eckid_err_t *eckid_sql_run(eckid_sql_result_t *result, const eckid_sql_session_t *session,
                           const char *statement, const eckid_sql_value_t *values, int count);

eckid_err_t *eckid_sql_script(const eckid_sql_session_t *session, const char *statements);

/* What is done with a connection. */
typedef eckid_err_t *(*eckid_sql_work_t)(void *self, const eckid_sql_session_t *session);

/* Does that with a connection. After a failure to connect, others fail at once for two seconds. */
eckid_err_t *eckid_sql_read(eckid_sql_t *sql, eckid_sql_work_t work, void *self, apr_pool_t *pool);

/* The same in a transaction, which is rolled back after an error. */
eckid_err_t *eckid_sql_write(eckid_sql_t *sql, eckid_sql_work_t work, void *self, apr_pool_t *pool);

/* The same, and makes the database if it is missing. */
eckid_err_t *eckid_sql_create(eckid_sql_t *sql, eckid_sql_work_t work, void *self,
                              apr_pool_t *pool);

#endif
