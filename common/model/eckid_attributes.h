/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributes of a verified login, with functions that both SAML and OpenID Connect
 * implement. */
#ifndef ECKID_ATTRIBUTES_H
#define ECKID_ATTRIBUTES_H

#include <apr_tables.h>

#include "model/eckid_attribute.h"
#include "base/eckid_codec.h"

/* How to read and change the attributes of one kind of login. Self is always verified. */
typedef struct eckid_attributes_kind_t {
    /* The names of all attributes without duplicates, in their order (const char *). */
    apr_array_header_t *(*names)(const void *self, apr_pool_t *pool);
    /* The text of each value of that attribute (eckid_bytes_t); empty if there are none. */
    apr_array_header_t *(*values)(const void *self, const char *name, apr_pool_t *pool);
    /* The NameID or sub, or NULL. */
    const char *(*subject)(const void *self, apr_pool_t *pool);
    void (*remove)(void *self, const char *name, apr_pool_t *pool);
    /* Renames the attribute; its values stay. */
    void (*rename)(void *self, const char *name, const eckid_attribute_t *to, apr_pool_t *pool);
} eckid_attributes_kind_t;

/* The attributes of a verified login. Only the implementations of a kind make one. */
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
