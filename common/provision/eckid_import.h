/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Brings everybody of a school from a file into the directory: all or nothing. */
#ifndef ECKID_IMPORT_H
#define ECKID_IMPORT_H

#include "provision/eckid_bulk.h"

/* A file and what knows its format. */
typedef struct eckid_import_file_t {
    eckid_bulk_input_t input;
    bool (*rewind)(void *self); /* self is input's; false if the file cannot be read again */
    eckid_err_t *(*read)(eckid_bulk_found_t *found, const eckid_bulk_input_t *input,
                         const eckid_bulk_sink_t *sink, void *format, apr_pool_t *pool);
    void *format;
} eckid_import_file_t;

typedef struct eckid_import_setup_t {
    eckid_directory_t *directory;
    const eckid_school_t *school;
    const char *source;              /* whose people these are: who is gone from it is removed */
    const apr_array_header_t *rules; /* eckid_bulk_rule_t */
    const char *settings; /* the text of rules and format: an import goes on with the same only */
    bool pilot;
    bool dry;    /* only says what would change */
    bool forced; /* also if too much would change */
    int share;   /* per cent of those of before, of whom more may not change or be gone */
    void (*progress)(void *self, apr_uint64_t people, bool is_check); /* may be NULL */
    void *self;
} eckid_import_setup_t;

typedef struct eckid_import_result_t {
    apr_uint64_t people, without_key, without_eckid; /* in the file; without_key: passed over */
    apr_uint64_t resumed;                            /* so many were there of an earlier run */
    bool unchanged; /* the LAS says that nothing has changed: nothing was done */
    bool held;      /* too much would change: nothing was done, and forced goes on from here */
    bool done;
    eckid_directory_changes_t changes;
} eckid_import_result_t;

/*
 * Reads the file twice: first all of it is checked, then it is brought in. An interrupted run of
 * the same file goes on where it was saved. The errors of the reader and of eckid_directory.h;
 * ECKID_BULK also if nobody in it has a key, or if it has changed while it was read. With any error
 * the people in the directory are who they were.
 */
eckid_err_t *eckid_import_run(eckid_import_result_t *result, const eckid_import_file_t *file,
                              const eckid_import_setup_t *setup, apr_time_t now, apr_pool_t *pool);

#endif
