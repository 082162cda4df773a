/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configured kinds of people who have ECK iDs, in the order of the configuration. */
#ifndef MOD_ECKID_KINDS_H
#define MOD_ECKID_KINDS_H

#include "conf/mod_eckid_config.h"
#include "decision/eckid_person.h"

/* What the directives say about one kind. */
typedef struct mod_eckid_kind_t {
    const char *name;               /* NULL: students */
    apr_array_header_t *conditions; /* eckid_condition_t; NULL if there are none */
    const eckid_kind_t *key;        /* source, match and type of the key; NULL if there is none */
} mod_eckid_kind_t;

/* The kind of that name (see eckid_person_key_t), which is added if it is new. Kinds may point to
 * NULL. */
mod_eckid_kind_t *mod_eckid_kinds_get(apr_array_header_t **kinds, const char *name,
                                      apr_pool_t *pool);

/* Inner scopes (add) come first for each part of a kind; order is that of base, and then of add.
 * Either may be NULL. */
apr_array_header_t *mod_eckid_kinds_merge(apr_array_header_t *base, apr_array_header_t *add,
                                          apr_pool_t *pool);

/* The kinds that have a key, for the library; NULL if there are none. */
const eckid_kind_t *mod_eckid_kinds_make(const mod_eckid_dir_t *dir, apr_pool_t *pool);

/* Whether any kind, or the one with that name, has a key. */
bool mod_eckid_kinds_any(const mod_eckid_dir_t *dir);
bool mod_eckid_kinds_has(const mod_eckid_dir_t *dir, const char *name);

#endif
