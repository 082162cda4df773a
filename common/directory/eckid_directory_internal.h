/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the directory share. */
#ifndef ECKID_DIRECTORY_INTERNAL_H
#define ECKID_DIRECTORY_INTERNAL_H

#include "directory/eckid_directory_seal.h"
#include "directory/eckid_sql.h"

/* A secret, with the name by which records tell it. */
typedef struct eckid_generation_t {
    const eckid_secret_t *secret;
    eckid_digest_t name;
} eckid_generation_t;

struct eckid_directory_t {
    eckid_sql_t *sql;
    eckid_generation_t generations[2]; /* the current one, and perhaps the previous one */
    int generation_count;
};

/* A digest as a parameter. */
static inline eckid_sql_value_t eckid_directory_value(const eckid_digest_t *digest)
{
    return eckid_sql_blob(digest, sizeof(*digest));
}

/* The columns that eckid_directory_open_row reads, of the table p. */
#define ECKID_DIRECTORY_COLUMNS                                                                    \
    "p.id, p.school, p.kind, p.first, p.sealed, p.secret, p.source, p.version, p.created, "        \
    "p.changed, p.confirmed"
#define ECKID_DIRECTORY_COLUMN_COUNT 11

/* ECKID_DIRECTORY_SCHEMA, for a row with content that we did not put there. */
eckid_err_t *eckid_directory_bad_record(const char *what, apr_pool_t *pool);

/* ECKID_DIRECTORY_SCHEMA if none of our secrets opens the row. */
eckid_err_t *eckid_directory_open_row(eckid_directory_record_t **record,
                                      const eckid_directory_t *directory,
                                      const eckid_sql_result_t *result, int row, apr_pool_t *pool);

/* NULL if there is no record with that id. */
eckid_err_t *eckid_directory_read_id(eckid_directory_record_t **record,
                                     const eckid_directory_t *directory, const char *id,
                                     const eckid_sql_session_t *session);

/* Makes others who write at that school wait until this transaction has ended.
 * ECKID_DIRECTORY_SCHEMA if the tables are not those of this program. */
eckid_err_t *eckid_directory_hold(const char *school, const eckid_sql_session_t *session);

/* Writes an id of random digits. */
eckid_err_t *eckid_directory_new_id(char id[ECKID_DIRECTORY_ID + 1], apr_pool_t *pool);

/* Writes a person in the place of one who may be there; id, school, source, version and times are
 * those of record. */
eckid_err_t *eckid_directory_write_record(const eckid_directory_t *directory,
                                          const eckid_directory_record_t *record,
                                          const eckid_sql_session_t *session);

/* Seals up to max records of a school, or (NULL) of all, with the current secret. */
eckid_err_t *eckid_directory_reseal_some(apr_uint64_t *sealed, eckid_directory_t *directory,
                                         const char *school, int max, apr_pool_t *pool);

#endif
