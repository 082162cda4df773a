/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Statements on a database, SQLite or PostgreSQL, with a deadline. */
#include "directory/eckid_sql.h"

#include <stdatomic.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>

#include "directory/eckid_postgresql.h"
#include "directory/eckid_sqlite.h"

#define IDLE_MAX 64
#define AWAY apr_time_from_sec(2) /* how long nobody tries to connect after a failure */

struct eckid_sql_t {
    const eckid_sql_kind_t *kind;
    const char *database;
    apr_interval_time_t timeout;
    apr_thread_mutex_t *lock; /* guards idle and idle_count; never held over I/O */
    void *idle[IDLE_MAX];
    int idle_count;
    _Atomic apr_uint64_t away_until; /* 0 while it can be reached */
};

static eckid_err_t *make(eckid_sql_t **sql, const eckid_sql_kind_t *kind, const char *database,
                         apr_interval_time_t timeout, apr_pool_t *pool)
{
    ECKID_ERR(kind->check ? kind->check(database, pool) : NULL);
    *sql = apr_pcalloc(pool, sizeof(**sql));
    (*sql)->kind = kind;
    (*sql)->database = apr_pstrdup(pool, database);
    (*sql)->timeout = timeout;
    return apr_thread_mutex_create(&(*sql)->lock, APR_THREAD_MUTEX_DEFAULT, pool) == APR_SUCCESS
               ? NULL
               : eckid_err_make(pool, ECKID_INTERNAL, "a mutex");
}

eckid_err_t *eckid_sql_make(eckid_sql_t **sql, const char *database, apr_interval_time_t timeout,
                            apr_pool_t *pool)
{
    static const eckid_sql_kind_t *const kinds[] = {&eckid_sqlite, &eckid_postgresql};

    for (int i = 0; i < 2; i++) {
        apr_size_t len = strlen(kinds[i]->name);

        if (strncmp(database, kinds[i]->name, len) == 0 && database[len] == ':' &&
            database[len + 1]) {
            return make(sql, kinds[i], database + len + 1, timeout, pool);
        }
    }
    return eckid_err_make(pool, ECKID_CONFIG,
                          "a database is written sqlite:PATH or postgresql:CONNECTION");
}

const char *eckid_sql_path(const eckid_sql_t *sql)
{
    return sql->kind == &eckid_sqlite ? sql->database : NULL;
}

/* Connections */

/* The connection that was used last, or NULL. */
static void *take(eckid_sql_t *sql)
{
    apr_thread_mutex_lock(sql->lock);
    void *connection = sql->idle_count ? sql->idle[--sql->idle_count] : NULL;

    apr_thread_mutex_unlock(sql->lock);
    return connection;
}

static void give_back(eckid_sql_t *sql, void *connection)
{
    apr_thread_mutex_lock(sql->lock);
    if (sql->idle_count < IDLE_MAX) {
        sql->idle[sql->idle_count++] = connection;
        connection = NULL;
    }
    apr_thread_mutex_unlock(sql->lock);
    if (connection) {
        sql->kind->close(connection);
    }
}

void eckid_sql_close(eckid_sql_t *sql)
{
    for (void *connection; (connection = take(sql));) {
        sql->kind->close(connection);
    }
}

/* One caller at a time tries again from time to time. */
static bool is_away(eckid_sql_t *sql, apr_time_t now)
{
    apr_uint64_t until = atomic_load(&sql->away_until);

    return until &&
           (until > (apr_uint64_t)now ||
            !atomic_compare_exchange_strong(&sql->away_until, &until, (apr_uint64_t)(now + AWAY)));
}

static eckid_err_t *open_new(eckid_sql_session_t *session, eckid_sql_t *sql, bool create)
{
    if (is_away(sql, apr_time_now())) {
        return eckid_err_make(session->pool, ECKID_DIRECTORY, "as a moment ago");
    }
    eckid_err_t *err = session->kind->open(&session->connection, sql->database, create,
                                           session->until, session->pool);

    atomic_store(&sql->away_until, err ? (apr_uint64_t)(apr_time_now() + AWAY) : 0);
    return err;
}

/* An idle connection, or else a new one. */
static eckid_err_t *borrow(eckid_sql_session_t *session, eckid_sql_t *sql, bool create)
{
    while ((session->connection = take(sql))) {
        if (session->kind->is_alive(session->connection)) {
            return NULL;
        }
        session->kind->close(session->connection);
    }
    return open_new(session, sql, create);
}

/* Statements */

eckid_err_t *eckid_sql_run(eckid_sql_result_t *result, const eckid_sql_session_t *session,
                           const char *statement, const eckid_sql_value_t *values, int count)
{
    return session->kind->run(result, session->connection, statement, values, count, session->until,
                              session->pool);
}

eckid_err_t *eckid_sql_script(const eckid_sql_session_t *session, const char *statements)
{
    return session->kind->script(session->connection, statements, session->until, session->pool);
}

/* Whether the database failed, rather than that its content did not suit. */
static bool is_failure(const eckid_err_t *err)
{
    return err && err->code == ECKID_DIRECTORY;
}

static eckid_err_t *transact(const eckid_sql_session_t *session, eckid_sql_work_t work, void *self)
{
    ECKID_ERR(eckid_sql_script(session, session->kind->begin));
    eckid_err_t *err = work(self, session);

    if (!err) {
        return eckid_sql_script(session, "commit");
    }
    if (is_failure(err)) {
        return err; /* closing the connection rolls back */
    }
    eckid_err_t *worse = eckid_sql_script(session, "rollback");

    return worse ? worse : err;
}

static eckid_err_t *with_connection(eckid_sql_t *sql, bool create, bool write,
                                    eckid_sql_work_t work, void *self, apr_pool_t *pool)
{
    eckid_sql_session_t session = {
        .kind = sql->kind, .until = apr_time_now() + sql->timeout, .pool = pool};

    ECKID_ERR(borrow(&session, sql, create));
    eckid_err_t *err = write ? transact(&session, work, self) : work(self, &session);

    if (is_failure(err)) {
        sql->kind->close(session.connection);
    }
    else {
        give_back(sql, session.connection);
    }
    return err;
}

eckid_err_t *eckid_sql_read(eckid_sql_t *sql, eckid_sql_work_t work, void *self, apr_pool_t *pool)
{
    return with_connection(sql, false, false, work, self, pool);
}

eckid_err_t *eckid_sql_write(eckid_sql_t *sql, eckid_sql_work_t work, void *self, apr_pool_t *pool)
{
    return with_connection(sql, false, true, work, self, pool);
}

eckid_err_t *eckid_sql_create(eckid_sql_t *sql, eckid_sql_work_t work, void *self, apr_pool_t *pool)
{
    return with_connection(sql, true, true, work, self, pool);
}
