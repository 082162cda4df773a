/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/pushed.h"

#include <apr_strings.h>

#include "directory/eckid_sql.h"

const eckid_school_t pushed_school = {"V_ID", "11ZZ03"}, pushed_other = {"V_ID", "22YY00"};

eckid_directory_t *pushed_open(const char *database, const char *secret, const char *previous)
{
    const eckid_directory_setup_t setup = {
        .database = database,
        .secret = eckid_secret_make(str(secret), pool),
        .previous = previous ? eckid_secret_make(str(previous), pool) : NULL,
        .timeout = apr_time_from_sec(30),
    };
    eckid_directory_t *directory;

    ok(eckid_directory_make(&directory, &setup, pool));
    eckid_directory_child(directory, pool);
    return directory;
}

eckid_directory_t *pushed_directory(int kind)
{
    eckid_directory_t *directory = pushed_open(database_make(kind), PUSHED_SECRET, NULL);
    int from, to;

    ok(eckid_directory_migrate(&from, &to, directory, pool));
    return directory;
}

eckid_eck_id_t pushed_eckid(int number)
{
    const char *text = apr_psprintf(pool, "https://ketenid.nl/201703/%0128x", (unsigned)number);
    eckid_eck_id_t eckid;

    ck_assert(eckid_eck_id_parse(&eckid, str(text), false));
    return eckid;
}

eckid_directory_person_t pushed_person(const char *name, int number)
{
    apr_array_header_t *keys = apr_array_make(pool, 2, sizeof(eckid_directory_key_t));

    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){"NEPRI", name};
    return (eckid_directory_person_t){
        .kind = "student", .keys = keys, .has_eckid = number != 0, .eckid = pushed_eckid(number)};
}

eckid_directory_person_t pushed_person_with(const char *name, int number, const char *type,
                                            const char *key)
{
    eckid_directory_person_t person = pushed_person(name, number);
    apr_array_header_t *keys = apr_array_copy(pool, person.keys);

    APR_ARRAY_PUSH(keys, eckid_directory_key_t) = (eckid_directory_key_t){type, key};
    person.keys = keys;
    return person;
}

const char *pushed_add(eckid_directory_t *directory, const char *name, int number)
{
    const eckid_directory_person_t person = pushed_person(name, number);
    const eckid_directory_record_t *record;

    ok(eckid_directory_create(&record, directory, &pushed_school, &person, "magister", PUSHED_NOW,
                              pool));
    return record->id;
}

static eckid_err_t *run_script(void *self, const eckid_sql_session_t *session)
{
    return eckid_sql_script(session, self);
}

void pushed_tamper(const char *database, const char *script)
{
    eckid_sql_t *sql;

    ok(eckid_sql_make(&sql, database, apr_time_from_sec(30), pool));
    ok(eckid_sql_write(sql, run_script, apr_pstrdup(pool, script), pool));
    eckid_sql_close(sql);
}

const char pushed_swap[] =
    "create table k as select k.digest, p.source from eckid_key k join eckid_person p on"
    " p.id = k.id;"
    "create table i as select p.id, p.source from eckid_person p;"
    "delete from eckid_key;"
    "update eckid_person set id = source;"
    "update eckid_person set id = (select i.id from i where i.source = case eckid_person.source"
    " when 'one' then 'two' when 'two' then 'one' else eckid_person.source end);"
    "insert into eckid_key select k.digest, p.id from k join eckid_person p on p.source = k.source";

const eckid_directory_record_t *pushed_find(eckid_directory_t *directory, const char *name)
{
    const eckid_directory_key_t key = {"NEPRI", name};
    const eckid_directory_record_t *record;

    ok(eckid_directory_find(&record, directory, &pushed_school, "student", &key, pool));
    return record;
}
