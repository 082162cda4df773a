/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People and lists of them as SCIM shows them: without ECK iDs. */
#ifndef ECKID_SCIM_RESOURCE_H
#define ECKID_SCIM_RESOURCE_H

#include "provision/eckid_scim.h"
#include "provision/eckid_scim_query.h"

/* The URL of a person, and the weak entity tag of the record's version. */
const char *eckid_scim_resource_url(const eckid_directory_record_t *record,
                                    const eckid_scim_setup_t *setup, apr_pool_t *pool);
const char *eckid_scim_resource_etag(const eckid_directory_record_t *record, apr_pool_t *pool);

/* Whether the value of If-Match or If-None-Match names the record's version; "*" names any. */
bool eckid_scim_resource_matches(const char *field, const eckid_directory_record_t *record);

/*
 * The person, with the attributes that the query wants. The only trace of an ECK iD is that schemas
 * names the extension when there is one: so who pushes can see that it was kept. The pool owns the
 * reference.
 */
json_t *eckid_scim_resource(const eckid_directory_record_t *record, const eckid_scim_query_t *query,
                            const eckid_scim_setup_t *setup, apr_pool_t *pool);

/* RFC 7644 section 3.4.2: a list of values that the pool owns. */
json_t *eckid_scim_resource_list(apr_uint64_t total, apr_uint64_t start,
                                 const apr_array_header_t *values, apr_pool_t *pool);

#endif
