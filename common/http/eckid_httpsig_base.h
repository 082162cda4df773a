/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421 section 2: the components of a message, and the base that is signed; pure. */
#ifndef ECKID_HTTPSIG_BASE_H
#define ECKID_HTTPSIG_BASE_H

#include "http/eckid_http.h"
#include "http/eckid_sfv.h"

/* The label of our signature in both of its fields. */
#define ECKID_HTTPSIG_LABEL "sig1"

/* What is signed: a request, or a response with the request it answers. */
typedef struct eckid_httpsig_message_t {
    const char *method; /* of a request; NULL in a response */
    const char *url;
    int status;                 /* of a response */
    const apr_table_t *headers; /* a repeated field is one entry, its values joined by ", " */
    const struct eckid_httpsig_message_t *request; /* of a response: whom ";req" means; or NULL */
} eckid_httpsig_message_t;

/* A covered component: a field, or one that is derived from the message. */
typedef struct eckid_httpsig_component_t {
    const char *identifier;  /* as it stands in the base, its parameters in their order */
    const char *name;        /* a field name in lower case, or "@method" and its kind */
    const char *query_param; /* the name of "@query-param", percent-encoded; else NULL */
    const char *key;         /* which member of a dictionary field; NULL: all of the field */
    bool req;                /* of the request that a response answers */
} eckid_httpsig_component_t;

/*
 * Reads one component (section 2): of a response or of a request. Refused with code, in words that
 * hold nothing of what was read: a name that is neither a field's nor one of section 2.2, and any
 * parameter but "req" in responses, "key" of fields and "name" of "@query-param".
 */
eckid_err_t *eckid_httpsig_component(eckid_httpsig_component_t *component,
                                     const eckid_sfv_item_t *item, bool response, eckid_code_t code,
                                     apr_pool_t *pool);

/* Whether it is one of them, in whatever order the parameters stand; identifiers do not matter. */
bool eckid_httpsig_component_among(const apr_array_header_t *components,
                                   const eckid_httpsig_component_t *component);

/* All components of a list, eckid_httpsig_component_t in their order; none may be there twice. */
eckid_err_t *eckid_httpsig_components(apr_array_header_t **components, const eckid_sfv_item_t *list,
                                      bool response, eckid_code_t code, apr_pool_t *pool);

/*
 * The signature base (section 2.5). Input is what stands for the signature in Signature-Input: the
 * list of the components with its parameters. Code when the message lacks a component.
 */
eckid_err_t *eckid_httpsig_base(eckid_bytes_t *base, const eckid_httpsig_message_t *message,
                                const apr_array_header_t *components, const char *input,
                                eckid_code_t code, apr_pool_t *pool);

#endif
