/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jansson at arm's length: references tied to a pool, duplicate members refused. */
#ifndef ECKID_JSON_H
#define ECKID_JSON_H

#include <jansson.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* Parses an RFC 8259 text whose top is an object. Refused with code: anything else, a member named
 * twice, NUL in a string, bad UTF-8, depth beyond jansson's own bound. The reference is pool's. */
eckid_err_t *eckid_json_parse(json_t **object, eckid_bytes_t text, eckid_code_t code,
                              apr_pool_t *pool);

/* The same for a text whose top is an object or an array. */
eckid_err_t *eckid_json_parse_any(json_t **value, eckid_bytes_t text, eckid_code_t code,
                                  apr_pool_t *pool);

/* Whether JSON can hold the text: whether it is UTF-8. */
bool eckid_json_holds(const char *text);

/* Hands the caller's reference to the pool. Never NULL: a NULL value is out of memory and aborts.
 */
json_t *eckid_json_own(json_t *value, apr_pool_t *pool);

/* The value in the shortest form, members in the order they were set. */
eckid_bytes_t eckid_json_print(const json_t *value, apr_pool_t *pool);

#endif
