/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SCIM 2.0 service provider (RFC 7643, 7644) for one resource: people whose ECK iD is pushed. */
#ifndef ECKID_SCIM_H
#define ECKID_SCIM_H

#include "provision/eckid_scim_person.h"
#include "provision/eckid_scim_route.h"

/* For whom and for what a request may ask. Who asks was found out before. */
typedef struct eckid_scim_setup_t {
    const eckid_scim_schema_t *schema;
    const apr_array_header_t *kinds; /* eckid_scim_kind_t */
    eckid_directory_t *directory;
    const eckid_school_t *school; /* of the people; those of others are not there */
    const char *source;           /* who pushes, for the records */
    const char *base;             /* the URL of the service as the client uses it */
} eckid_scim_setup_t;

typedef struct eckid_scim_request_t {
    const char *method; /* GET for HEAD too */
    eckid_scim_route_t route;
    const char *query;                    /* or NULL */
    const char *if_match, *if_none_match; /* or NULL */
    const char *content_type;             /* or NULL */
    eckid_bytes_t body;
    apr_time_t now;
} eckid_scim_request_t;

typedef struct eckid_scim_response_t {
    int status;
    const char *allow;    /* with 405; or NULL */
    const char *location; /* of one person; or NULL */
    const char *etag;     /* the same */
    eckid_bytes_t body;   /* application/scim+json; empty with 204 and 304 */
    eckid_err_t *cause;   /* why it was refused; or NULL */
    bool wrote;           /* whether it changed the directory */
} eckid_scim_response_t;

/*
 * Serves a request. Asks the directory and blocks for its timeout a few times at most. An ECK iD is
 * in no response. Causes are those of the files that this one is made of, and of the directory.
 */
eckid_scim_response_t eckid_scim_serve(const eckid_scim_request_t *request,
                                       const eckid_scim_setup_t *setup, apr_pool_t *pool);

/* The response to a request that was refused before it was served. */
eckid_scim_response_t eckid_scim_refuse(eckid_err_t *cause, apr_pool_t *pool);

#endif
