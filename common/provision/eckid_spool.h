/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a LAS sends, kept while it is read twice: sealed, in a file without a name. */
#ifndef ECKID_SPOOL_H
#define ECKID_SPOOL_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* Bytes that are first all added and then read, in memory that does not grow with them. On disk
 * they are encrypted by a key that only this process has. */
typedef struct eckid_spool_t eckid_spool_t;

/* Makes an empty one in the folder for temporary files (TMPDIR); it is gone with the pool, and also
 * if the process is killed. ECKID_SPOOL. */
eckid_err_t *eckid_spool_make(eckid_spool_t **spool, apr_pool_t *pool);

/* Adds bytes behind the others; self is an eckid_spool_t. ECKID_SPOOL, in pool of the spool. */
eckid_err_t *eckid_spool_add(void *self, eckid_bytes_t next);

/* Begins to read at the beginning; nothing can be added any more. False if that cannot be done. */
bool eckid_spool_rewind(void *self);

/* Reads at most room bytes; 0 at the end, negative if they cannot be read or are not what was
 * written. As eckid_bulk_input_t wants it. */
int eckid_spool_read(void *self, char *buffer, int room);

#endif
