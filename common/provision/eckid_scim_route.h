/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The URLs of the service: which endpoint, of which school. */
#ifndef ECKID_SCIM_ROUTE_H
#define ECKID_SCIM_ROUTE_H

#include "provision/eckid_scim_schema.h"

typedef enum eckid_scim_place_t {
    ECKID_SCIM_NOWHERE,
    ECKID_SCIM_PEOPLE, /* the endpoint of the resource; with an id one person */
    ECKID_SCIM_SEARCH, /* POST of a search, RFC 7644 section 3.4.3 */
    ECKID_SCIM_CONFIG, /* RFC 7644 section 4, this and the next two */
    ECKID_SCIM_TYPES,
    ECKID_SCIM_SCHEMAS,
    ECKID_SCIM_NOT_OFFERED /* /Bulk and /Me */
} eckid_scim_place_t;

typedef struct eckid_scim_route_t {
    const char *school; /* the first segment, if that is no endpoint; or NULL */
    eckid_scim_place_t place;
    const char *id; /* what follows the endpoint; or NULL */
} eckid_scim_route_t;

/* Reads a decoded path behind the base of the service: [/SCHOOL]/ENDPOINT[/ID]. A slash at its end
 * does not count. */
eckid_scim_route_t eckid_scim_route(const char *path, const eckid_scim_schema_t *schema,
                                    apr_pool_t *pool);

#endif
