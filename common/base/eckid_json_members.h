/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of a JSON object, each as its text has it. */
#ifndef ECKID_JSON_MEMBERS_H
#define ECKID_JSON_MEMBERS_H

#include <apr_tables.h>

#include "base/eckid_json.h"

typedef struct eckid_json_member_t {
    const char *name;
    eckid_bytes_t key, value; /* as in the text, quotes and all */
    json_t *parsed;           /* the value; NULL for a string that eckid_json_is_plain */
} eckid_json_member_t;

/* Reads an object (RFC 8259): all its members in the order of the text (eckid_json_member_t), also
 * those that are there twice; within a value that is an error. Numbers may have any size, and
 * strings NUL or half a surrogate pair: they are read as eckid_json_readable has them. What is
 * malformed in any other way, begins with a byte order mark or is no object, is an error with that
 * code. Callers bound the text. */
eckid_err_t *eckid_json_members(apr_array_header_t **members, eckid_bytes_t text, eckid_code_t code,
                                apr_pool_t *pool);

/* The error of a member that is there twice, and not the same. */
eckid_err_t *eckid_json_members_repeated(eckid_code_t code, apr_pool_t *pool);

#endif
