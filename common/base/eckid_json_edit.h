/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object whose members can be set and removed, while all others stay as they were written.
 */
#ifndef ECKID_JSON_EDIT_H
#define ECKID_JSON_EDIT_H

#include <apr_tables.h>

#include "base/eckid_json.h"

/* The longest text that is read; bytes. */
#define ECKID_JSON_EDIT_MAX (256 * 1024)

typedef struct eckid_json_edit_t eckid_json_edit_t;

/*
 * Parses. Refused with code: what eckid_json_parse refuses, and what is too long. Numbers of any
 * length are taken: they are not computed with, and what is not changed is printed as it was
 * written. The text must live as long as pool.
 */
eckid_err_t *eckid_json_edit_parse(eckid_json_edit_t **object, eckid_bytes_t text,
                                   eckid_code_t code, apr_pool_t *pool);

/* One without members. */
eckid_json_edit_t *eckid_json_edit_make(apr_pool_t *pool);

/* The names of all members in the order of the text (const char *). */
apr_array_header_t *eckid_json_edit_names(const eckid_json_edit_t *object, apr_pool_t *pool);

/* A member's value; NULL when there is none. Integers are reals: use json_number_value. */
const json_t *eckid_json_edit_get(const eckid_json_edit_t *object, const char *name);

/* A member that is a string; NULL when there is none or it is something else. */
const char *eckid_json_edit_string(const eckid_json_edit_t *object, const char *name);

/* A member's value as it is written; empty when there is none. */
eckid_bytes_t eckid_json_edit_text(const eckid_json_edit_t *object, const char *name);

void eckid_json_edit_remove(eckid_json_edit_t *object, const char *name);

/* Gives a member another name. What had that name before is removed. */
void eckid_json_edit_rename(eckid_json_edit_t *object, const char *name, const char *to,
                            apr_pool_t *pool);

/* Makes it a member with that value, in its old place or at the end. Takes over the reference. */
void eckid_json_edit_set(eckid_json_edit_t *object, const char *name, json_t *value,
                         apr_pool_t *pool);

/* The same with a value as it is to be written, which must be JSON; reading does not see it. */
void eckid_json_edit_set_text(eckid_json_edit_t *object, const char *name, eckid_bytes_t value,
                              apr_pool_t *pool);

/* The text: members in their order, without white space between them. */
eckid_bytes_t eckid_json_edit_print(const eckid_json_edit_t *object, apr_pool_t *pool);

#endif
