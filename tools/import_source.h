/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where eckid-import has its people from: a file in one of the formats, or what a LAS sent. */
#ifndef IMPORT_SOURCE_H
#define IMPORT_SOURCE_H

#include "provision/eckid_import.h"
#include "provision/eckid_spool.h"

typedef enum import_format_t { IMPORT_UWLR, IMPORT_CSV, IMPORT_EDUV } import_format_t;

/* The format by the end of a file's name: .csv, .json, or UWLR. */
import_format_t import_source_format(const char *name);

/* Its name, which is the usual source of its people; and the usual options --key, ended by NULL. */
const char *import_source_name(import_format_t format);
const char *const *import_source_keys(import_format_t format);

/* How files are read. */
typedef struct import_reading_t {
    import_format_t format;
    eckid_bulk_expected_t expected;   /* not for EDUV, which does not say it */
    const apr_array_header_t *wanted; /* the fields of CSV */
    char separator;                   /* of CSV */
    const char *kind;                 /* of all people of EDUV */
} import_reading_t;

/* Reading must live as long as the file. ECKID_FILE. */
eckid_err_t *import_source_open(eckid_import_file_t *file, const char *name,
                                import_reading_t *reading, apr_pool_t *pool);

/* The same for what was fetched; name is for messages. */
void import_source_spool(eckid_import_file_t *file, const char *name, eckid_spool_t *spool,
                         import_reading_t *reading);

#endif
