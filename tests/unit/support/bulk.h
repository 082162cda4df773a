/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files of people in memory, and who was found in them. */
#ifndef BULK_H
#define BULK_H

#include "provision/eckid_import.h"

/* A file that hands out its text in pieces. */
typedef struct bulk_file_t {
    const char *text;
    apr_size_t len, at, piece;
    int reads;         /* how often it was begun */
    const char *other; /* its text from the second reading on; NULL: the same */
} bulk_file_t;

eckid_bulk_input_t bulk_input(bulk_file_t *file, const char *text, apr_size_t piece);
bool bulk_rewind(void *self);

/* A sink that writes each row as "line kind name=value ... eckid" behind the others. */
typedef struct bulk_rows_t {
    const char *text;
    int count;
    eckid_code_t fails; /* at the first row, unless 0 */
} bulk_rows_t;

eckid_bulk_sink_t bulk_sink(bulk_rows_t *rows);

#endif
