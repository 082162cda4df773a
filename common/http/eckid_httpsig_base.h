/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421 section 2: the components of a message and the signature base; no I/O. */
#ifndef ECKID_HTTPSIG_BASE_H
#define ECKID_HTTPSIG_BASE_H

#include "http/eckid_http.h"
#include "http/eckid_sfv.h"

/* The label of our signature in Signature and Signature-Input. */
#define ECKID_HTTPSIG_LABEL "sig1"

/* A message: a request, or a response with its request. */
typedef struct eckid_httpsig_message_t {
    const char *method; /* of a request; NULL for a response */
    const char *url;
    int status;                 /* of a response */
    const apr_table_t *headers; /* a repeated field is one entry, its values joined by ", " */
    const struct eckid_httpsig_message_t *request; /* of a response, for ";req"; or NULL */
} eckid_httpsig_message_t;

/* A covered component: a field, or a component derived from the message. */
typedef struct eckid_httpsig_component_t {
    const char *identifier; /* as it stands in the signature base, with its parameters in order */
    const char *name; /* a field name in lower case, or a derived component such as "@method" */
    const char *query_param; /* the parameter "name" of "@query-param", percent-encoded; or NULL */
    const char *key; /* the key of one member of a dictionary field; NULL: the whole field */
    bool req;        /* of the request instead of its response */
} eckid_httpsig_component_t;

/*
 * Reads one component (section 2) of a response or a request. Returns an error with that code for a
 * name that is neither a field name nor defined in section 2.2, and for any parameter but "req" in
 * responses, "key" for fields and "name" for "@query-param". Messages never quote the input.
 */
eckid_err_t *eckid_httpsig_component(eckid_httpsig_component_t *component,
                                     const eckid_sfv_item_t *item, bool response, eckid_code_t code,
                                     apr_pool_t *pool);

/* Whether the list contains the component. The order of its parameters does not matter. */
bool eckid_httpsig_component_among(const apr_array_header_t *components,
                                   const eckid_httpsig_component_t *component);

/* All components of a list in their order (eckid_httpsig_component_t); none may occur twice. */
eckid_err_t *eckid_httpsig_components(apr_array_header_t **components, const eckid_sfv_item_t *list,
                                      bool response, eckid_code_t code, apr_pool_t *pool);

/*
 * The signature base (section 2.5). Input is the value of the signature in Signature-Input: the
 * list of components with parameters. Returns an error with that code if the message lacks a
 * component.
 */
eckid_err_t *eckid_httpsig_base(eckid_bytes_t *base, const eckid_httpsig_message_t *message,
                                const apr_array_header_t *components, const char *input,
                                eckid_code_t code, apr_pool_t *pool);

#endif
