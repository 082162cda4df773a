/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People from a file or a list: what every reader of one hands out, and how keys are made of it. */
#ifndef ECKID_BULK_H
#define ECKID_BULK_H

#include "base/eckid_match.h"
#include "directory/eckid_directory.h"
#include "model/eckid_finding.h"

#define ECKID_BULK_FIELDS 16     /* at most, that a reader keeps of a person */
#define ECKID_BULK_FIELD_MAX 512 /* bytes of a value; a longer one is refused */

/* Where the bytes come from. */
typedef struct eckid_bulk_input_t {
    const char *name; /* of the file, for messages */
    /* Reads at most room bytes; 0 at the end, negative for an error. */
    int (*read)(void *self, char *buffer, int room);
    void *self;
} eckid_bulk_input_t;

/* What the file must say that it is about, as far as its format can say it. */
typedef struct eckid_bulk_expected_t {
    const char *school; /* BRIN with or without branch, or the key of the school: as in the file */
    const char *year;   /* such as "2026-2027"; NULL: any */
} eckid_bulk_expected_t;

/* A value from which a key can be made, such as gebruikersnaam. */
typedef struct eckid_bulk_field_t {
    const char *name, *value; /* UTF-8; value is not empty */
} eckid_bulk_field_t;

/* A person, as the file has it. */
typedef struct eckid_bulk_row_t {
    const char *kind;
    eckid_bulk_field_t fields[ECKID_BULK_FIELDS];
    int count;
    const char *eckid; /* not checked yet; NULL if there is none */
    apr_uint64_t line;
} eckid_bulk_row_t;

/* Who gets the people, one after the other. Nothing of row is kept; pool is for the error. An error
 * ends the reading. */
typedef struct eckid_bulk_sink_t {
    eckid_err_t *(*add)(void *self, const eckid_bulk_row_t *row, apr_pool_t *pool);
    void *self;
} eckid_bulk_sink_t;

/* What a file was found to be. */
typedef struct eckid_bulk_found_t {
    apr_array_header_t *kinds; /* const char *: those it has everybody of, even if that is nobody */
    bool unchanged;            /* there are no people in it, as nothing has changed */
} eckid_bulk_found_t;

/* How a kind of people is known at logins: the key that is made of a field. */
typedef struct eckid_bulk_rule_t {
    const char *kind;  /* NULL: all kinds */
    const char *field; /* such as "gebruikersnaam" */
    const eckid_match_t *match;
    const char *type; /* of the key, such as "NEPPI" */
} eckid_bulk_rule_t;

/* Adds a field, unless the value is empty. False if there are too many, or the value is too long
 * or not UTF-8 without control characters. The strings must live as long as the row. */
bool eckid_bulk_add_field(eckid_bulk_row_t *row, const char *name, eckid_bytes_t value,
                          apr_pool_t *pool);

/* ECKID_BULK, with file, line and what is wrong there. */
eckid_err_t *eckid_bulk_wrong(const eckid_bulk_input_t *input, apr_uint64_t line, const char *what,
                              apr_pool_t *pool);

/*
 * The person of a row, with the keys that rules (eckid_bulk_rule_t) make of its fields, in their
 * order and each once; keys has no element if they make none. ECKID_BULK for a value at eckid that
 * is not an ECK iD. Pilot allows the pilot label.
 */
eckid_err_t *eckid_bulk_person(eckid_directory_person_t *person, const eckid_bulk_row_t *row,
                               const apr_array_header_t *rules, bool pilot,
                               const eckid_bulk_input_t *input, apr_pool_t *pool);

/* Notes that the file has everybody of a kind. */
void eckid_bulk_found_kind(eckid_bulk_found_t *found, const char *kind, apr_pool_t *pool);

#endif
