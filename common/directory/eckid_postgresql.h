/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL, without waiting beyond a deadline. */
#ifndef ECKID_POSTGRESQL_H
#define ECKID_POSTGRESQL_H

#include "directory/eckid_sql.h"

/* The database is a connection string of libpq. It must exist; its tables need not. */
extern const eckid_sql_kind_t eckid_postgresql;

#endif
