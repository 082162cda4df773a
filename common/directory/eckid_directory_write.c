/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes people to the directory, one by one. */
#include "directory/eckid_directory_internal.h"
#include "directory/eckid_directory_schema.h"

#include <apr_strings.h>

eckid_err_t *eckid_directory_hold(const char *school, const eckid_sql_session_t *session)
{
    static const char update[] =
        "insert into eckid_school (school, writes) values ($1, 1)"
        " on conflict (school) do update set writes = eckid_school.writes + 1";
    const eckid_sql_value_t value = eckid_sql_text(school);
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, update, &value, 1));
    return eckid_directory_schema_demand(session);
}

eckid_err_t *eckid_directory_new_id(char id[ECKID_DIRECTORY_ID + 1], apr_pool_t *pool)
{
    unsigned char bytes[ECKID_DIRECTORY_ID / 2];

    if (!eckid_secret_random(bytes, sizeof(bytes))) {
        return eckid_err_make(pool, ECKID_INTERNAL, "no randomness");
    }
    memcpy(id, eckid_codec_hex(eckid_bytes(bytes, sizeof(bytes)), pool).data, ECKID_DIRECTORY_ID);
    id[ECKID_DIRECTORY_ID] = '\0';
    return NULL;
}

/* Whether anybody else has a key or the ECK iD, as sealed by one of the secrets */

static eckid_err_t *check_keys(const eckid_sealed_person_t *sealed, const char *id,
                               const eckid_sql_session_t *session)
{
    static const char select[] = "select count(*) from eckid_key where digest = $1 and id <> $2";

    for (int i = 0; i < sealed->key_count; i++) {
        const eckid_sql_value_t values[] = {eckid_directory_value(&sealed->keys[i]),
                                            eckid_sql_text(id)};
        eckid_sql_result_t result;

        ECKID_ERR(eckid_sql_run(&result, session, select, values, 2));
        if (eckid_sql_at(&result, 0, 0)->number) {
            return eckid_err_make(session->pool, ECKID_KEY_TAKEN, "key %d of this person", i + 1);
        }
    }
    return NULL;
}

static eckid_err_t *check_eckid(const eckid_sealed_person_t *sealed, const char *school,
                                const char *id, const eckid_sql_session_t *session)
{
    static const char select[] =
        "select count(*) from eckid_person where school = $1 and eckid = $2 and id <> $3";
    const eckid_sql_value_t values[] = {eckid_sql_text(school),
                                        eckid_directory_value(&sealed->eckid), eckid_sql_text(id)};
    eckid_sql_result_t result;

    if (!sealed->has_eckid) {
        return NULL;
    }
    ECKID_ERR(eckid_sql_run(&result, session, select, values, 3));
    return eckid_sql_at(&result, 0, 0)->number
               ? eckid_err_make(session->pool, ECKID_ECKID_TAKEN, "%s", school)
               : NULL;
}

static eckid_err_t *check_others(const eckid_directory_t *directory, const char *school,
                                 const eckid_directory_person_t *person, const char *id,
                                 const eckid_sql_session_t *session)
{
    for (int i = 0; i < directory->generation_count; i++) {
        eckid_sealed_person_t sealed;

        ECKID_ERR(eckid_directory_seal(&sealed, directory->generations[i].secret, school, id,
                                       person, session->pool));
        ECKID_ERR(check_keys(&sealed, id, session));
        ECKID_ERR(check_eckid(&sealed, school, id, session));
    }
    return NULL;
}

/* Rows */

static eckid_err_t *insert_keys(const eckid_sealed_person_t *sealed, const char *id,
                                const eckid_sql_session_t *session)
{
    static const char insert[] = "insert into eckid_key (digest, id) values ($1, $2)"
                                 " on conflict (digest) do nothing"; /* one key may come twice */

    for (int i = 0; i < sealed->key_count; i++) {
        const eckid_sql_value_t values[] = {eckid_directory_value(&sealed->keys[i]),
                                            eckid_sql_text(id)};
        eckid_sql_result_t result;

        ECKID_ERR(eckid_sql_run(&result, session, insert, values, 2));
    }
    return NULL;
}

static eckid_err_t *delete_id(apr_uint64_t *deleted, const char *id,
                              const eckid_sql_session_t *session)
{
    static const char delete[] = "delete from eckid_person where id = $1";
    const eckid_sql_value_t value = eckid_sql_text(id);
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, delete, &value, 1));
    *deleted = result.changed;
    return NULL;
}

eckid_err_t *eckid_directory_write_record(const eckid_directory_t *directory,
                                          const eckid_directory_record_t *record,
                                          const eckid_sql_session_t *session)
{
    static const char insert[] =
        "insert into eckid_person (id, school, kind, first, eckid, content, sealed, secret, source,"
        " version, created, changed, confirmed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    const eckid_generation_t *generation = &directory->generations[0];
    const char *school = eckid_directory_school_name(&record->school, session->pool);
    eckid_sealed_person_t sealed;
    eckid_sql_result_t result;
    apr_uint64_t deleted;

    ECKID_ERR(eckid_directory_seal(&sealed, generation->secret, school, record->id, &record->person,
                                   session->pool));
    ECKID_ERR(delete_id(&deleted, record->id, session));
    const eckid_sql_value_t values[] = {
        eckid_sql_text(record->id),
        eckid_sql_text(school),
        eckid_sql_text(record->person.kind),
        eckid_directory_value(&sealed.keys[0]),
        sealed.has_eckid ? eckid_directory_value(&sealed.eckid) : eckid_sql_blob(NULL, 0),
        eckid_directory_value(&sealed.content),
        eckid_sql_blob(sealed.sealed.data, sealed.sealed.len),
        eckid_directory_value(&generation->name),
        eckid_sql_text(record->source),
        eckid_sql_number((apr_int64_t)record->version),
        eckid_sql_number(record->created),
        eckid_sql_number(record->changed),
        eckid_sql_number(record->confirmed),
    };

    ECKID_ERR(eckid_sql_run(&result, session, insert, values, 13));
    return insert_keys(&sealed, record->id, session);
}

/* Creating and replacing */

typedef struct write_t {
    const eckid_directory_t *directory;
    const char *id; /* NULL: a new one */
    apr_uint64_t version;
    const eckid_school_t *school;
    const eckid_directory_person_t *person;
    const char *source;
    apr_time_t now;
    eckid_directory_record_t *written;
    apr_uint64_t removed;
} write_t;

static eckid_err_t *check_version(const write_t *asked, const eckid_directory_record_t *record,
                                  apr_pool_t *pool)
{
    return record && asked->version && asked->version != record->version
               ? eckid_err_make(pool, ECKID_VERSION_CHANGED, "%s", "")
               : NULL;
}

static bool is_same(const eckid_directory_record_t *before, const write_t *asked)
{
    const eckid_directory_person_t *one = &before->person, *other = asked->person;
    bool same = strcmp(before->school.type, asked->school->type) == 0 &&
                strcmp(before->school.value, asked->school->value) == 0 &&
                strcmp(before->source, asked->source) == 0 && strcmp(one->kind, other->kind) == 0 &&
                one->has_eckid == other->has_eckid &&
                (!one->has_eckid || strcmp(one->eckid.text, other->eckid.text) == 0) &&
                one->keys->nelts == other->keys->nelts;

    for (int i = 0; same && i < one->keys->nelts; i++) {
        const eckid_directory_key_t *a = &APR_ARRAY_IDX(one->keys, i, eckid_directory_key_t),
                                    *b = &APR_ARRAY_IDX(other->keys, i, eckid_directory_key_t);

        same = strcmp(a->type, b->type) == 0 && strcmp(a->value, b->value) == 0;
    }
    return same;
}

/* The record as it will be. What is pushed again without a change keeps its version. */
static eckid_err_t *make_record(eckid_directory_record_t *made, const write_t *asked,
                                const eckid_directory_record_t *before, apr_pool_t *pool)
{
    bool same = before && is_same(before, asked);

    *made = (eckid_directory_record_t){
        .school = {apr_pstrdup(pool, asked->school->type), apr_pstrdup(pool, asked->school->value)},
        .person = *asked->person,
        .source = asked->source,
        .version = before ? before->version + !same : 1,
        .created = before ? before->created : asked->now,
        .changed = same ? before->changed : asked->now,
        .confirmed = asked->now,
    };
    if (!before) {
        return eckid_directory_new_id(made->id, pool);
    }
    memcpy(made->id, before->id, sizeof(made->id));
    return NULL;
}

static eckid_err_t *write_one(write_t *asked, const eckid_directory_record_t *before,
                              const eckid_sql_session_t *session)
{
    const char *school = eckid_directory_school_name(asked->school, session->pool);
    eckid_directory_record_t *record = apr_palloc(session->pool, sizeof(*record));

    ECKID_ERR(make_record(record, asked, before, session->pool));
    ECKID_ERR(check_others(asked->directory, school, asked->person, record->id, session));
    ECKID_ERR(eckid_directory_write_record(asked->directory, record, session));
    asked->written = record;
    return NULL;
}

static eckid_err_t *create(void *self, const eckid_sql_session_t *session)
{
    write_t *asked = self;

    ECKID_ERR(
        eckid_directory_hold(eckid_directory_school_name(asked->school, session->pool), session));
    return write_one(asked, NULL, session);
}

eckid_err_t *eckid_directory_create(const eckid_directory_record_t **record,
                                    eckid_directory_t *directory, const eckid_school_t *school,
                                    const eckid_directory_person_t *person, const char *source,
                                    apr_time_t now, apr_pool_t *pool)
{
    write_t asked = {
        .directory = directory, .school = school, .person = person, .source = source, .now = now};

    ECKID_ERR(eckid_directory_person_check(school, person, source, pool));
    ECKID_ERR(eckid_sql_write(directory->sql, create, &asked, pool));
    *record = asked.written;
    return NULL;
}

/* Holds the school of the record, and the one it moves to, in an order that all keep. The record is
 * read before, to know its school, and again, as it may have changed until then. */
static eckid_err_t *hold_record(eckid_directory_record_t **record, const write_t *asked,
                                const eckid_sql_session_t *session)
{
    ECKID_ERR(eckid_directory_read_id(record, asked->directory, asked->id, session));
    if (!*record) {
        return NULL;
    }
    const char *from = eckid_directory_school_name(&(*record)->school, session->pool);
    const char *to =
        asked->school ? eckid_directory_school_name(asked->school, session->pool) : from;
    int order = strcmp(from, to);

    ECKID_ERR(eckid_directory_hold(order < 0 ? from : to, session));
    if (order != 0) {
        ECKID_ERR(eckid_directory_hold(order < 0 ? to : from, session));
    }
    return eckid_directory_read_id(record, asked->directory, asked->id, session);
}

static eckid_err_t *replace(void *self, const eckid_sql_session_t *session)
{
    write_t *asked = self;
    eckid_directory_record_t *before;

    ECKID_ERR(hold_record(&before, asked, session));
    ECKID_ERR(check_version(asked, before, session->pool));
    return before ? write_one(asked, before, session) : NULL;
}

eckid_err_t *eckid_directory_replace(const eckid_directory_record_t **record,
                                     eckid_directory_t *directory, const char *id,
                                     apr_uint64_t version, const eckid_school_t *school,
                                     const eckid_directory_person_t *person, const char *source,
                                     apr_time_t now, apr_pool_t *pool)
{
    write_t asked = {directory, id, version, school, person, source, now, NULL, 0};

    ECKID_ERR(eckid_directory_person_check(school, person, source, pool));
    ECKID_ERR(eckid_sql_write(directory->sql, replace, &asked, pool));
    *record = asked.written;
    return NULL;
}

static eckid_err_t *remove_one(void *self, const eckid_sql_session_t *session)
{
    write_t *asked = self;
    eckid_directory_record_t *record;

    ECKID_ERR(hold_record(&record, asked, session));
    ECKID_ERR(check_version(asked, record, session->pool));
    return record ? delete_id(&asked->removed, asked->id, session) : NULL;
}

eckid_err_t *eckid_directory_remove(apr_uint64_t *removed, eckid_directory_t *directory,
                                    const char *id, apr_uint64_t version, apr_pool_t *pool)
{
    write_t asked = {.directory = directory, .id = id, .version = version};

    ECKID_ERR(eckid_sql_write(directory->sql, remove_one, &asked, pool));
    *removed = asked.removed;
    return NULL;
}
