/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL, without waiting beyond a deadline. */
#include "directory/eckid_postgresql.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <apr_strings.h>
#include <apr_tables.h>

/* The types of columns and parameters, as PostgreSQL's pg_type has them. */
enum { BYTEA = 17, INT8 = 20, TEXT = 25 };

#define PARAMETERS_MAX 16
#define BINARY 1

typedef struct connection_t {
    PGconn *pg;
    const char *prepared[ECKID_SQL_PREPARED_MAX]; /* the statement with that number */
    int prepared_count;
} connection_t;

/* The first line of a message: the next ones may tell values. */
static eckid_err_t *failure(const char *message, apr_pool_t *pool)
{
    apr_size_t len = message ? strcspn(message, "\r\n") : 0;

    return eckid_err_make(pool, ECKID_DIRECTORY, "PostgreSQL: %s",
                          len ? apr_pstrmemdup(pool, message, len) : "the connection broke");
}

/* Waiting. False when the deadline has passed. */
static bool wait_for(const connection_t *connection, short events, apr_time_t until)
{
    struct pollfd socket = {.fd = PQsocket(connection->pg), .events = events};
    apr_interval_time_t left = until - apr_time_now();

    return left > 0 && poll(&socket, 1, (int)apr_time_as_msec(left) + 1) != 0;
}

static eckid_err_t *too_late(apr_pool_t *pool)
{
    return failure("no answer in time", pool);
}

/* The connection string */

/* A password with a character that means something in a URI is read as a host or a port, which a
 * failure to connect would quote. An abstract socket begins with an @. */
static bool is_strange(const PQconninfoOption *option)
{
    const char *value = option->val ? option->val : "";

    if (strcmp(option->keyword, "port") == 0) {
        return value[strspn(value, "0123456789,")] != '\0';
    }
    return strcmp(option->keyword, "host") == 0 && *value && *value != '/' &&
           strchr(value + 1, '@');
}

static bool has_strange(const PQconninfoOption *options)
{
    while (options->keyword && !is_strange(options)) {
        options++;
    }
    return options->keyword != NULL;
}

static eckid_err_t *check_database(const char *database, apr_pool_t *pool)
{
    PQconninfoOption *options = PQconninfoParse(database, NULL);
    const char *wrong = !options               ? "libpq cannot read its connection string"
                        : has_strange(options) ? "its connection string has a strange host or port"
                                               : NULL;

    PQconninfoFree(options);
    return wrong ? eckid_err_advise(
                       eckid_err_make(pool, ECKID_CONFIG, "%s", wrong),
                       "a value with a space stands in single quotes; in a URI, a password has "
                       "%40 for @, %2F for / and %25 for %")
                 : NULL;
}

/* Connections */

static void close_connection(void *self)
{
    connection_t *connection = self;

    PQfinish(connection->pg);
    free(connection);
}

static eckid_err_t *await(connection_t *connection, apr_time_t until, apr_pool_t *pool)
{
    short events = POLLOUT;

    for (;;) {
        if (!wait_for(connection, events, until)) {
            return too_late(pool);
        }
        switch (PQconnectPoll(connection->pg)) {
        case PGRES_POLLING_OK:
            return PQsetnonblocking(connection->pg, 1) == 0
                       ? NULL
                       : failure(PQerrorMessage(connection->pg), pool);
        case PGRES_POLLING_READING:
            events = POLLIN;
            break;
        case PGRES_POLLING_WRITING:
            events = POLLOUT;
            break;
        default:
            return failure(PQerrorMessage(connection->pg), pool);
        }
    }
}

static void ignore(void *self, const PGresult *result)
{
    (void)self, (void)result;
}

static eckid_err_t *open_connection(void **out, const char *database, bool create, apr_time_t until,
                                    apr_pool_t *pool)
{
    connection_t *connection = calloc(1, sizeof(*connection));

    (void)create;
    if (!connection) {
        return failure("out of memory", pool);
    }
    connection->pg = PQconnectStart(database);
    eckid_err_t *err = PQstatus(connection->pg) == CONNECTION_BAD
                           ? failure(PQerrorMessage(connection->pg), pool)
                           : await(connection, until, pool);

    if (err) {
        close_connection(connection);
        return err;
    }
    PQsetNoticeReceiver(connection->pg, ignore, NULL);
    *out = connection;
    return NULL;
}

/* A server that went away has closed the connection, which can be seen without asking it. One that
 * ends a connection says so before, and what it says looks like any message; it says little else
 * to a connection at rest, so a new one is made whatever it is. */
static bool is_alive(void *self)
{
    const connection_t *connection = self;
    struct pollfd socket = {.fd = PQsocket(connection->pg), .events = POLLIN};

    return PQstatus(connection->pg) == CONNECTION_OK && poll(&socket, 1, 0) == 0;
}

/* Statements */

static eckid_err_t *flush(connection_t *connection, apr_time_t until, apr_pool_t *pool)
{
    int left;

    while ((left = PQflush(connection->pg)) > 0) {
        if (!wait_for(connection, POLLIN | POLLOUT, until)) {
            return too_late(pool);
        }
        if (!PQconsumeInput(connection->pg)) {
            return failure(PQerrorMessage(connection->pg), pool);
        }
    }
    return left == 0 ? NULL : failure(PQerrorMessage(connection->pg), pool);
}

static eckid_err_t *next(PGresult **result, connection_t *connection, apr_time_t until,
                         apr_pool_t *pool)
{
    while (PQisBusy(connection->pg)) {
        if (!wait_for(connection, POLLIN, until)) {
            return too_late(pool);
        }
        if (!PQconsumeInput(connection->pg)) {
            return failure(PQerrorMessage(connection->pg), pool);
        }
    }
    *result = PQgetResult(connection->pg);
    return NULL;
}

static eckid_err_t *check(const PGresult *result, apr_pool_t *pool)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
               ? NULL
               : failure(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), pool);
}

/* Waits for all results of what was sent, as the connection needs, and keeps the last one. */
static eckid_err_t *finish(PGresult **last, connection_t *connection, int sent, apr_time_t until,
                           apr_pool_t *pool)
{
    PGresult *result = NULL;

    *last = NULL;
    if (!sent) {
        return failure(PQerrorMessage(connection->pg), pool);
    }
    eckid_err_t *err = flush(connection, until, pool);

    while (!err && !(err = next(&result, connection, until, pool)) && result) {
        PQclear(*last);
        *last = result;
        err = check(result, pool);
    }
    return err;
}

static eckid_err_t *script(void *self, const char *statements, apr_time_t until, apr_pool_t *pool)
{
    connection_t *connection = self;
    PGresult *result;
    eckid_err_t *err =
        finish(&result, connection, PQsendQuery(connection->pg, statements), until, pool);

    PQclear(result);
    return err;
}

static eckid_err_t *prepare(const char **name, connection_t *connection, const char *text,
                            const eckid_sql_value_t *values, int count, apr_time_t until,
                            apr_pool_t *pool)
{
    static const Oid oids[] = {
        [ECKID_SQL_NUMBER] = INT8, [ECKID_SQL_TEXT] = TEXT, [ECKID_SQL_BLOB] = BYTEA};
    Oid types[PARAMETERS_MAX];
    PGresult *result;
    int number = 0;

    while (number < connection->prepared_count && connection->prepared[number] != text) {
        number++;
    }
    *name = apr_psprintf(pool, "eckid%d", number);
    if (number < connection->prepared_count) {
        return NULL;
    }
    if (number == ECKID_SQL_PREPARED_MAX || count > PARAMETERS_MAX) {
        return failure("too many statements or parameters", pool);
    }
    for (int i = 0; i < count; i++) {
        types[i] = oids[values[i].type];
    }
    eckid_err_t *err = finish(
        &result, connection, PQsendPrepare(connection->pg, *name, text, count, types), until, pool);

    PQclear(result);
    if (!err) {
        connection->prepared[connection->prepared_count++] = text;
    }
    return err;
}

static void write_number(char bytes[8], apr_int64_t number)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (char)((apr_uint64_t)number >> (56 - 8 * i));
    }
}

static apr_int64_t read_number(const char *bytes, int len)
{
    apr_uint64_t number = bytes[0] < 0 ? ~(apr_uint64_t)0 : 0;

    for (int i = 0; i < len; i++) {
        number = number << 8 | (unsigned char)bytes[i];
    }
    return (apr_int64_t)number;
}

static int send_values(connection_t *connection, const char *name, const eckid_sql_value_t *values,
                       int count)
{
    const char *data[PARAMETERS_MAX];
    int lens[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    char numbers[PARAMETERS_MAX][8];

    for (int i = 0; i < count; i++) {
        bool is_number = values[i].type == ECKID_SQL_NUMBER;

        write_number(numbers[i], values[i].number);
        data[i] = is_number ? numbers[i] : values[i].bytes.data;
        lens[i] = is_number ? 8 : (int)values[i].bytes.len;
        formats[i] = BINARY;
    }
    return PQsendQueryPrepared(connection->pg, name, count, data, lens, formats, BINARY);
}

static eckid_sql_value_t value_at(const PGresult *result, int row, int column, apr_pool_t *pool)
{
    const char *data = PQgetvalue(result, row, column);
    int len = PQgetlength(result, row, column);
    Oid type = PQftype(result, column);

    if (PQgetisnull(result, row, column)) {
        return (eckid_sql_value_t){.type = ECKID_SQL_BLOB};
    }
    if (type == INT8) {
        return eckid_sql_number(read_number(data, len));
    }
    return (eckid_sql_value_t){
        .type = type == BYTEA ? ECKID_SQL_BLOB : ECKID_SQL_TEXT,
        .bytes = eckid_bytes(apr_pstrmemdup(pool, data, (apr_size_t)len), (apr_size_t)len)};
}

static void collect(eckid_sql_result_t *out, PGresult *result, apr_pool_t *pool)
{
    int rows = PQntuples(result), columns = PQnfields(result);
    apr_array_header_t *values =
        apr_array_make(pool, rows * columns + 1, sizeof(eckid_sql_value_t));

    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            APR_ARRAY_PUSH(values, eckid_sql_value_t) = value_at(result, i, j, pool);
        }
    }
    *out = (eckid_sql_result_t){.rows = rows,
                                .columns = columns,
                                .values = (const eckid_sql_value_t *)values->elts,
                                .changed = (apr_uint64_t)apr_atoi64(PQcmdTuples(result))};
}

static eckid_err_t *run(eckid_sql_result_t *out, void *self, const char *text,
                        const eckid_sql_value_t *values, int count, apr_time_t until,
                        apr_pool_t *pool)
{
    connection_t *connection = self;
    const char *name;
    PGresult *result;

    ECKID_ERR(prepare(&name, connection, text, values, count, until, pool));
    eckid_err_t *err =
        finish(&result, connection, send_values(connection, name, values, count), until, pool);

    if (!err) {
        collect(out, result, pool);
    }
    PQclear(result);
    return err;
}

const eckid_sql_kind_t eckid_postgresql = {
    "postgresql", "begin", check_database, open_connection, close_connection,
    is_alive,     run,     script};
