#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Through apr_dbd (and so mod_dbd) a PostgreSQL that was restarted looks like a database without
# the row. apr_dbd_check_conn, asked before each use as mod_dbd does, says that all is well; the
# connection has been made anew, but the prepared statements were on the old one. A prepared
# select without random access then returns success and no row, for good; only with random access
# is it an error ("prepared statement does not exist"). Besides, SQL NULL comes out as an empty
# string, where the SQLite driver of the same API gives a NULL pointer.
#
# Why it matters: "no row" means "this student has no pseudonym", a fact that is cached and acted
# upon, not a failure that is tried again. Prepare again after each reset, select with random
# access, or use libpq.
set -euo pipefail
for package in postgresql libaprutil1-dbd-pgsql libaprutil1-dbd-sqlite3 libapr1-dev \
    libaprutil1-dev gcc; do
    dpkg-query -W -f '${Package} ${Version}\n' "$package" 2>/dev/null | grep ' .' ||
        apt-get install -y -qq --no-install-recommends "$package" > /dev/null
done
dpkg-query -W libaprutil1 libaprutil1-dbd-pgsql libpq5
tmp=$(mktemp -d)
bin=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)
as() {
    if test "$(id -u)" = 0; then runuser -u postgres -- "$@"; else "$@"; fi
}
trap 'as "$bin/pg_ctl" -D "$tmp/data" -m immediate stop > /dev/null 2>&1 || :; rm -rf "$tmp"' EXIT
cd "$tmp"
chmod 755 .
mkdir data socket
if test "$(id -u)" = 0; then chown postgres data socket; fi
as "$bin/initdb" -D "$tmp/data" -A trust -U test --no-sync > initdb.log
start() {
    as "$bin/pg_ctl" -D "$tmp/data" -w -l "$tmp/socket/log" \
        -o "-k $tmp/socket -c listen_addresses= -c fsync=off" "$1" > /dev/null
}
start start
"$bin/psql" --version
cat > try.c <<'C'
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <apr_dbd.h>
#include <apr_general.h>
static apr_pool_t *pool;
static const apr_dbd_driver_t *driver;
static apr_dbd_t *handle;
static void must(int ok, const char *what)
{
    if (!ok) {
        printf("failed: %s\n", what);
        exit(2);
    }
}
static void choose(const char *name, const char *parameters)
{
    must(!apr_dbd_get_driver(pool, name, &driver), "driver");
    must(!apr_dbd_open(driver, pool, parameters, &handle), "open");
}
static const char *null_of(void)
{
    apr_dbd_results_t *results = NULL;
    apr_dbd_row_t *row = NULL;
    const char *entry;
    must(!apr_dbd_select(driver, pool, handle, &results, "select v from t where k = 'n'", 1),
         "select");
    must(!apr_dbd_get_row(driver, pool, results, &row, -1), "row");
    entry = apr_dbd_get_entry(driver, row, 0);
    return entry ? *entry ? entry : "empty string" : "NULL pointer";
}
static void ask(apr_dbd_prepared_t *statement, const char *when, int random)
{
    apr_dbd_results_t *results = NULL;
    apr_dbd_row_t *row = NULL;
    const char *key = "a";
    const char *found = "not asked";
    apr_pool_t *request;
    int error;
    must(!apr_pool_create(&request, pool), "pool");
    error = apr_dbd_pselect(driver, request, handle, &results, statement, random, 1, &key);
    if (error)
        found = strstr(apr_dbd_error(driver, handle, error), "does not exist") ? "does not exist"
                                                                               : "other";
    else
        found = apr_dbd_get_row(driver, request, results, &row, random ? 1 : -1) ? "no row" : "row";
    printf("%s random=%d: %s, %s\n", when, random, error ? "error" : "success", found);
    while (!error && !random && !apr_dbd_get_row(driver, request, results, &row, -1))
        ;
    apr_pool_destroy(request);
}
int main(int argc, char **argv)
{
    apr_dbd_prepared_t *statement = NULL;
    int changed;
    must(argc == 5 && !apr_initialize() && !apr_pool_create(&pool, NULL) && !apr_dbd_init(pool),
         "APR");
    choose("sqlite3", argv[1]);
    must(!apr_dbd_query(driver, handle, &changed, "create table t (k text, v text)"), "create");
    must(!apr_dbd_query(driver, handle, &changed, "insert into t values ('n', NULL)"), "insert");
    printf("NULL by sqlite3: %s\n", null_of());
    apr_dbd_close(driver, handle);
    choose("pgsql", argv[2]);
    must(!apr_dbd_query(driver, handle, &changed, "drop table if exists t"), "drop");
    must(!apr_dbd_query(driver, handle, &changed, "create table t (k text, v text)"), "create");
    must(!apr_dbd_query(driver, handle, &changed, "insert into t values ('n', NULL), ('a', 'b')"),
         "insert");
    printf("NULL by pgsql: %s\n", null_of());
    must(!apr_dbd_prepare(driver, pool, handle, "select v from t where k = %s", "find",
                          &statement), "prepare");
    ask(statement, "before", 0);
    ask(statement, "before", 1);
    fflush(stdout);
    must(!system(argv[3]), "restart");
    for (int n = 0; n < 3; n++) {
        printf("check: %s\n", apr_dbd_check_conn(driver, pool, handle) ? "dead" : "well");
        ask(statement, "after", atoi(argv[4]));
    }
    return 0;
}
C
read -ra flags < <(echo "$(apr-1-config --cflags --cppflags --includes)" \
    "$(apu-1-config --includes)")
read -ra libs < <(echo "$(apu-1-config --link-ld)" "$(apr-1-config --link-ld)")
gcc "${flags[@]}" -o try try.c "${libs[@]}"
cat > restart <<SH
$(declare -p tmp bin)
$(declare -f as start)
start restart
SH
for random in 0 1; do
    ./try "$tmp/lite$random" "host=$tmp/socket dbname=postgres user=test" "bash $tmp/restart" \
        "$random" || exit 1
done > got || { cat got; exit 1; }
cat got
if diff - got <<'OUT'
NULL by sqlite3: NULL pointer
NULL by pgsql: empty string
before random=0: success, row
before random=1: success, row
check: well
after random=0: success, no row
check: well
after random=0: success, no row
check: well
after random=0: success, no row
NULL by sqlite3: NULL pointer
NULL by pgsql: empty string
before random=0: success, row
before random=1: success, row
check: well
after random=1: error, other
check: well
after random=1: error, does not exist
check: well
after random=1: error, does not exist
OUT
then
    echo "still so: after a restart a row that is there is not found, and that is a success"
else
    echo CHANGED
    exit 1
fi
