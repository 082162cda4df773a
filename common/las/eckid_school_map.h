/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which school, and which LAS, an attribute of the login stands for: a map of many schools. */
#ifndef ECKID_SCHOOL_MAP_H
#define ECKID_SCHOOL_MAP_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "model/eckid_school.h"

#define ECKID_SCHOOL_MAP_MAX (1024 * 1024) /* bytes of a file */
#define ECKID_SCHOOL_MAP_WORD_MAX 256      /* bytes of a word; a key is what eckid_match can make */

/* What a line says. */
typedef struct eckid_school_map_entry_t {
    const char *key;
    eckid_school_t school;
    const char *las; /* the name of its LAS; NULL where the line names none */
    int line;        /* for messages */
} eckid_school_map_entry_t;

/* Read-only once made, and shared by threads. */
typedef struct eckid_school_map_t eckid_school_map_t;

/*
 * Reads the content of a file: on each line KEY TYPE VALUE, perhaps the name of a LAS, parted by
 * spaces or tabs; empty lines; and comments, from a word that begins with "#" to the end of the
 * line. ECKID_SCHOOL_MAP, naming file and line, for everything else: a key that stands there twice,
 * a wrong number of words, another type, bytes that are not visible ASCII, what is too long, a name
 * of a LAS that is not of letters, digits, ".", "_" and "-"; and a file without any school. Content
 * need not live on.
 */
eckid_err_t *eckid_school_map_make(eckid_school_map_t **schools, eckid_bytes_t content,
                                   const char *file, apr_pool_t *pool);

/* The school of a key, octet for octet; NULL when there is none. */
const eckid_school_map_entry_t *eckid_school_map_find(const eckid_school_map_t *schools,
                                                      const char *key);

/* All of them in the order of the file: const eckid_school_map_entry_t *. For a check of the names
 * of LASes.
 */
const apr_array_header_t *eckid_school_map_all(const eckid_school_map_t *schools);

#endif
