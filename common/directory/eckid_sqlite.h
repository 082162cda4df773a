/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQLite, with a journal that readers need not wait for. */
#ifndef ECKID_SQLITE_H
#define ECKID_SQLITE_H

#include "directory/eckid_sql.h"

/* The database is a path. A new file can be read by its owner only. */
extern const eckid_sql_kind_t eckid_sqlite;

#endif
