/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON object of which members can be set and removed, while the others stay byte for byte. */
#ifndef ECKID_JSON_EDIT_H
#define ECKID_JSON_EDIT_H

#include <apr_tables.h>

#include "base/eckid_json.h"

/* The longest accepted text, in bytes. */
#define ECKID_JSON_EDIT_MAX (256 * 1024)

typedef struct eckid_json_edit_t eckid_json_edit_t;

/*
 * Parses an object. Returns an error with that code for what eckid_json_parse rejects, and for a
 * text that is too long. But a member that is there twice, byte for byte the same, counts and is
 * printed once: iss in Keycloak's JARM is such a one. Numbers may have any size, and strings NUL or
 * half a surrogate pair: they are read as eckid_json_readable has them, and members that do not
 * change are printed as they were written. An object is for one thread, also to read.
 */
eckid_err_t *eckid_json_edit_parse(eckid_json_edit_t **object, eckid_bytes_t text,
                                   eckid_code_t code, apr_pool_t *pool);

/* An object without members. */
eckid_json_edit_t *eckid_json_edit_make(apr_pool_t *pool);

/* The names of all members in the order of the text (const char *). */
apr_array_header_t *eckid_json_edit_names(const eckid_json_edit_t *object, apr_pool_t *pool);

/* The value of a member, or NULL. Integers are reals: use json_number_value. It lives as long as
 * the pool of the object, also after the member was changed. */
const json_t *eckid_json_edit_get(const eckid_json_edit_t *object, const char *name);

/* The same, but NULL for null too, which some servers write for what is absent. */
const json_t *eckid_json_edit_value(const eckid_json_edit_t *object, const char *name);

/* Whether a member is there, and not null. */
bool eckid_json_edit_has(const eckid_json_edit_t *object, const char *name);

/* The string of a member; NULL if there is none or it is not a string. */
const char *eckid_json_edit_string(const eckid_json_edit_t *object, const char *name);

/* The text of a member's value; empty if there is none. */
eckid_bytes_t eckid_json_edit_text(const eckid_json_edit_t *object, const char *name);

void eckid_json_edit_remove(eckid_json_edit_t *object, const char *name);

/* Renames a member. Another member that already has the new name is removed. */
void eckid_json_edit_rename(eckid_json_edit_t *object, const char *name, const char *to,
                            apr_pool_t *pool);

/* Sets a member, in its old place or at the end. Takes over the reference. */
void eckid_json_edit_set(eckid_json_edit_t *object, const char *name, json_t *value,
                         apr_pool_t *pool);

/* The same with a string in UTF-8; another one becomes null. */
void eckid_json_edit_set_string(eckid_json_edit_t *object, const char *name, const char *value,
                                apr_pool_t *pool);

/* Sets a member to a value that is already JSON text. The functions for reading see null. */
void eckid_json_edit_set_text(eckid_json_edit_t *object, const char *name, eckid_bytes_t value,
                              apr_pool_t *pool);

/* The object as text: members in their order, without white space between them. */
eckid_bytes_t eckid_json_edit_print(const eckid_json_edit_t *object, apr_pool_t *pool);

#endif
