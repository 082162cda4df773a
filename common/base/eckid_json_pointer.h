/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A JSON Pointer (RFC 6901) and its evaluation. */
#ifndef ECKID_JSON_POINTER_H
#define ECKID_JSON_POINTER_H

#include <stdbool.h>
#include <apr_pools.h>
#include <jansson.h>

typedef struct eckid_json_pointer_t eckid_json_pointer_t;

/* NULL if the text is not a JSON Pointer in its string form (section 5), or is longer than 512
 * bytes. "" points to the whole document. */
eckid_json_pointer_t *eckid_json_pointer_make(const char *text, apr_pool_t *pool);

/*
 * Finds the value at the pointer; *found is NULL if there is none. False, with *found not written,
 * if the path leads through an array with more than one element: their order has no meaning, so
 * that picking one would be arbitrary.
 */
bool eckid_json_pointer_find(const json_t **found, const eckid_json_pointer_t *pointer,
                             const json_t *whole);

#endif
