/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/databases.h"

#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <apr_atomic.h>
#include <apr_strings.h>

#include "directory/eckid_sql.h"

static char folder[] = "/tmp/eckid-databases-XXXXXX";
static pid_t runner, server; /* who started the server, and the server */
static char programs[256];   /* the folder of PostgreSQL's programs */
static apr_uint32_t *count;  /* of names so far, in memory that the processes of all tests share */

static void run(const char *command)
{
    if (system(command) != 0) {
        fprintf(stderr, "failed: %s\n", command);
        exit(EXIT_FAILURE);
    }
}

static void find_programs(void)
{
    glob_t found;

    if (glob("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) != 0) {
        fprintf(stderr, "PostgreSQL is not installed\n");
        exit(EXIT_FAILURE);
    }
    apr_cpystrn(programs, found.gl_pathv[found.gl_pathc - 1], sizeof(programs));
    *strrchr(programs, '/') = '\0';
    globfree(&found);
}

/* PostgreSQL does not run as root. */
static const char *as_user(void)
{
    return geteuid() == 0 ? "setpriv --reuid=nobody --regid=nogroup --clear-groups" : "";
}

static void stop(void)
{
    if (getpid() == runner) {
        char command[64];

        kill(server, SIGQUIT);
        waitpid(server, NULL, 0);
        apr_snprintf(command, sizeof(command), "rm -rf %s", folder);
        run(command);
    }
}

/* It ends with us, however we end. */
static void start_server(void)
{
    char command[512];

    apr_snprintf(command, sizeof(command),
                 "exec %s setpriv --pdeathsig=QUIT %s/postgres -D %s/pg -k %s -F -p 5432 "
                 "-c listen_addresses= >%s/pg/log 2>&1",
                 as_user(), programs, folder, folder, folder);
    server = fork();
    if (server == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(EXIT_FAILURE);
    }
}

void databases_start(void)
{
    char command[512];

    if (server) {
        return;
    }
    runner = getpid();
    find_programs();
    count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (count == MAP_FAILED || !mkdtemp(folder) || chmod(folder, 0777) != 0) {
        exit(EXIT_FAILURE);
    }
    apr_snprintf(command, sizeof(command),
                 "%s %s/initdb -D %s/pg -N -A trust -E UTF8 --locale=C -U eckid >/dev/null",
                 as_user(), programs, folder);
    run(command);
    start_server();
    atexit(stop);
}

const char *databases_folder(void)
{
    return folder;
}

const char *databases_name(void)
{
    return apr_psprintf(pool, "t%u", apr_atomic_inc32(count));
}

static eckid_err_t *make_schema(void *self, const eckid_sql_session_t *session)
{
    return eckid_sql_script(session, self);
}

static eckid_sql_t *server_database(void)
{
    const char *database =
        apr_psprintf(pool, "postgresql:host=%s user=eckid dbname=postgres", folder);
    eckid_sql_t *sql;

    ok(eckid_sql_make(&sql, database, apr_time_from_sec(30), pool));
    return sql;
}

/* A schema of its own is as good as a database, and made sooner. The first test may be here before
 * the server listens. */
static const char *make_postgresql(const char *name)
{
    char *script = apr_psprintf(pool, "create schema if not exists %s", name);
    eckid_err_t *err = NULL;

    for (int i = 0; i < 600; i++) {
        eckid_sql_t *sql = server_database();

        err = eckid_sql_write(sql, make_schema, script, pool);
        eckid_sql_close(sql);
        if (!err) {
            break;
        }
        poll(NULL, 0, 50);
    }
    ok(err);
    return apr_psprintf(pool,
                        "postgresql:host=%s user=eckid dbname=postgres options=-csearch_path=%s",
                        folder, name);
}

const char *database_make(int kind)
{
    const char *name = databases_name();

    return kind == DATABASE_SQLITE ? apr_psprintf(pool, "sqlite:%s/%s.db", folder, name)
                                   : make_postgresql(name);
}
