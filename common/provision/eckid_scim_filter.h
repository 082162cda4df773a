/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters of RFC 7644 section 3.4.2.2: read by its grammar, used where they ask for one person. */
#ifndef ECKID_SCIM_FILTER_H
#define ECKID_SCIM_FILTER_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"
#include "provision/eckid_scim_schema.h"

#define ECKID_SCIM_FILTER_MAX 1024 /* bytes */

/* The attributes by which a person is found. */
typedef enum eckid_scim_name_t {
    ECKID_SCIM_BY_EXTERNAL_ID,
    ECKID_SCIM_BY_USER_NAME
} eckid_scim_name_t;

typedef struct eckid_scim_filter_t {
    eckid_scim_name_t by;
    const char *value; /* UTF-8, not empty */
} eckid_scim_filter_t;

/* Reads a filter that compares externalId or userName by eq with a string, as JSON has it.
 * Everything else is ECKID_SCIM_FILTER: a filter must never be taken for another, because who
 * finds nobody creates the person anew. */
eckid_err_t *eckid_scim_filter_read(eckid_scim_filter_t *filter, const char *text,
                                    const eckid_scim_schema_t *schema, apr_pool_t *pool);

/*
 * The length of the filter at the start of the text, by the grammar alone; 0 if there is none. In
 * brackets it ends before "]". For the paths of a PATCH, in which a filter chooses among values of
 * attributes that are not kept.
 */
apr_size_t eckid_scim_filter_span(const char *text, apr_pool_t *pool);

#endif
