/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What both kinds of login have in common: verified attributes that can be read and changed. */
#ifndef ECKID_ATTRIBUTES_H
#define ECKID_ATTRIBUTES_H

#include <apr_tables.h>

#include "model/eckid_attribute.h"
#include "base/eckid_codec.h"

/* How a kind of login is read and changed. Self is always something that was verified. */
typedef struct eckid_attributes_kind_t {
    /* The names of all attributes, each once, as they stand there (const char *). */
    apr_array_header_t *(*names)(const void *self, apr_pool_t *pool);
    /* The text of every value of that attribute (eckid_bytes_t); empty if there is none. */
    apr_array_header_t *(*values)(const void *self, const char *name, apr_pool_t *pool);
    /* Who logs in, by NameID or sub; or NULL. */
    const char *(*subject)(const void *self, apr_pool_t *pool);
    void (*remove)(void *self, const char *name, apr_pool_t *pool);
    /* Gives the attribute another name; values stay as they are. */
    void (*rename)(void *self, const char *name, const eckid_attribute_t *to, apr_pool_t *pool);
} eckid_attributes_kind_t;

/* A verified login, whatever its kind. Made by the files of the kinds alone. */
typedef struct eckid_attributes_t {
    const eckid_attributes_kind_t *kind;
    void *self;
} eckid_attributes_t;

static inline apr_array_header_t *eckid_attributes_names(eckid_attributes_t token, apr_pool_t *p)
{
    return token.kind->names(token.self, p);
}

static inline apr_array_header_t *eckid_attributes_values(eckid_attributes_t token,
                                                          const char *name, apr_pool_t *p)
{
    return token.kind->values(token.self, name, p);
}

static inline const char *eckid_attributes_subject(eckid_attributes_t token, apr_pool_t *p)
{
    return token.kind->subject(token.self, p);
}

static inline void eckid_attributes_remove(eckid_attributes_t token, const char *name,
                                           apr_pool_t *p)
{
    token.kind->remove(token.self, name, p);
}

static inline void eckid_attributes_rename(eckid_attributes_t token, const char *name,
                                           const eckid_attribute_t *to, apr_pool_t *p)
{
    token.kind->rename(token.self, name, to, p);
}

#endif
