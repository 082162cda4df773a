/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a contract asks: a request with places for what differs from question to question. */
#ifndef ECKID_CONTRACT_REQUEST_H
#define ECKID_CONTRACT_REQUEST_H

#include "http/eckid_http.h"
#include "contract/eckid_contract_json.h"
#include "contract/eckid_contract_template.h"

/* Read-only once made. Strings live as long as the JSON that it was made of. */
typedef struct eckid_contract_request_t {
    const char *method;   /* GET or POST */
    const char *url;      /* a template that begins with {base} */
    apr_table_t *headers; /* their values are templates */
    const json_t *body;   /* an object or an array, its strings templates; NULL for none */
    unsigned uses; /* 1 << eckid_contract_placeholder_t for each that stands somewhere in it */
} eckid_contract_request_t;

/* Reads the member "request" of a contract. ECKID_CONTRACT for what is not plainly right: members
 * or placeholders that do not exist, a url that need not stay below {base}, a request that does not
 * ask for one student, a header that the module sets itself. */
eckid_err_t *eckid_contract_request_make(eckid_contract_request_t *question,
                                         const eckid_contract_json_t *contract, apr_pool_t *pool);

/*
 * The request with the values in it, each written as its place demands. ECKID_CONTRACT when a value
 * is absent or empty, when a header cannot hold it, when it is not UTF-8, or when it would make a
 * dot segment in the path (RFC 3986 section 5.2.4) and so another URL.
 */
eckid_err_t *eckid_contract_request_fill(eckid_http_request_t **request,
                                         const eckid_contract_request_t *question,
                                         const eckid_contract_values_t *values, apr_pool_t *pool);

#endif
