/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the directory, and their version. */
#include "directory/eckid_directory_schema.h"

#include <apr_strings.h>

/*
 * Both databases read this: SQLite takes bytea for a type without rules. Times are microseconds.
 *
 * first is the digest of a person's first key, eckid that of the ECK iD, content that of all that
 * is known, secret the name of the secret that sealed the row. Who writes at a school changes its
 * row in eckid_school first, and so waits for others who do; at other schools nobody waits.
 */
static const char version_1[] =
    "create table eckid_meta (name text primary key, value text not null);"
    "create table eckid_school (school text primary key, writes bigint not null);"
    "create table eckid_person ("
    "    id text primary key, school text not null, kind text not null, first bytea not null,"
    "    eckid bytea, content bytea not null, sealed bytea not null, secret bytea not null,"
    "    source text not null, version bigint not null, created bigint not null,"
    "    changed bigint not null, confirmed bigint not null);"
    "create unique index eckid_person_first on eckid_person (first);"
    "create index eckid_person_school on eckid_person (school, id);"
    "create index eckid_person_eckid on eckid_person (school, eckid);"
    "create table eckid_key (digest bytea primary key,"
    "    id text not null references eckid_person (id) on delete cascade);"
    "create index eckid_key_id on eckid_key (id);"
    "create table eckid_import (school text not null, source text not null, kinds text not null,"
    "    origin text not null, position bigint not null, begun bigint not null,"
    "    primary key (school, source));"
    "create table eckid_staged (school text not null, source text not null, first bytea not null,"
    "    id text not null, kind text not null, eckid bytea, content bytea not null,"
    "    sealed bytea not null, secret bytea not null, line bigint not null,"
    "    primary key (school, source, first), unique (school, source, eckid));"
    "create table eckid_staged_key (school text not null, source text not null,"
    "    digest bytea not null, first bytea not null, line bigint not null,"
    "    primary key (school, source, digest));"
    "insert into eckid_meta (name, value) values ('schema', '1');";

static const char *const scripts[ECKID_DIRECTORY_SCHEMA_VERSION] = {version_1};

/* Asking a table that does not exist would be a failure, so the catalogue is asked. */
static eckid_err_t *has_tables(bool *has, const eckid_sql_session_t *session)
{
    static const char sqlite[] =
        "select count(*) from sqlite_master where type = 'table' and name = 'eckid_meta'";
    static const char others[] = "select count(*) from pg_class where relname = 'eckid_meta' and "
                                 "pg_table_is_visible(oid)";
    bool is_sqlite = strcmp(session->kind->name, "sqlite") == 0;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, is_sqlite ? sqlite : others, NULL, 0));
    *has = eckid_sql_at(&result, 0, 0)->number > 0;
    return NULL;
}

static eckid_err_t *read_version(int *version, const eckid_sql_session_t *session)
{
    static const char select[] = "select value from eckid_meta where name = 'schema'";
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, NULL, 0));
    *version = result.rows ? (int)apr_atoi64(eckid_sql_at(&result, 0, 0)->bytes.data) : 0;
    return NULL;
}

eckid_err_t *eckid_directory_schema_version(int *version, const eckid_sql_session_t *session)
{
    bool has;

    *version = 0;
    ECKID_ERR(has_tables(&has, session));
    return has ? read_version(version, session) : NULL;
}

eckid_err_t *eckid_directory_schema_demand(const eckid_sql_session_t *session)
{
    int version;

    ECKID_ERR(read_version(&version, session));
    return eckid_directory_schema_check(version, session->pool);
}

eckid_err_t *eckid_directory_schema_make(int version, const eckid_sql_session_t *session)
{
    for (; version < ECKID_DIRECTORY_SCHEMA_VERSION; version++) {
        ECKID_ERR(eckid_sql_script(session, scripts[version]));
    }
    return NULL;
}

eckid_err_t *eckid_directory_schema_check(int version, apr_pool_t *pool)
{
    if (version == ECKID_DIRECTORY_SCHEMA_VERSION) {
        return NULL;
    }
    if (version == 0) {
        return eckid_err_advise(
            eckid_err_make(pool, ECKID_DIRECTORY_SCHEMA, "it has no tables of the directory"),
            "eckid-directory create makes them");
    }
    return eckid_err_advise(
        eckid_err_make(pool, ECKID_DIRECTORY_SCHEMA,
                       "its schema has version %d, and this program knows version %d", version,
                       ECKID_DIRECTORY_SCHEMA_VERSION),
        version > ECKID_DIRECTORY_SCHEMA_VERSION ? "install the newer mod_eckid on this server, too"
                                                 : "eckid-directory migrate changes it");
}
