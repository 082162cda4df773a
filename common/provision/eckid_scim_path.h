/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of attributes, as in the members of a resource and the paths of a PATCH (RFC 7644 sections
 * 3.5.2 and 3.10): what of a person they mean. */
#ifndef ECKID_SCIM_PATH_H
#define ECKID_SCIM_PATH_H

#include "provision/eckid_scim_schema.h"

typedef enum eckid_scim_target_t {
    ECKID_SCIM_DROPPED,   /* an attribute that is not kept */
    ECKID_SCIM_READ_ONLY, /* id, meta, schemas: ours to set */
    ECKID_SCIM_EXTERNAL_ID,
    ECKID_SCIM_USER_NAME,
    ECKID_SCIM_ACTIVE,
    ECKID_SCIM_ECK_ID,
    ECKID_SCIM_EXTENSION, /* the object with the ECK iD in it, as a whole */
    ECKID_SCIM_CORE       /* the resource as a whole, by the URN of its schema */
} eckid_scim_target_t;

/*
 * What a path means. ECKID_SCIM_PATH if the grammar does not have it; if it means two things, as
 * when a URN is that of a schema and also that of an attribute of another; if it leads into an
 * attribute that has no parts; and if it names the ECK iD in a schema that is not configured, which
 * would otherwise be dropped without a word.
 */
eckid_err_t *eckid_scim_path_read(eckid_scim_target_t *target, const char *path,
                                  const eckid_scim_schema_t *schema, apr_pool_t *pool);

#endif
