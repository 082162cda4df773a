/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of the directory, and their version. */
#ifndef ECKID_DIRECTORY_SCHEMA_H
#define ECKID_DIRECTORY_SCHEMA_H

#include "directory/eckid_sql.h"

/* A change to the tables is a script in the .c file, and one more here. */
#define ECKID_DIRECTORY_SCHEMA_VERSION 1

/* The version of the tables; 0 if there are none. */
eckid_err_t *eckid_directory_schema_version(int *version, const eckid_sql_session_t *session);

/* Makes the tables, or changes those of a known older version. Within a transaction. */
eckid_err_t *eckid_directory_schema_make(int version, const eckid_sql_session_t *session);

/* For who is about to write: ECKID_DIRECTORY_SCHEMA unless the tables, which exist, are still those
 * of this program. Another server may have changed them. */
eckid_err_t *eckid_directory_schema_demand(const eckid_sql_session_t *session);

/* ECKID_DIRECTORY_SCHEMA with the hint that fits, unless the version is the one of this program. */
eckid_err_t *eckid_directory_schema_check(int version, apr_pool_t *pool);

#endif
