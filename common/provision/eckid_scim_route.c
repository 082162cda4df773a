/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The URLs of the service: which endpoint, of which school. */
#include "provision/eckid_scim_route.h"

#include <apr_strings.h>
#include <apr_tables.h>

#define SEGMENTS_MAX 4

/* The segments between slashes (const char *); NULL if there are too many, or an empty one. */
static const apr_array_header_t *split(const char *path, apr_pool_t *pool)
{
    apr_array_header_t *segments = apr_array_make(pool, SEGMENTS_MAX, sizeof(const char *));

    while (*path == '/' && path[1]) {
        apr_size_t len = strcspn(++path, "/");

        if (!len || segments->nelts == SEGMENTS_MAX) {
            return NULL;
        }
        APR_ARRAY_PUSH(segments, const char *) = apr_pstrmemdup(pool, path, len);
        path += len;
    }
    return segments;
}

static eckid_scim_place_t find_place(const char *segment, const eckid_scim_schema_t *schema)
{
    static const struct {
        const char *name;
        eckid_scim_place_t place;
    } names[] = {{".search", ECKID_SCIM_SEARCH},      {"ServiceProviderConfig", ECKID_SCIM_CONFIG},
                 {"ResourceTypes", ECKID_SCIM_TYPES}, {"Schemas", ECKID_SCIM_SCHEMAS},
                 {"Bulk", ECKID_SCIM_NOT_OFFERED},    {"Me", ECKID_SCIM_NOT_OFFERED}};

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(segment, names[i].name) == 0) {
            return names[i].place;
        }
    }
    return strcmp(segment, schema->endpoint + 1) == 0 ? ECKID_SCIM_PEOPLE : ECKID_SCIM_NOWHERE;
}

/* A search may be posted to the endpoint of the resource, too. */
static void take_id(eckid_scim_route_t *route, const char *id)
{
    if (route->place == ECKID_SCIM_PEOPLE && strcmp(id, ".search") == 0) {
        route->place = ECKID_SCIM_SEARCH;
        return;
    }
    route->id = id;
    if (route->place == ECKID_SCIM_SEARCH || route->place == ECKID_SCIM_CONFIG) {
        route->place = ECKID_SCIM_NOWHERE;
    }
}

eckid_scim_route_t eckid_scim_route(const char *path, const eckid_scim_schema_t *schema,
                                    apr_pool_t *pool)
{
    const apr_array_header_t *segments = split(path, pool);
    eckid_scim_route_t route = {.place = ECKID_SCIM_NOWHERE};
    int at = 0;

    if (!segments || !segments->nelts) {
        return route;
    }
    route.place = find_place(APR_ARRAY_IDX(segments, at, const char *), schema);
    if (!route.place) {
        route.school = APR_ARRAY_IDX(segments, at++, const char *);
        route.place = at < segments->nelts
                          ? find_place(APR_ARRAY_IDX(segments, at, const char *), schema)
                          : ECKID_SCIM_NOWHERE;
    }
    if (route.place && ++at < segments->nelts) {
        take_id(&route, APR_ARRAY_IDX(segments, at++, const char *));
    }
    if (route.place && at < segments->nelts) {
        route.place = ECKID_SCIM_NOWHERE;
    }
    return route;
}
