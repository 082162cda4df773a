/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps the value of an attribute to a school and a LAS, for servers with many schools. */
#ifndef ECKID_SCHOOL_MAP_H
#define ECKID_SCHOOL_MAP_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "model/eckid_school.h"

#define ECKID_SCHOOL_MAP_MAX (1024 * 1024) /* bytes of a file */
#define ECKID_SCHOOL_MAP_WORD_MAX                                                                  \
    256 /* bytes of a word; the longest key that eckid_match makes                                 \
         */

/* The content of a line. */
typedef struct eckid_school_map_entry_t {
    const char *key;
    eckid_school_t school;
    const char *las; /* the name of its LAS; NULL if the line has none */
    int line;        /* for messages */
} eckid_school_map_entry_t;

/* Read-only once made, and shared by threads. */
typedef struct eckid_school_map_t eckid_school_map_t;

/*
 * Reads the content of a file. A line is KEY TYPE VALUE and optionally the name of a LAS, separated
 * by spaces or tabs. Lines may be empty; a word that begins with "#" starts a comment to the end of
 * the line. ECKID_SCHOOL_MAP, with file and line, for a duplicate key, a wrong number of words, an
 * unknown type, bytes that are not visible ASCII, a word that is too long, an invalid name of a
 * LAS, and a file without any school. Content may be freed afterwards.
 */
eckid_err_t *eckid_school_map_make(eckid_school_map_t **schools, eckid_bytes_t content,
                                   const char *file, apr_pool_t *pool);

/* The school of a key, compared byte for byte; NULL if there is none. */
const eckid_school_map_entry_t *eckid_school_map_find(const eckid_school_map_t *schools,
                                                      const char *key);

/* All entries in the order of the file: const eckid_school_map_entry_t *. For checking the names of
 * LASes. */
const apr_array_header_t *eckid_school_map_all(const eckid_school_map_t *schools);

#endif
