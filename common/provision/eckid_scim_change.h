/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a push says about a person: only what is kept, and only in a form that is good. */
#ifndef ECKID_SCIM_CHANGE_H
#define ECKID_SCIM_CHANGE_H

#include "model/eckid_eck_id.h"
#include "provision/eckid_scim_json.h"
#include "provision/eckid_scim_schema.h"

/* The longest externalId or userName, in bytes; a login cannot make a longer key either. */
#define ECKID_SCIM_NAME_MAX 256

typedef enum eckid_scim_verb_t {
    ECKID_SCIM_KEEP, /* nothing is said about it */
    ECKID_SCIM_SET,
    ECKID_SCIM_CLEAR
} eckid_scim_verb_t;

typedef struct eckid_scim_said_t {
    eckid_scim_verb_t verb;
    const char *text; /* with SET: UTF-8 without control characters */
} eckid_scim_said_t;

typedef struct eckid_scim_change_t {
    eckid_scim_said_t external_id, user_name;
    eckid_scim_verb_t eck_id_verb;
    eckid_eck_id_t eck_id; /* with SET */
} eckid_scim_change_t;

/*
 * Reads a resource, of a POST or PUT: what it does not say is CLEAR. Names, addresses and all else
 * that is not kept are dropped here. An ECK iD may stand in the schema that has it or at the top;
 * active=false says that the person is to have none. ECKID_SCIM_SYNTAX if schemas do not name one
 * of ours; ECKID_SCIM_VALUE for an ECK iD that is malformed, a stampseudoniem or there twice, and
 * for other values of a wrong type; ECKID_SCIM_PATH as for eckid_scim_path_read. The strings live
 * as long as the body.
 */
eckid_err_t *eckid_scim_change_from_resource(eckid_scim_change_t *change, const json_t *body,
                                             const eckid_scim_schema_t *schema, apr_pool_t *pool);

/* Reads the operations of a PATCH (RFC 7644 section 3.5.2) in their order; what they do not say is
 * KEEP. The same errors, and ECKID_SCIM_TARGET for a remove without a path. */
eckid_err_t *eckid_scim_change_from_patch(eckid_scim_change_t *change, const json_t *body,
                                          const eckid_scim_schema_t *schema, apr_pool_t *pool);

#endif
