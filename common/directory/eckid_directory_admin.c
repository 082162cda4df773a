/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What those who run the directory do with it: make, check, count, purge, seal anew. */
#include "directory/eckid_directory_internal.h"

#include "base/eckid_words.h"
#include "directory/eckid_directory_schema.h"

/* The secret that a database is sealed with, so that another one is noticed before a login is. */

static eckid_err_t *read_secret(eckid_bytes_t *name, const eckid_sql_session_t *session)
{
    static const char select[] = "select value from eckid_meta where name = 'secret'";
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, NULL, 0));
    *name = result.rows ? eckid_sql_at(&result, 0, 0)->bytes : eckid_bytes(NULL, 0);
    return NULL;
}

static eckid_bytes_t hex_of(const eckid_generation_t *generation, apr_pool_t *pool)
{
    return eckid_codec_hex(eckid_bytes(&generation->name, sizeof(generation->name)), pool);
}

static eckid_err_t *write_secret(const eckid_directory_t *directory,
                                 const eckid_sql_session_t *session)
{
    static const char insert[] = "insert into eckid_meta (name, value) values ('secret', $1)"
                                 " on conflict (name) do update set value = excluded.value";
    const eckid_sql_value_t value =
        eckid_sql_text(hex_of(&directory->generations[0], session->pool).data);
    eckid_sql_result_t result;

    return eckid_sql_run(&result, session, insert, &value, 1);
}

static eckid_err_t *check_secret(const eckid_directory_t *directory,
                                 const eckid_sql_session_t *session)
{
    eckid_bytes_t name;

    ECKID_ERR(read_secret(&name, session));
    for (int i = 0; i < directory->generation_count; i++) {
        if (eckid_bytes_equal(name, hex_of(&directory->generations[i], session->pool))) {
            return NULL;
        }
    }
    return eckid_err_advise(
        eckid_err_make(session->pool, ECKID_DIRECTORY_SCHEMA, "it is sealed by another secret"),
        "EckidSecretFile must name its secret, as the first or the second file");
}

/* Checking */

static eckid_err_t *check(void *self, const eckid_sql_session_t *session)
{
    const eckid_directory_t *directory = self;
    int version;

    ECKID_ERR(eckid_directory_schema_version(&version, session));
    ECKID_ERR(eckid_directory_schema_check(version, session->pool));
    return check_secret(directory, session);
}

eckid_err_t *eckid_directory_check(eckid_directory_t *directory, apr_pool_t *pool)
{
    return eckid_sql_read(directory->sql, check, directory, pool);
}

/* A row that nobody reads is written and rolled back. */
static eckid_err_t *try_writing(void *self, const eckid_sql_session_t *session)
{
    ECKID_ERR(check(self, session));
    ECKID_ERR(eckid_directory_hold("", session));
    return eckid_err_make(session->pool, ECKID_VERSION_CHANGED, "%s", "");
}

eckid_err_t *eckid_directory_check_writing(eckid_directory_t *directory, apr_pool_t *pool)
{
    eckid_err_t *err = eckid_sql_write(directory->sql, try_writing, directory, pool);

    return err && err->code == ECKID_VERSION_CHANGED ? NULL : err;
}

/* Making */

typedef struct migration_t {
    const eckid_directory_t *directory;
    int from;
} migration_t;

static eckid_err_t *migrate(void *self, const eckid_sql_session_t *session)
{
    migration_t *asked = self;

    ECKID_ERR(eckid_directory_schema_version(&asked->from, session));
    if (asked->from > ECKID_DIRECTORY_SCHEMA_VERSION) {
        return eckid_directory_schema_check(asked->from, session->pool);
    }
    ECKID_ERR(eckid_directory_schema_make(asked->from, session));
    return asked->from == 0 ? write_secret(asked->directory, session)
                            : check_secret(asked->directory, session);
}

eckid_err_t *eckid_directory_migrate(int *from, int *to, eckid_directory_t *directory,
                                     apr_pool_t *pool)
{
    migration_t asked = {directory, 0};

    *to = ECKID_DIRECTORY_SCHEMA_VERSION;
    eckid_err_t *err = eckid_sql_create(directory->sql, migrate, &asked, pool);

    *from = asked.from;
    return err;
}

/* Counting */

typedef struct status_t {
    const eckid_directory_t *directory;
    apr_array_header_t *parts;
} status_t;

static void note_types(apr_array_header_t *types, apr_hash_t *noted,
                       const eckid_directory_person_t *person)
{
    for (int i = 0; i < person->keys->nelts; i++) {
        const char *type = APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t).type;

        if (!eckid_word_set_has(noted, type)) {
            eckid_word_set_add(noted, type);
            APR_ARRAY_PUSH(types, const char *) = type;
        }
    }
}

/* They are sealed with the keys, so some are opened. What cannot be is left to those who look for
 * it. */
static eckid_err_t *read_types(eckid_directory_part_t *part, const char *school,
                               const eckid_directory_t *directory,
                               const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS " from eckid_person p where p.school = $1 and"
        " p.kind = $2 and p.source = $3 order by p.confirmed desc limit 100";
    const eckid_sql_value_t values[] = {eckid_sql_text(school), eckid_sql_text(part->kind),
                                        eckid_sql_text(part->source)};
    apr_hash_t *noted = apr_hash_make(session->pool);
    eckid_directory_record_t *record;
    eckid_sql_result_t result;

    part->types = apr_array_make(session->pool, 2, sizeof(const char *));
    ECKID_ERR(eckid_sql_run(&result, session, select, values, 3));
    for (int i = 0; i < result.rows; i++) {
        if (!eckid_directory_open_row(&record, directory, &result, i, session->pool)) {
            note_types(part->types, noted, &record->person);
        }
    }
    return NULL;
}

static eckid_err_t *read_parts(void *self, const eckid_sql_session_t *session)
{
    static const char select[] =
        "select school, kind, source, count(*), count(*) - count(eckid), min(confirmed),"
        " max(confirmed) from eckid_person group by school, kind, source"
        " order by school, kind, source";
    const status_t *status = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, NULL, 0));
    for (int i = 0; i < result.rows; i++) {
        const eckid_sql_value_t *at = eckid_sql_at(&result, i, 0);
        eckid_directory_part_t *part = apr_array_push(status->parts);

        *part = (eckid_directory_part_t){
            .school = eckid_directory_school_of(at[0].bytes.data, session->pool),
            .kind = at[1].bytes.data,
            .source = at[2].bytes.data,
            .people = (apr_uint64_t)at[3].number,
            .without_eckid = (apr_uint64_t)at[4].number,
            .oldest = at[5].number,
            .newest = at[6].number,
        };
        ECKID_ERR(read_types(part, at[0].bytes.data, status->directory, session));
    }
    return NULL;
}

eckid_err_t *eckid_directory_status(apr_array_header_t **parts, eckid_directory_t *directory,
                                    apr_pool_t *pool)
{
    status_t status = {directory, apr_array_make(pool, 4, sizeof(eckid_directory_part_t))};

    *parts = status.parts;
    return eckid_sql_read(directory->sql, read_parts, &status, pool);
}

static eckid_err_t *read_schools(void *self, const eckid_sql_session_t *session)
{
    static const char select[] = "select school from eckid_school order by school";
    apr_array_header_t *schools = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, NULL, 0));
    for (int i = 0; i < result.rows; i++) {
        APR_ARRAY_PUSH(schools, eckid_school_t) =
            eckid_directory_school_of(eckid_sql_at(&result, i, 0)->bytes.data, session->pool);
    }
    return NULL;
}

eckid_err_t *eckid_directory_schools(apr_array_header_t **schools, eckid_directory_t *directory,
                                     apr_pool_t *pool)
{
    *schools = apr_array_make(pool, 4, sizeof(eckid_school_t));
    return eckid_sql_read(directory->sql, read_schools, *schools, pool);
}

/* Removing many, and counting who would be: school, or "" for all, and a time */

typedef struct selection_t {
    eckid_sql_value_t values[2];
    const char *statement;
    int count;
    apr_uint64_t people;
} selection_t;

static eckid_err_t *count_selected(void *self, const eckid_sql_session_t *session)
{
    selection_t *asked = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, asked->statement, asked->values, asked->count));
    asked->people = (apr_uint64_t)eckid_sql_at(&result, 0, 0)->number;
    return NULL;
}

static eckid_err_t *remove_selected(void *self, const eckid_sql_session_t *session)
{
    selection_t *asked = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, asked->statement, asked->values, asked->count));
    asked->people = result.changed;
    return NULL;
}

static eckid_sql_value_t school_or_all(const eckid_school_t *school, apr_pool_t *pool)
{
    return eckid_sql_text(school ? eckid_directory_school_name(school, pool) : "");
}

eckid_err_t *eckid_directory_remove_school(apr_uint64_t *removed, eckid_directory_t *directory,
                                           const eckid_school_t *school, apr_pool_t *pool)
{
    static const char delete[] = "delete from eckid_person where school = $1";
    selection_t asked = {{school_or_all(school, pool)}, delete, 1, 0};
    eckid_err_t *err = eckid_sql_write(directory->sql, remove_selected, &asked, pool);

    *removed = asked.people;
    return err;
}

eckid_err_t *eckid_directory_unconfirmed(apr_uint64_t *count, eckid_directory_t *directory,
                                         const eckid_school_t *school, apr_time_t since,
                                         apr_pool_t *pool)
{
    static const char select[] = "select count(*) from eckid_person where ($1 = '' or school = $1)"
                                 " and confirmed < $2";
    selection_t asked = {{school_or_all(school, pool), eckid_sql_number(since)}, select, 2, 0};
    eckid_err_t *err = eckid_sql_read(directory->sql, count_selected, &asked, pool);

    *count = asked.people;
    return err;
}

eckid_err_t *eckid_directory_purge(apr_uint64_t *removed, eckid_directory_t *directory,
                                   const eckid_school_t *school, apr_time_t since, apr_pool_t *pool)
{
    static const char delete[] = "delete from eckid_person where ($1 = '' or school = $1)"
                                 " and confirmed < $2";
    selection_t asked = {{school_or_all(school, pool), eckid_sql_number(since)}, delete, 2, 0};
    eckid_err_t *err = eckid_sql_write(directory->sql, remove_selected, &asked, pool);

    *removed = asked.people;
    return err;
}

/* Sealing anew */

typedef struct reseal_t {
    const eckid_directory_t *directory;
    eckid_sql_value_t values[3]; /* the name of the current secret, school or "", max */
    apr_uint64_t sealed;
} reseal_t;

static eckid_err_t *reseal(void *self, const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS " from eckid_person p where p.secret <> $1"
        " and ($2 = '' or p.school = $2) order by p.school limit $3";
    reseal_t *asked = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, asked->values, 3));
    for (int i = 0; i < result.rows; i++) {
        eckid_directory_record_t *record;

        ECKID_ERR(eckid_directory_open_row(&record, asked->directory, &result, i, session->pool));
        ECKID_ERR(eckid_directory_hold(eckid_directory_school_name(&record->school, session->pool),
                                       session));
        ECKID_ERR(eckid_directory_write_record(asked->directory, record, session));
    }
    asked->sealed = (apr_uint64_t)result.rows;
    return result.rows || *asked->values[1].bytes.data ? NULL
                                                       : write_secret(asked->directory, session);
}

eckid_err_t *eckid_directory_reseal_some(apr_uint64_t *sealed, eckid_directory_t *directory,
                                         const char *school, int max, apr_pool_t *pool)
{
    reseal_t asked = {directory,
                      {eckid_directory_value(&directory->generations[0].name),
                       eckid_sql_text(school ? school : ""), eckid_sql_number(max)},
                      0};
    eckid_err_t *err = eckid_sql_write(directory->sql, reseal, &asked, pool);

    *sealed = asked.sealed;
    return err;
}

eckid_err_t *eckid_directory_reseal(apr_uint64_t *sealed, eckid_directory_t *directory, int max,
                                    apr_pool_t *pool)
{
    return eckid_directory_reseal_some(sealed, directory, NULL, max, pool);
}
