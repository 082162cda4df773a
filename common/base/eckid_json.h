/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wraps jansson: references belong to a pool, duplicate members are rejected. */
#ifndef ECKID_JSON_H
#define ECKID_JSON_H

#include <jansson.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The text without a byte order mark, which a parser may ignore (RFC 8259 section 8.1). */
static inline eckid_bytes_t eckid_json_unmarked(eckid_bytes_t text)
{
    const bool is_marked = text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0;

    return is_marked ? eckid_bytes(text.data + 3, text.len - 3) : text;
}

/* Parses an RFC 8259 text whose top is an object. Returns an error with that code for anything
 * else, for a duplicate member, NUL in a string, invalid UTF-8, or depth beyond jansson's limit.
 * The pool owns the reference. */
eckid_err_t *eckid_json_parse(json_t **object, eckid_bytes_t text, eckid_code_t code,
                              apr_pool_t *pool);

/* The same for a text whose top is an object or an array. */
eckid_err_t *eckid_json_parse_any(json_t **value, eckid_bytes_t text, eckid_code_t code,
                                  apr_pool_t *pool);

/* The object in a text, for those who only look what it may be about: of a member that is there
 * twice the last one counts, and what jansson cannot hold is no obstacle. False when it is none. */
bool eckid_json_peek(json_t **object, eckid_bytes_t text, apr_pool_t *pool);

/* A member's value; NULL if it is absent or null, which some servers write for what is absent. */
json_t *eckid_json_value(const json_t *object, const char *name);

/* Whether the text is UTF-8, so that JSON can hold it. */
bool eckid_json_holds(const char *text);

/* Whether a text stands for itself between quotes, as a token does: ASCII without anything to
 * escape. */
bool eckid_json_is_plain(eckid_bytes_t text);

/* Passes the caller's reference to the pool. Never NULL: value is NULL only if memory ran out, and
 * then the process aborts. */
json_t *eckid_json_own(json_t *value, apr_pool_t *pool);

/* The value as compact JSON, with members in the order in which they were set. */
eckid_bytes_t eckid_json_print(const json_t *value, apr_pool_t *pool);

#endif
