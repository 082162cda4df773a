/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between what SCIM says of a person and what the directory keeps. */
#ifndef ECKID_SCIM_PERSON_H
#define ECKID_SCIM_PERSON_H

#include "base/eckid_match.h"
#include "directory/eckid_directory.h"
#include "provision/eckid_scim_change.h"

/* The type of the key that a userName is. */
#define ECKID_SCIM_USER_NAME_TYPE "userName"

/* Who is of which kind, by externalId: SCIM does not say it. */
typedef struct eckid_scim_kind_t {
    const char *name;           /* such as "student" */
    const char *type;           /* of the key that externalId is, such as "NEPRI" */
    const eckid_match_t *match; /* for externalId as a whole; NULL: any */
} eckid_scim_kind_t;

/* The kind of that name; NULL if there is none. Kinds is a list of eckid_scim_kind_t. */
const eckid_scim_kind_t *eckid_scim_person_kind(const apr_array_header_t *kinds, const char *name);

/* The value of the person's key of that type; NULL if there is none. */
const char *eckid_scim_person_key(const eckid_directory_person_t *person, const char *type);

/*
 * The person that a change makes: of nobody (before is NULL), or of one who is known. Keys of other
 * types, which an import brought, stay. ECKID_SCIM_VALUE without an externalId, or with one that
 * no kind takes.
 */
eckid_err_t *eckid_scim_person_make(eckid_directory_person_t *person,
                                    const eckid_directory_person_t *before,
                                    const eckid_scim_change_t *change,
                                    const apr_array_header_t *kinds, apr_pool_t *pool);

#endif
