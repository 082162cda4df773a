/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everybody of a school at once: staged first, then put in the place of who was there. */
#include "directory/eckid_directory_internal.h"

#include <apr_strings.h>

#define BATCH 500 /* people written in one transaction: others need not wait long */

typedef struct staged_t {
    const char *kind;
    apr_uint64_t line;
    eckid_sealed_person_t sealed;
    char id[ECKID_DIRECTORY_ID + 1];
} staged_t;

struct eckid_directory_import_t {
    eckid_directory_t *directory;
    const char *school, *source, *origin;
    const char *kinds; /* ",student,employee," */
    apr_time_t begun;
    apr_uint64_t position;
    apr_pool_t *batch_pool;    /* cleared with the batch */
    apr_array_header_t *batch; /* staged_t */
};

/* The two parameters with which most statements here begin. */
#define SCHOOL_AND_SOURCE(import) eckid_sql_text((import)->school), eckid_sql_text((import)->source)

/* Beginning */

static eckid_err_t *read_import(eckid_sql_result_t *result, const eckid_directory_import_t *import,
                                const eckid_sql_session_t *session)
{
    static const char select[] = "select position from eckid_import where school = $1"
                                 " and source = $2 and kinds = $3 and origin = $4";
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), eckid_sql_text(import->kinds),
                                        eckid_sql_text(import->origin)};

    return eckid_sql_run(result, session, select, values, 4);
}

static eckid_err_t *clear(const eckid_directory_import_t *import,
                          const eckid_sql_session_t *session)
{
    static const char *const statements[] = {
        "delete from eckid_staged_key where school = $1 and source = $2",
        "delete from eckid_staged where school = $1 and source = $2",
        "delete from eckid_import where school = $1 and source = $2",
    };
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import)};
    eckid_sql_result_t result;

    for (int i = 0; i < 3; i++) {
        ECKID_ERR(eckid_sql_run(&result, session, statements[i], values, 2));
    }
    return NULL;
}

static eckid_err_t *begin(void *self, const eckid_sql_session_t *session)
{
    static const char insert[] =
        "insert into eckid_import (school, source, kinds, origin, position, begun)"
        " values ($1, $2, $3, $4, 0, $5)";
    eckid_directory_import_t *import = self;
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), eckid_sql_text(import->kinds),
                                        eckid_sql_text(import->origin),
                                        eckid_sql_number(import->begun)};
    eckid_sql_result_t result;

    ECKID_ERR(eckid_directory_hold(import->school, session));
    ECKID_ERR(read_import(&result, import, session));
    if (result.rows) {
        import->position = (apr_uint64_t)eckid_sql_at(&result, 0, 0)->number;
        return NULL;
    }
    ECKID_ERR(clear(import, session));
    return eckid_sql_run(&result, session, insert, values, 5);
}

/* Staged people are compared by digests, so the records need those of the current secret. */
static eckid_err_t *reseal_school(eckid_directory_t *directory, const char *school,
                                  apr_pool_t *pool)
{
    apr_uint64_t sealed;

    do {
        ECKID_ERR(eckid_directory_reseal_some(&sealed, directory, school, BATCH, pool));
    } while (sealed);
    return NULL;
}

static const char *join_kinds(const apr_array_header_t *kinds, apr_pool_t *pool)
{
    return apr_pstrcat(pool, ",", apr_array_pstrcat(pool, kinds, ','), ",", NULL);
}

eckid_err_t *eckid_directory_import_begin(eckid_directory_import_t **out, apr_uint64_t *position,
                                          eckid_directory_t *directory,
                                          const eckid_school_t *school,
                                          const apr_array_header_t *kinds, const char *source,
                                          const char *origin, apr_time_t now, apr_pool_t *pool)
{
    eckid_directory_import_t *import = apr_pcalloc(pool, sizeof(*import));
    const char *secret =
        eckid_codec_hex(eckid_bytes(&directory->generations[0].name, sizeof(eckid_digest_t)), pool)
            .data;

    import->directory = directory;
    import->school = eckid_directory_school_name(school, pool);
    import->source = apr_pstrdup(pool, source);
    import->origin = apr_pstrcat(pool, origin, " ", secret, NULL);
    import->kinds = join_kinds(kinds, pool);
    import->begun = now;
    apr_pool_create(&import->batch_pool, pool);
    import->batch = apr_array_make(pool, BATCH, sizeof(staged_t));
    ECKID_ERR(reseal_school(directory, import->school, pool));
    ECKID_ERR(eckid_sql_write(directory->sql, begin, import, pool));
    *position = import->position;
    *out = import;
    return NULL;
}

/* Staging */

/* Why a row was not taken: the same person came before, or another one with the same key. */
static eckid_err_t *explain(const eckid_directory_import_t *import, const staged_t *staged,
                            const eckid_sql_session_t *session)
{
    static const char select[] = "select content, line from eckid_staged"
                                 " where school = $1 and source = $2 and first = $3";
    static const char select_eckid[] = "select line from eckid_staged"
                                       " where school = $1 and source = $2 and eckid = $3";
    eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import),
                                  eckid_directory_value(&staged->sealed.keys[0])};
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, values, 3));
    if (result.rows) {
        return eckid_bytes_equal(eckid_sql_at(&result, 0, 0)->bytes,
                                 eckid_directory_value(&staged->sealed.content).bytes)
                   ? NULL
                   : eckid_err_make(session->pool, ECKID_KEY_TAKEN,
                                    "%s, lines %" APR_INT64_T_FMT " and %" APR_UINT64_T_FMT,
                                    import->school, eckid_sql_at(&result, 0, 1)->number,
                                    staged->line);
    }
    values[2] = eckid_directory_value(&staged->sealed.eckid);
    ECKID_ERR(eckid_sql_run(&result, session, select_eckid, values, 3));
    return eckid_err_make(session->pool, ECKID_ECKID_TAKEN,
                          "%s, lines %" APR_INT64_T_FMT " and %" APR_UINT64_T_FMT, import->school,
                          result.rows ? eckid_sql_at(&result, 0, 0)->number : 0, staged->line);
}

static eckid_err_t *stage_person(bool *is_new, const eckid_directory_import_t *import,
                                 const staged_t *staged, const eckid_sql_session_t *session)
{
    static const char insert[] =
        "insert into eckid_staged (school, source, first, id, kind, eckid, content, sealed, secret,"
        " line) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing";
    const eckid_sealed_person_t *sealed = &staged->sealed;
    const eckid_sql_value_t values[] = {
        SCHOOL_AND_SOURCE(import),
        eckid_directory_value(&sealed->keys[0]),
        eckid_sql_text(staged->id),
        eckid_sql_text(staged->kind),
        sealed->has_eckid ? eckid_directory_value(&sealed->eckid) : eckid_sql_blob(NULL, 0),
        eckid_directory_value(&sealed->content),
        eckid_sql_blob(sealed->sealed.data, sealed->sealed.len),
        eckid_directory_value(&import->directory->generations[0].name),
        eckid_sql_number((apr_int64_t)staged->line),
    };
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, insert, values, 10));
    *is_new = result.changed > 0;
    return *is_new ? NULL : explain(import, staged, session);
}

/* A key that is there already must be the person's own. */
static eckid_err_t *check_key(const eckid_directory_import_t *import, const staged_t *staged,
                              const eckid_digest_t *digest, const eckid_sql_session_t *session)
{
    static const char select[] = "select first, line from eckid_staged_key"
                                 " where school = $1 and source = $2 and digest = $3";
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), eckid_directory_value(digest)};
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, values, 3));
    return result.rows && eckid_bytes_equal(eckid_sql_at(&result, 0, 0)->bytes,
                                            eckid_directory_value(&staged->sealed.keys[0]).bytes)
               ? NULL
               : eckid_err_make(
                     session->pool, ECKID_KEY_TAKEN,
                     "%s, lines %" APR_INT64_T_FMT " and %" APR_UINT64_T_FMT, import->school,
                     result.rows ? eckid_sql_at(&result, 0, 1)->number : 0, staged->line);
}

static eckid_err_t *stage_keys(const eckid_directory_import_t *import, const staged_t *staged,
                               const eckid_sql_session_t *session)
{
    static const char insert[] =
        "insert into eckid_staged_key (school, source, digest, first, line)"
        " values ($1, $2, $3, $4, $5) on conflict do nothing";

    for (int i = 0; i < staged->sealed.key_count; i++) {
        const eckid_digest_t *digest = &staged->sealed.keys[i];
        const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import),
                                            eckid_directory_value(digest),
                                            eckid_directory_value(&staged->sealed.keys[0]),
                                            eckid_sql_number((apr_int64_t)staged->line)};
        eckid_sql_result_t result;

        ECKID_ERR(eckid_sql_run(&result, session, insert, values, 5));
        if (result.changed == 0) {
            ECKID_ERR(check_key(import, staged, digest, session));
        }
    }
    return NULL;
}

static eckid_err_t *write_position(const eckid_directory_import_t *import,
                                   const eckid_sql_session_t *session)
{
    static const char update[] =
        "update eckid_import set position = $3 where school = $1 and source = $2";
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import),
                                        eckid_sql_number((apr_int64_t)import->position)};
    eckid_sql_result_t result;

    return eckid_sql_run(&result, session, update, values, 3);
}

static eckid_err_t *stage(void *self, const eckid_sql_session_t *session)
{
    const eckid_directory_import_t *import = self;

    for (int i = 0; i < import->batch->nelts; i++) {
        const staged_t *staged = &APR_ARRAY_IDX(import->batch, i, staged_t);
        bool is_new;

        ECKID_ERR(stage_person(&is_new, import, staged, session));
        if (is_new) {
            ECKID_ERR(stage_keys(import, staged, session));
        }
    }
    return write_position(import, session);
}

static eckid_err_t *flush(eckid_directory_import_t *import, apr_pool_t *pool)
{
    apr_pool_t *results;

    apr_pool_create(&results, pool);
    eckid_err_t *err = eckid_sql_write(import->directory->sql, stage, import, results);

    err = err ? eckid_err_copy(err, pool) : NULL;
    apr_pool_destroy(results);
    apr_array_clear(import->batch);
    apr_pool_clear(import->batch_pool);
    return err;
}

static eckid_err_t *check_kind(const eckid_directory_import_t *import, const char *kind,
                               apr_pool_t *pool)
{
    return strstr(import->kinds, apr_pstrcat(pool, ",", kind, ",", NULL))
               ? NULL
               : eckid_err_make(pool, ECKID_DIRECTORY_PERSON, "the import is not about this kind");
}

eckid_err_t *eckid_directory_import_add(eckid_directory_import_t *import,
                                        const eckid_directory_person_t *person, apr_uint64_t line,
                                        apr_pool_t *pool)
{
    const eckid_school_t school = eckid_directory_school_of(import->school, import->batch_pool);
    staged_t staged = {.kind = apr_pstrdup(import->batch_pool, person->kind), .line = line};

    ECKID_ERR(eckid_directory_person_check(&school, person, import->source, pool));
    ECKID_ERR(check_kind(import, person->kind, pool));
    ECKID_ERR(eckid_directory_new_id(staged.id, import->batch_pool));
    ECKID_ERR(eckid_directory_seal(&staged.sealed, import->directory->generations[0].secret,
                                   import->school, staged.id, person, import->batch_pool));
    APR_ARRAY_PUSH(import->batch, staged_t) = staged;
    return import->batch->nelts < BATCH ? NULL : flush(import, pool);
}

eckid_err_t *eckid_directory_import_save(eckid_directory_import_t *import, apr_uint64_t position,
                                         apr_pool_t *pool)
{
    import->position = position;
    return flush(import, pool);
}

/* Comparing: a staged person s is the record p with the same first key */

#define STAGED " from eckid_staged s where s.school = $1 and s.source = $2"
#define MATCHED                                                                                    \
    " from eckid_staged s join eckid_person p on p.first = s.first"                                \
    " where s.school = $1 and s.source = $2"
/* Of whom this import knows everybody. */
#define BEFORE                                                                                     \
    " from eckid_person where school = $1 and source = $2 and $3 like '%,' || kind || ',%'"
#define GONE BEFORE " and first not in (select s.first" STAGED ")"

static eckid_err_t *count_by(apr_uint64_t *count, const char *statement,
                             const eckid_directory_import_t *import, int parameters,
                             const eckid_sql_session_t *session)
{
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), eckid_sql_text(import->kinds)};
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, statement, values, parameters));
    *count = (apr_uint64_t)eckid_sql_at(&result, 0, 0)->number;
    return NULL;
}

static eckid_err_t *count_changes(eckid_directory_changes_t *changes,
                                  const eckid_directory_import_t *import,
                                  const eckid_sql_session_t *session)
{
    static const char before[] = "select count(*)" BEFORE, gone[] = "select count(*)" GONE,
                      all[] = "select count(*)" STAGED, matched[] = "select count(*)" MATCHED,
                      same[] = "select count(*)" MATCHED " and p.content = s.content";
    apr_uint64_t staged = 0, known = 0;

    ECKID_ERR(count_by(&changes->before, before, import, 3, session));
    ECKID_ERR(count_by(&changes->gone, gone, import, 3, session));
    ECKID_ERR(count_by(&changes->same, same, import, 2, session));
    ECKID_ERR(count_by(&staged, all, import, 2, session));
    ECKID_ERR(count_by(&known, matched, import, 2, session));
    changes->added = staged - known;
    changes->changed = known - changes->same;
    return NULL;
}

typedef struct finish_t {
    eckid_directory_import_t *import;
    eckid_directory_changes_t changes;
    apr_time_t now;
} finish_t;

static eckid_err_t *compare(void *self, const eckid_sql_session_t *session)
{
    finish_t *asked = self;

    return count_changes(&asked->changes, asked->import, session);
}

eckid_err_t *eckid_directory_import_compare(eckid_directory_changes_t *changes,
                                            eckid_directory_import_t *import, apr_pool_t *pool)
{
    finish_t asked = {.import = import};

    ECKID_ERR(flush(import, pool));
    ECKID_ERR(eckid_sql_read(import->directory->sql, compare, &asked, pool));
    *changes = asked.changes;
    return NULL;
}

/* Finishing */

static eckid_err_t *do_all(const char *const *statements, int count, const finish_t *asked,
                           const eckid_sql_session_t *session)
{
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(asked->import),
                                        eckid_sql_number(asked->now)};
    eckid_sql_result_t result;

    for (int i = 0; i < count; i++) {
        int parameters = strstr(statements[i], "$3") ? 3 : 2;

        ECKID_ERR(eckid_sql_run(&result, session, statements[i], values, parameters));
    }
    return NULL;
}

static eckid_err_t *remove_gone(const finish_t *asked, const eckid_sql_session_t *session)
{
    static const char delete[] = "delete" GONE;
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(asked->import),
                                        eckid_sql_text(asked->import->kinds)};
    eckid_sql_result_t result;

    return eckid_sql_run(&result, session, delete, values, 3);
}

/* A record keeps its id, to which its content is sealed. So a staged person whose record will be
 * changed gets that id first, provided that the record with it is that person's. */
static eckid_err_t *take_id(const eckid_directory_import_t *import,
                            const eckid_sql_result_t *result, int row,
                            const eckid_sql_session_t *session)
{
    static const char update[] = "update eckid_staged set id = $4, sealed = $5"
                                 " where school = $1 and source = $2 and first = $3";
    const eckid_secret_t *secret = import->directory->generations[0].secret;
    const eckid_sql_value_t *staged = eckid_sql_at(result, row, ECKID_DIRECTORY_COLUMN_COUNT);
    eckid_directory_record_t *record;
    eckid_directory_person_t person;
    eckid_sealed_person_t sealed;
    eckid_sql_result_t updated;

    ECKID_ERR(eckid_directory_open_row(&record, import->directory, result, row, session->pool));
    if (staged[0].bytes.len != ECKID_DIRECTORY_ID ||
        !eckid_directory_unseal(&person, secret, import->school, record->person.kind,
                                staged[0].bytes.data, staged[1].bytes, staged[2].bytes,
                                session->pool)) {
        return eckid_directory_bad_record("a staged person cannot be opened", session->pool);
    }
    ECKID_ERR(
        eckid_directory_seal(&sealed, secret, import->school, record->id, &person, session->pool));
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), staged[1],
                                        eckid_sql_text(record->id),
                                        eckid_sql_blob(sealed.sealed.data, sealed.sealed.len)};

    return eckid_sql_run(&updated, session, update, values, 5);
}

static eckid_err_t *take_some_ids(int *taken, const eckid_directory_import_t *import,
                                  const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS ", s.id, s.first, s.sealed" MATCHED
        " and p.content <> s.content and p.id <> s.id limit $3";
    const eckid_sql_value_t values[] = {SCHOOL_AND_SOURCE(import), eckid_sql_number(BATCH)};
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, values, 3));
    for (*taken = 0; *taken < result.rows; ++*taken) {
        ECKID_ERR(take_id(import, &result, *taken, session));
    }
    return NULL;
}

static eckid_err_t *take_ids(const finish_t *asked, const eckid_sql_session_t *session)
{
    eckid_sql_session_t pass = *session;
    eckid_err_t *err;
    int taken;

    apr_pool_create(&pass.pool, session->pool);
    do {
        apr_pool_clear(pass.pool);
        err = take_some_ids(&taken, asked->import, &pass);
    } while (!err && taken);
    err = err ? eckid_err_copy(err, session->pool) : NULL;
    apr_pool_destroy(pass.pool);
    return err;
}

static eckid_err_t *put_in_place(const finish_t *asked, const eckid_sql_session_t *session)
{
    static const char *const statements[] = {
        "delete from eckid_key where id in (select p.id" MATCHED " and p.content <> s.content)",
        "update eckid_person set eckid = s.eckid, content = s.content, sealed = s.sealed,"
        " secret = s.secret, source = s.source, version = version + 1, changed = $3"
        " from eckid_staged s where s.first = eckid_person.first and s.school = $1"
        " and s.source = $2 and s.content <> eckid_person.content",
        "update eckid_person set confirmed = $3 where first in (select s.first" STAGED ")",
        "insert into eckid_person (id, school, kind, first, eckid, content, sealed, secret, source,"
        " version, created, changed, confirmed)"
        " select s.id, s.school, s.kind, s.first, s.eckid, s.content, s.sealed, s.secret, s.source,"
        " 1, $3, $3, $3" STAGED
        " and not exists (select 1 from eckid_person p where p.first = s.first)",
        "insert into eckid_key (digest, id) select k.digest, p.id from eckid_staged_key k"
        " join eckid_person p on p.first = k.first where k.school = $1 and k.source = $2"
        " on conflict (digest) do nothing",
    };

    return do_all(statements, sizeof(statements) / sizeof(*statements), asked, session);
}

/* Somebody whom the import is not about may have a key or the ECK iD of one whom it is about. */
static eckid_err_t *check_others(const finish_t *asked, const eckid_sql_session_t *session)
{
    static const char keys[] =
        "select count(*) from eckid_staged_key k join eckid_person p on p.first = k.first"
        " join eckid_key e on e.digest = k.digest"
        " where k.school = $1 and k.source = $2 and e.id <> p.id";
    static const char eckids[] =
        "select count(*) from eckid_staged s join eckid_person p on p.school = s.school"
        " and p.eckid = s.eckid where s.school = $1 and s.source = $2 and p.first <> s.first";
    apr_uint64_t count;

    ECKID_ERR(count_by(&count, keys, asked->import, 2, session));
    if (count) {
        return eckid_err_make(session->pool, ECKID_KEY_TAKEN,
                              "%s, %" APR_UINT64_T_FMT " with people from elsewhere",
                              asked->import->school, count);
    }
    ECKID_ERR(count_by(&count, eckids, asked->import, 2, session));
    return count ? eckid_err_make(session->pool, ECKID_ECKID_TAKEN,
                                  "%s, %" APR_UINT64_T_FMT " with people from elsewhere",
                                  asked->import->school, count)
                 : NULL;
}

static eckid_err_t *finish(void *self, const eckid_sql_session_t *session)
{
    finish_t *asked = self;

    ECKID_ERR(eckid_directory_hold(asked->import->school, session));
    ECKID_ERR(count_changes(&asked->changes, asked->import, session));
    ECKID_ERR(remove_gone(asked, session));
    ECKID_ERR(take_ids(asked, session));
    ECKID_ERR(put_in_place(asked, session));
    ECKID_ERR(check_others(asked, session));
    return clear(asked->import, session);
}

eckid_err_t *eckid_directory_import_finish(eckid_directory_changes_t *changes,
                                           eckid_directory_import_t *import, apr_time_t now,
                                           apr_pool_t *pool)
{
    finish_t asked = {.import = import, .now = now};

    ECKID_ERR(flush(import, pool));
    ECKID_ERR(eckid_sql_write(import->directory->sql, finish, &asked, pool));
    *changes = asked.changes;
    return NULL;
}

static eckid_err_t *abandon(void *self, const eckid_sql_session_t *session)
{
    return clear(self, session);
}

eckid_err_t *eckid_directory_import_abandon(eckid_directory_import_t *import, apr_pool_t *pool)
{
    return eckid_sql_write(import->directory->sql, abandon, import, pool);
}
