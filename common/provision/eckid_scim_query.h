/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a search asks for, in a query or posted: RFC 7644 sections 3.4.2, 3.4.3 and 3.9. */
#ifndef ECKID_SCIM_QUERY_H
#define ECKID_SCIM_QUERY_H

#include <apr_tables.h>

#include "provision/eckid_scim_filter.h"
#include "provision/eckid_scim_json.h"

#define ECKID_SCIM_PAGE_MAX 200 /* people in one answer, said in ServiceProviderConfig */

typedef struct eckid_scim_query_t {
    bool has_filter;
    eckid_scim_filter_t filter;
    apr_uint64_t start; /* the index of the first one wanted, from 1 on */
    int count;          /* how many at most, from 0 to ECKID_SCIM_PAGE_MAX */
    /* which attributes are wanted, or not (const char *, lower case, without URN and
     * sub-attribute); at most one of both, otherwise NULL */
    apr_array_header_t *wanted, *unwanted;
} eckid_scim_query_t;

/* Reads the query of a URL; NULL for none. ECKID_SCIM_FILTER, ECKID_SCIM_VALUE. Parameters that are
 * unknown, and sorting, which is not offered, are ignored. */
eckid_err_t *eckid_scim_query_read(eckid_scim_query_t *query, const char *text,
                                   const eckid_scim_schema_t *schema, apr_pool_t *pool);

/* Reads the body of a search. The same errors, and ECKID_SCIM_SYNTAX if it does not say that it is
 * one. */
eckid_err_t *eckid_scim_query_read_body(eckid_scim_query_t *query, const json_t *body,
                                        const eckid_scim_schema_t *schema, apr_pool_t *pool);

/* Whether an attribute is to be in the answer. Those that RFC 7643 section 7 returns always are not
 * asked about. */
bool eckid_scim_query_wants(const eckid_scim_query_t *query, const char *attribute);

#endif
