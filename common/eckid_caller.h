/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who calls the provider: the client that authenticates, and the access token that is presented. */
#ifndef ECKID_CALLER_H
#define ECKID_CALLER_H

#include "eckid_codec.h"

/* A request as far as it says who sends it. */
typedef struct eckid_call_t {
    const char *authorization; /* the field, or NULL */
    const char *query;         /* of the URL, or NULL */
    eckid_bytes_t form;        /* the body, where it is application/x-www-form-urlencoded */
} eckid_call_t;

/*
 * The client ID by RFC 6749 section 2.3 and RFC 7523 section 2.2: the user of Basic, client_id in
 * the form, the sub of client_assertion. NULL when there is none, or they are not all the same.
 * Whether the client is who it says is for the provider, which has answered.
 */
const char *eckid_caller_client(const eckid_call_t *call, apr_pool_t *pool);

/* The client_id of an authorization request, in its query; NULL when it is not there once. */
const char *eckid_caller_asked(const eckid_call_t *call, apr_pool_t *pool);

/* A parameter of the form; NULL when it is not there, or not once. */
const char *eckid_caller_parameter(const eckid_call_t *call, const char *name, apr_pool_t *pool);

/* The access token by RFC 6750 section 2; NULL when there is none, or more than one. */
const char *eckid_caller_token(const eckid_call_t *call, apr_pool_t *pool);

#endif
