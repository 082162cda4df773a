/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV as RFC 4180 has it, strictly, record by record. */
#ifndef ECKID_CSV_H
#define ECKID_CSV_H

#include "provision/eckid_bulk.h"

#define ECKID_CSV_COLUMNS 256
#define ECKID_CSV_FIELD_MAX 4096 /* bytes */

/*
 * Reads people in memory that does not grow with the file. The first record names the columns: one
 * is "eckid"; "kind", "school" and "year" may be there; each other one is a field of a row if it is
 * wanted (const char *, case counts), and dropped otherwise. Without "kind" all are students. An
 * empty eckid means that there is none. Lines end with LF or CRLF; the separator is that one
 * character; a byte order mark of UTF-8 is skipped.
 *
 * ECKID_BULK, with the line: a quote within a field without quotes or behind its end, a record with
 * fewer or more fields than the first, a column that occurs twice, no column "eckid" or none that
 * is wanted, a NUL, a field longer than ECKID_CSV_FIELD_MAX, an end within quotes, another school
 * or year than the expected one. What the sink refuses.
 */
eckid_err_t *eckid_csv_read(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                            const eckid_bulk_expected_t *expected, const apr_array_header_t *wanted,
                            char separator, const eckid_bulk_sink_t *sink, apr_pool_t *pool);

#endif
