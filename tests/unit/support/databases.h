/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real databases, new and empty for each test. */
#ifndef DATABASES_H
#define DATABASES_H

#include "unit.h"

enum { DATABASE_SQLITE, DATABASE_POSTGRESQL, DATABASES };

/* Starts PostgreSQL, once in a run. */
void databases_start(void);

/* A case that can ask for databases. */
static inline TCase *databases_case(Suite *suite, const char *name)
{
    TCase *tcase = unit_case(suite, name);

    tcase_add_unchecked_fixture(tcase, databases_start, NULL);
    return tcase;
}

/* How the directory names a new database of that kind. */
const char *database_make(int kind);

/* The folder of this run, for files that tests make. */
const char *databases_folder(void);

/* A name that no other test of this run has or had. The number of a process would not do: on a busy
 * machine it is soon given to another one. */
const char *databases_name(void);

#endif
