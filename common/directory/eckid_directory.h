/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was pushed or imported: sealed records in a database. */
#ifndef ECKID_DIRECTORY_H
#define ECKID_DIRECTORY_H

#include <apr_tables.h>

#include "crypto/eckid_secret.h"
#include "model/eckid_eck_id.h"
#include "model/eckid_school.h"

/*
 * Every function that returns an eckid_err_t may block, for the timeout of the setup at most, and
 * can fail with ECKID_DIRECTORY: the database is away, locked, full or read-only. That never looks
 * like an absence: an absent record is NULL or false without an error. Nothing is done by halves:
 * what fails has changed nothing. No error names a key, an ECK iD or an id.
 *
 * Schools, kinds, sources, times and counts stand in the clear in the database. Keys and ECK iDs do
 * not: they are found by HMAC and sealed by AES-256-GCM, with keys derived from the secret.
 */
typedef struct eckid_directory_t eckid_directory_t;

typedef struct eckid_directory_setup_t {
    const char *database; /* "sqlite:" and a path, or "postgresql:" and a libpq connection string */
    const eckid_secret_t *secret;
    const eckid_secret_t *previous; /* still reads older records; or NULL */
    apr_interval_time_t timeout;
} eckid_directory_setup_t;

/* An identifier of a person, with its type: Edu-V's userIdType, or another name such as
 * "userName". */
typedef struct eckid_directory_key_t {
    const char *type, *value;
} eckid_directory_key_t;

#define ECKID_DIRECTORY_KEYS 8      /* at most, of a person */
#define ECKID_DIRECTORY_WORD_MAX 64 /* bytes of a kind, a source or the type of a key */
#define ECKID_DIRECTORY_KEY_MAX 512 /* bytes of a key */
#define ECKID_DIRECTORY_ID 32       /* hexadecimal digits, random: an id never comes twice */

/* What is known of a person. */
typedef struct eckid_directory_person_t {
    const char *kind;               /* "student", "employee", or another name */
    const apr_array_header_t *keys; /* eckid_directory_key_t: the first one says who it is; all find
                                       the record */
    bool has_eckid;                 /* false: known, but without an ECK iD */
    eckid_eck_id_t eckid;
} eckid_directory_person_t;

typedef struct eckid_directory_record_t {
    char id[ECKID_DIRECTORY_ID + 1];
    eckid_school_t school;
    eckid_directory_person_t person;
    const char *source;   /* who pushed or imported it: a client, or the name of an import */
    apr_uint64_t version; /* 1 at first; one more with each change */
    apr_time_t created, changed, confirmed;
} eckid_directory_record_t;

/* Makes a directory, without asking the database yet. Shared by threads; none of its connections
 * may be open over a fork. ECKID_CONFIG for a database that is not written as above. */
eckid_err_t *eckid_directory_make(eckid_directory_t **directory,
                                  const eckid_directory_setup_t *setup, apr_pool_t *pool);

/* Closes the connections with the pool: for each child, and for whoever else asks the database. */
void eckid_directory_child(eckid_directory_t *directory, apr_pool_t *pool);

/* The path of an SQLite database; NULL for another one. */
const char *eckid_directory_path(const eckid_directory_t *directory);

/* Whether the database can be used: ECKID_DIRECTORY_SCHEMA if it is missing, not made yet, of
 * another schema, or sealed by other secrets; with the hint that fits. */
eckid_err_t *eckid_directory_check(eckid_directory_t *directory, apr_pool_t *pool);

/* The same, and whether it can be written to. */
eckid_err_t *eckid_directory_check_writing(eckid_directory_t *directory, apr_pool_t *pool);

/* Makes the schema, or brings it to this version; nothing if it is. From and to are versions, 0 for
 * an empty database. ECKID_DIRECTORY_SCHEMA for a newer one. */
eckid_err_t *eckid_directory_migrate(int *from, int *to, eckid_directory_t *directory,
                                     apr_pool_t *pool);

/* Reading. *record is NULL if there is none. Records are allocated in pool. */

eckid_err_t *eckid_directory_find(const eckid_directory_record_t **record,
                                  eckid_directory_t *directory, const eckid_school_t *school,
                                  const char *kind, const eckid_directory_key_t *key,
                                  apr_pool_t *pool);

eckid_err_t *eckid_directory_get(const eckid_directory_record_t **record,
                                 eckid_directory_t *directory, const char *id, apr_pool_t *pool);

/* The people of a school, of one kind or (NULL) of all, in the order of their ids: at most max
 * records from offset on (const eckid_directory_record_t *). */
eckid_err_t *eckid_directory_list(apr_array_header_t **records, eckid_directory_t *directory,
                                  const eckid_school_t *school, const char *kind,
                                  apr_uint64_t offset, int max, apr_pool_t *pool);

eckid_err_t *eckid_directory_count(apr_uint64_t *count, eckid_directory_t *directory,
                                   const eckid_school_t *school, const char *kind,
                                   apr_pool_t *pool);

/*
 * Writing. A person who cannot be told from another is refused: ECKID_KEY_TAKEN if somebody else of
 * that school and kind has one of the keys, ECKID_ECKID_TAKEN if somebody else of that school has
 * the ECK iD. At another school both may be: pupils move, and have another ECK iD in another
 * sector. ECKID_DIRECTORY_PERSON for a person without keys, or with words that are empty or too
 * long.
 */

eckid_err_t *eckid_directory_create(const eckid_directory_record_t **record,
                                    eckid_directory_t *directory, const eckid_school_t *school,
                                    const eckid_directory_person_t *person, const char *source,
                                    apr_time_t now, apr_pool_t *pool);

/* Replaces what is known of a person, and the school, if that changed. If nothing does, the record
 * is confirmed and keeps its version. Version must be the record's, or 0 for any:
 * ECKID_VERSION_CHANGED otherwise. *record is NULL if there is none with that id. */
eckid_err_t *eckid_directory_replace(const eckid_directory_record_t **record,
                                     eckid_directory_t *directory, const char *id,
                                     apr_uint64_t version, const eckid_school_t *school,
                                     const eckid_directory_person_t *person, const char *source,
                                     apr_time_t now, apr_pool_t *pool);

/* Version as above. *removed is 0 if there was none. */
eckid_err_t *eckid_directory_remove(apr_uint64_t *removed, eckid_directory_t *directory,
                                    const char *id, apr_uint64_t version, apr_pool_t *pool);

/* Bulk: everybody of some kinds at one school, all or nothing. What was added is kept beside the
 * records until the import is finished or abandoned, also over the end of this process. */

typedef struct eckid_directory_import_t eckid_directory_import_t;

typedef struct eckid_directory_changes_t {
    apr_uint64_t before;                     /* people of these kinds whom this source brought */
    apr_uint64_t added, changed, same, gone; /* gone: of those before, who was not added now */
} eckid_directory_changes_t;

/*
 * Begins an import of these kinds (const char *), or goes on with the one of the same school,
 * source and origin that was begun and not finished: position is the last one saved, 0 at the
 * beginning. Origin identifies the file, such as its digest; an import of another origin replaces
 * an unfinished one. The import lives in pool.
 */
eckid_err_t *eckid_directory_import_begin(eckid_directory_import_t **import, apr_uint64_t *position,
                                          eckid_directory_t *directory,
                                          const eckid_school_t *school,
                                          const apr_array_header_t *kinds, const char *source,
                                          const char *origin, apr_time_t now, apr_pool_t *pool);

/* Adds a person, found at that line of the file. ECKID_KEY_TAKEN and ECKID_ECKID_TAKEN, with both
 * lines, come with one of the next calls at the latest; a person who is added twice with the same
 * content counts once. Nothing of person is kept; pool is for the error. */
eckid_err_t *eckid_directory_import_add(eckid_directory_import_t *import,
                                        const eckid_directory_person_t *person, apr_uint64_t line,
                                        apr_pool_t *pool);

/* Everything added so far is kept, and an import that goes on gets this position. */
eckid_err_t *eckid_directory_import_save(eckid_directory_import_t *import, apr_uint64_t position,
                                         apr_pool_t *pool);

/* What finishing would change. */
eckid_err_t *eckid_directory_import_compare(eckid_directory_changes_t *changes,
                                            eckid_directory_import_t *import, apr_pool_t *pool);

/* Makes it so in one transaction; who is gone is removed. All who were added are confirmed now. */
eckid_err_t *eckid_directory_import_finish(eckid_directory_changes_t *changes,
                                           eckid_directory_import_t *import, apr_time_t now,
                                           apr_pool_t *pool);

eckid_err_t *eckid_directory_import_abandon(eckid_directory_import_t *import, apr_pool_t *pool);

/* For those who run it */

/* What the directory holds for a school, by kind and source. */
typedef struct eckid_directory_part_t {
    eckid_school_t school;
    const char *kind, *source;
    apr_uint64_t people, without_eckid;
    apr_time_t oldest, newest; /* when the one confirmed first, and last, was confirmed */
    apr_array_header_t *types; /* const char *: of the keys of the hundred confirmed last */
} eckid_directory_part_t;

/* eckid_directory_part_t, in the order of the schools. */
eckid_err_t *eckid_directory_status(apr_array_header_t **parts, eckid_directory_t *directory,
                                    apr_pool_t *pool);

/* The schools that have or had records: eckid_school_t. */
eckid_err_t *eckid_directory_schools(apr_array_header_t **schools, eckid_directory_t *directory,
                                     apr_pool_t *pool);

eckid_err_t *eckid_directory_remove_school(apr_uint64_t *removed, eckid_directory_t *directory,
                                           const eckid_school_t *school, apr_pool_t *pool);

/* How many people were not confirmed since then, at a school or (NULL) at all. */
eckid_err_t *eckid_directory_unconfirmed(apr_uint64_t *count, eckid_directory_t *directory,
                                         const eckid_school_t *school, apr_time_t since,
                                         apr_pool_t *pool);

/* Removes them. */
eckid_err_t *eckid_directory_purge(apr_uint64_t *removed, eckid_directory_t *directory,
                                   const eckid_school_t *school, apr_time_t since,
                                   apr_pool_t *pool);

/* Seals up to max records anew that the previous secret sealed. *sealed is 0 when there are none
 * left. ECKID_DIRECTORY_SCHEMA for a record that neither secret opens. */
eckid_err_t *eckid_directory_reseal(apr_uint64_t *sealed, eckid_directory_t *directory, int max,
                                    apr_pool_t *pool);

#endif
