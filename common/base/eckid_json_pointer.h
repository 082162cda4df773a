/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON Pointer (RFC 6901), and what it finds. */
#ifndef ECKID_JSON_POINTER_H
#define ECKID_JSON_POINTER_H

#include <stdbool.h>
#include <apr_pools.h>
#include <jansson.h>

typedef struct eckid_json_pointer_t eckid_json_pointer_t;

/* NULL when the text is no JSON Pointer in its string form (section 5), or longer than 512 bytes.
 * "" is one: the whole. */
eckid_json_pointer_t *eckid_json_pointer_make(const char *text, apr_pool_t *pool);

/*
 * What the pointer leads to; *found is NULL when there is no such thing. False, and *found is not
 * written, when the way leads through an array that holds more than one element: which of them is
 * then a matter of chance, and none is taken.
 */
bool eckid_json_pointer_find(const json_t **found, const eckid_json_pointer_t *pointer,
                             const json_t *whole);

#endif
