/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shape in which people are pushed: the names of resource, schemas and ECK iD. */
#ifndef ECKID_SCIM_SCHEMA_H
#define ECKID_SCIM_SCHEMA_H

#include <stdbool.h>

#include "base/eckid_json.h"

/* Vendors differ in all of it. Read-only, shared by threads. */
typedef struct eckid_scim_schema_t {
    const char *resource;  /* the resource type, such as "User" or "EduUser" */
    const char *endpoint;  /* its endpoint, such as "/Users" */
    const char *core;      /* the URN of its schema */
    const char *extension; /* the URN of the schema that has the ECK iD; NULL: core has it */
    const char *attribute; /* the name of the ECK iD there, such as "eckId" */
    bool pilot;            /* whether ECK iDs of the pilot label are accepted */
} eckid_scim_schema_t;

/* RFC 7643's User with an extension of our own. */
extern const eckid_scim_schema_t eckid_scim_schema_user;

/* Magister's EduUser, which has the ECK iD in itself. */
extern const eckid_scim_schema_t eckid_scim_schema_edu_user;

/* What RFC 7644 section 4 lets clients ask about us, as JSON; base is the URL of the service. The
 * pool owns the references. */
json_t *eckid_scim_schema_config(const char *base, apr_pool_t *pool);
json_t *eckid_scim_schema_resource_type(const eckid_scim_schema_t *schema, const char *base,
                                        apr_pool_t *pool);

/* The schema with that URN, in any case; NULL if it is none of ours. */
json_t *eckid_scim_schema_find(const eckid_scim_schema_t *schema, const char *urn, const char *base,
                               apr_pool_t *pool);

#endif
