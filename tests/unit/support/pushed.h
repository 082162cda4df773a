/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory of a few people, for unit tests. */
#ifndef PUSHED_H
#define PUSHED_H

#include "directory/eckid_directory.h"
#include "support/databases.h"

#define PUSHED_NOW apr_time_from_sec(1788165000)
#define PUSHED_SECRET "the directory's secret of more than 32 bytes"

extern const eckid_school_t pushed_school, pushed_other;

/* A directory on a new database of that kind, with its tables. */
eckid_directory_t *pushed_directory(int kind);

/* The same on a database that may be there already; the second secret may be NULL. */
eckid_directory_t *pushed_open(const char *database, const char *secret, const char *previous);

/* The ECK iD with that number. */
eckid_eck_id_t pushed_eckid(int number);

/* A student: a key NEPRI with that name, and an ECK iD, or none for 0. */
eckid_directory_person_t pushed_person(const char *name, int number);

/* The same with another key, too. */
eckid_directory_person_t pushed_person_with(const char *name, int number, const char *type,
                                            const char *key);

/* Creates such a person at pushed_school; the id. */
const char *pushed_add(eckid_directory_t *directory, const char *name, int number);

/* A script that somebody runs who can write to the database and has no secret. */
void pushed_tamper(const char *database, const char *script);

/* Such a one: the people of the sources "one" and "two" have each other's ids. */
extern const char pushed_swap[];

/* The student with that key NEPRI at pushed_school; or NULL. */
const eckid_directory_record_t *pushed_find(eckid_directory_t *directory, const char *name);

#endif
