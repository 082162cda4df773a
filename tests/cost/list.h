/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Input that is one long list, and where it can stand. */
#ifndef LIST_H
#define LIST_H

#include "scene.h"

/* Where a list can stand: how its input is made, before anything is measured, and then judged. */
typedef struct place_t {
    eckid_bytes_t (*make)(const char *text);

    /* What became of it, in words, for people. All that it allocates is in p. */
    const char *(*judge)(const scene_t *scene, eckid_bytes_t input, apr_pool_t *p);
} place_t;

/* What stands before the list, one element, in which each "@" is replaced by its number, and what
 * stands behind it. */
typedef struct list_t {
    const char *name;
    const place_t *where;
    const char *element;
    const char *before, *after; /* NULL for nothing */
    const char *also;           /* the element of a second list, of the same size, behind both */
    const char *end;            /* and what stands behind that */
} list_t;

/* As many elements as make that size, in bytes; half as many of each if there are two lists. */
const char *list_text(const list_t *list, apr_size_t size);

#endif
