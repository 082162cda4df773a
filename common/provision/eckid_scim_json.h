/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The JSON of SCIM requests: bounded, and without members that mean the same. */
#ifndef ECKID_SCIM_JSON_H
#define ECKID_SCIM_JSON_H

#include "base/eckid_json.h"

#define ECKID_SCIM_BODY_MAX 65536 /* bytes; one person needs less than two thousand */
#define ECKID_SCIM_DEPTH_MAX 16   /* objects and arrays within one another */

/*
 * Parses the body of a request, an object. Names of attributes are the same in any case (RFC 7643
 * section 2.1), so members that differ in case alone are duplicates. ECKID_SCIM_LARGE, or
 * ECKID_SCIM_SYNTAX for all else that eckid_json_parse refuses, for a duplicate, and for depth.
 */
eckid_err_t *eckid_scim_json_parse(json_t **object, eckid_bytes_t body, apr_pool_t *pool);

/* A member by its name in any case; NULL if there is none or it is null, which RFC 7643 section 2.5
 * takes for absent. */
json_t *eckid_scim_json_get(const json_t *object, const char *name);

/* Whether the list schemas of an object names that URI, in any case. */
bool eckid_scim_json_has_schema(const json_t *object, const char *uri);

#endif
