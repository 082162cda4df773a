/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds people in the directory. */
#include "directory/eckid_directory_internal.h"

#include "directory/eckid_directory_schema.h"

static apr_status_t close_all(void *self)
{
    eckid_sql_close(((eckid_directory_t *)self)->sql);
    return APR_SUCCESS;
}

static void add_generation(eckid_directory_t *directory, const eckid_secret_t *secret,
                           apr_pool_t *pool)
{
    eckid_generation_t *generation = &directory->generations[directory->generation_count++];

    generation->secret = secret;
    eckid_directory_secret_digest(&generation->name, secret, pool);
}

eckid_err_t *eckid_directory_make(eckid_directory_t **directory,
                                  const eckid_directory_setup_t *setup, apr_pool_t *pool)
{
    *directory = apr_pcalloc(pool, sizeof(**directory));
    ECKID_ERR(eckid_sql_make(&(*directory)->sql, setup->database, setup->timeout, pool));
    add_generation(*directory, setup->secret, pool);
    if (setup->previous) {
        add_generation(*directory, setup->previous, pool);
    }
    return NULL;
}

void eckid_directory_child(eckid_directory_t *directory, apr_pool_t *pool)
{
    apr_pool_cleanup_register(pool, directory, close_all, apr_pool_cleanup_null);
}

const char *eckid_directory_path(const eckid_directory_t *directory)
{
    return eckid_sql_path(directory->sql);
}

/* Rows */

static const eckid_secret_t *secret_of(const eckid_directory_t *directory, eckid_bytes_t name)
{
    for (int i = 0; i < directory->generation_count; i++) {
        const eckid_generation_t *generation = &directory->generations[i];

        if (eckid_bytes_equal(name, eckid_bytes(&generation->name, sizeof(generation->name)))) {
            return generation->secret;
        }
    }
    return NULL;
}

eckid_err_t *eckid_directory_bad_record(const char *what, apr_pool_t *pool)
{
    return eckid_err_advise(eckid_err_make(pool, ECKID_DIRECTORY_SCHEMA, "%s", what),
                            "is EckidSecretFile the one that the records were sealed with, and "
                            "does nothing else write to the database?");
}

eckid_err_t *eckid_directory_open_row(eckid_directory_record_t **record,
                                      const eckid_directory_t *directory,
                                      const eckid_sql_result_t *result, int row, apr_pool_t *pool)
{
    const eckid_sql_value_t *at = eckid_sql_at(result, row, 0);
    const eckid_secret_t *secret = secret_of(directory, at[5].bytes);
    eckid_directory_record_t *made = apr_pcalloc(pool, sizeof(*made));

    if (!secret) {
        return eckid_directory_bad_record("a record is sealed by another secret", pool);
    }
    if (at[0].bytes.len != ECKID_DIRECTORY_ID ||
        !eckid_directory_unseal(&made->person, secret, at[1].bytes.data, at[2].bytes.data,
                                at[0].bytes.data, at[3].bytes, at[4].bytes, pool)) {
        return eckid_directory_bad_record("a record cannot be opened", pool);
    }
    memcpy(made->id, at[0].bytes.data, ECKID_DIRECTORY_ID);
    made->school = eckid_directory_school_of(at[1].bytes.data, pool);
    made->source = at[6].bytes.data;
    made->version = (apr_uint64_t)at[7].number;
    made->created = at[8].number;
    made->changed = at[9].number;
    made->confirmed = at[10].number;
    *record = made;
    return NULL;
}

static bool has_key(const eckid_directory_person_t *person, const eckid_directory_key_t *key)
{
    for (int i = 0; i < person->keys->nelts; i++) {
        const eckid_directory_key_t *one = &APR_ARRAY_IDX(person->keys, i, eckid_directory_key_t);

        if (strcmp(one->type, key->type) == 0 && strcmp(one->value, key->value) == 0) {
            return true;
        }
    }
    return false;
}

/* Finding by a key */

typedef struct search_t {
    const eckid_directory_t *directory;
    const char *school, *kind;
    const eckid_directory_key_t *key;
    eckid_directory_record_t *found;
} search_t;

/* A row that somebody put in the place of another one is not taken: one person may have the same
 * key at two schools. */
static bool is_sought(const eckid_directory_record_t *found, const search_t *search,
                      apr_pool_t *pool)
{
    return strcmp(eckid_directory_school_name(&found->school, pool), search->school) == 0 &&
           strcmp(found->person.kind, search->kind) == 0 && has_key(&found->person, search->key);
}

static eckid_err_t *look_for(search_t *search, const eckid_secret_t *secret,
                             const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS " from eckid_key k join eckid_person p on p.id = k.id"
        " where k.digest = $1";
    eckid_sql_result_t result;
    eckid_digest_t digest;

    eckid_directory_key_digest(&digest, secret, search->school, search->kind, search->key,
                               session->pool);
    const eckid_sql_value_t value = eckid_directory_value(&digest);

    ECKID_ERR(eckid_sql_run(&result, session, select, &value, 1));
    if (result.rows == 0) {
        return NULL;
    }
    ECKID_ERR(
        eckid_directory_open_row(&search->found, search->directory, &result, 0, session->pool));
    return is_sought(search->found, search, session->pool)
               ? NULL
               : eckid_directory_bad_record("a record is not about the key that found it",
                                            session->pool);
}

static eckid_err_t *look(void *self, const eckid_sql_session_t *session)
{
    search_t *search = self;

    for (int i = 0; !search->found && i < search->directory->generation_count; i++) {
        ECKID_ERR(look_for(search, search->directory->generations[i].secret, session));
    }
    return NULL;
}

eckid_err_t *eckid_directory_find(const eckid_directory_record_t **record,
                                  eckid_directory_t *directory, const eckid_school_t *school,
                                  const char *kind, const eckid_directory_key_t *key,
                                  apr_pool_t *pool)
{
    search_t search = {directory, eckid_directory_school_name(school, pool), kind, key, NULL};

    ECKID_ERR(eckid_sql_read(directory->sql, look, &search, pool));
    *record = search.found;
    return NULL;
}

/* Finding by an id */

eckid_err_t *eckid_directory_read_id(eckid_directory_record_t **record,
                                     const eckid_directory_t *directory, const char *id,
                                     const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS " from eckid_person p where p.id = $1";
    const eckid_sql_value_t value = eckid_sql_text(id);
    eckid_sql_result_t result;

    *record = NULL;
    ECKID_ERR(eckid_sql_run(&result, session, select, &value, 1));
    return result.rows ? eckid_directory_open_row(record, directory, &result, 0, session->pool)
                       : NULL;
}

typedef struct get_t {
    const eckid_directory_t *directory;
    const char *id;
    eckid_directory_record_t *found;
} get_t;

static eckid_err_t *get(void *self, const eckid_sql_session_t *session)
{
    get_t *asked = self;

    return eckid_directory_read_id(&asked->found, asked->directory, asked->id, session);
}

/* Other texts are no ids, and PostgreSQL would take some of them for a failure. */
static bool is_id(const char *id)
{
    return strlen(id) == ECKID_DIRECTORY_ID && id[strspn(id, "0123456789abcdef")] == '\0';
}

eckid_err_t *eckid_directory_get(const eckid_directory_record_t **record,
                                 eckid_directory_t *directory, const char *id, apr_pool_t *pool)
{
    get_t asked = {directory, id, NULL};

    if (is_id(id)) {
        ECKID_ERR(eckid_sql_read(directory->sql, get, &asked, pool));
    }
    *record = asked.found;
    return NULL;
}

/* Listing */

typedef struct list_t {
    const eckid_directory_t *directory;
    eckid_sql_value_t values[4]; /* school, kind, max, offset */
    apr_array_header_t *records;
} list_t;

static eckid_err_t *list(void *self, const eckid_sql_session_t *session)
{
    static const char select[] =
        "select " ECKID_DIRECTORY_COLUMNS " from eckid_person p where p.school = $1"
        " and ($2 = '' or p.kind = $2) order by p.id limit $3 offset $4";
    list_t *asked = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, asked->values, 4));
    for (int i = 0; i < result.rows; i++) {
        eckid_directory_record_t *record;

        ECKID_ERR(eckid_directory_open_row(&record, asked->directory, &result, i, session->pool));
        APR_ARRAY_PUSH(asked->records, const eckid_directory_record_t *) = record;
    }
    return NULL;
}

eckid_err_t *eckid_directory_list(apr_array_header_t **records, eckid_directory_t *directory,
                                  const eckid_school_t *school, const char *kind,
                                  apr_uint64_t offset, int max, apr_pool_t *pool)
{
    list_t asked = {directory,
                    {eckid_sql_text(eckid_directory_school_name(school, pool)),
                     eckid_sql_text(kind ? kind : ""), eckid_sql_number(max),
                     eckid_sql_number((apr_int64_t)offset)},
                    apr_array_make(pool, 16, sizeof(const eckid_directory_record_t *))};

    ECKID_ERR(eckid_sql_read(directory->sql, list, &asked, pool));
    *records = asked.records;
    return NULL;
}

typedef struct count_t {
    eckid_sql_value_t values[2]; /* school, kind */
    apr_uint64_t count;
} count_t;

static eckid_err_t *count_people(void *self, const eckid_sql_session_t *session)
{
    static const char select[] = "select count(*) from eckid_person where school = $1"
                                 " and ($2 = '' or kind = $2)";
    count_t *asked = self;
    eckid_sql_result_t result;

    ECKID_ERR(eckid_sql_run(&result, session, select, asked->values, 2));
    asked->count = (apr_uint64_t)eckid_sql_at(&result, 0, 0)->number;
    return NULL;
}

eckid_err_t *eckid_directory_count(apr_uint64_t *count, eckid_directory_t *directory,
                                   const eckid_school_t *school, const char *kind, apr_pool_t *pool)
{
    count_t asked = {.values = {eckid_sql_text(eckid_directory_school_name(school, pool)),
                                eckid_sql_text(kind ? kind : "")}};

    ECKID_ERR(eckid_sql_read(directory->sql, count_people, &asked, pool));
    *count = asked.count;
    return NULL;
}
