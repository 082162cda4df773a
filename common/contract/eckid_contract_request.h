/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request of a contract: a template with placeholders for student, school and year. */
#ifndef ECKID_CONTRACT_REQUEST_H
#define ECKID_CONTRACT_REQUEST_H

#include "http/eckid_http.h"
#include "contract/eckid_contract_json.h"
#include "contract/eckid_contract_template.h"

/* Read-only once made. Strings belong to the JSON from which it was made. */
typedef struct eckid_contract_request_t {
    const char *method;   /* GET or POST */
    const char *url;      /* begins with {base} */
    apr_table_t *headers; /* their values are templates */
    const json_t *body;   /* an object or an array whose strings are templates; or NULL */
    unsigned uses;        /* 1 << eckid_contract_placeholder_t for each one that occurs */
} eckid_contract_request_t;

/* Reads the member "request" of a contract. ECKID_CONTRACT for unknown members or placeholders, a
 * url that could leave {base}, a request without {student}, and a header that the module sets
 * itself. */
eckid_err_t *eckid_contract_request_make(eckid_contract_request_t *template,
                                         const eckid_contract_json_t *contract, apr_pool_t *pool);

/*
 * Fills in the values, each encoded for where it goes. ECKID_CONTRACT if a value is absent or
 * empty, is not UTF-8, is not allowed in a header, or would make a dot segment in the path (RFC
 * 3986 section 5.2.4) and so another URL.
 */
eckid_err_t *eckid_contract_request_fill(eckid_http_request_t **request,
                                         const eckid_contract_request_t *template,
                                         const eckid_contract_values_t *values, apr_pool_t *pool);

#endif
