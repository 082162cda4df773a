/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller of the provider: the client that authenticates, and the access token it presents. */
#ifndef ECKID_CLIENT_AUTH_H
#define ECKID_CLIENT_AUTH_H

#include "oidc/eckid_oauth_param.h"

/* More names than this, or names beyond RFC 6749's appendix A.1, count as unreadable. */
#define ECKID_CLIENT_NAMES_MAX 16

/* The client IDs that a request names (const char *), by RFC 6749 section 2.3 and RFC 7523 section
 * 2.2: the user of Basic, client_id, the sub and iss of client_assertion. */
typedef struct eckid_client_names_t {
    apr_array_header_t *names;    /* as all servers read them */
    apr_array_header_t *readings; /* as some servers read them as well */
    bool complete;                /* whether there is no other that cannot be read */
    bool may_be_other;            /* whether it has a token, or an assertion by somebody else, which
                                     the provider may know for another client's */
} eckid_client_names_t;

/*
 * Nothing that is present counts as absent, see eckid_oauth_param_t. Providers look into the URL
 * too, and a user of Basic may be decoded as a form (RFC 6749 section 2.3.1), as a part of a URL,
 * or not at all. Whether the client is who it says is for the provider, which has answered.
 */
eckid_client_names_t eckid_client_auth_names(const eckid_oauth_request_t *call, apr_pool_t *pool);

/* A parameter of an authorization request, such as client_id, in its query or its form; NULL when
 * it is in neither, that cannot be told, or not all of them are the same: then the provider may
 * take either. */
const char *eckid_client_auth_requested(const eckid_oauth_request_t *call, const char *name,
                                        apr_pool_t *pool);

/* A parameter of the form; NULL when it is not there. False when that cannot be told, or the query
 * has it. */
bool eckid_client_auth_parameter(const char **value, const eckid_oauth_request_t *call,
                                 const char *name, apr_pool_t *pool);

/* The access token by RFC 6750 section 2, in the field behind any scheme but Basic; NULL when there
 * is none, or more than one. */
const char *eckid_client_auth_access_token(const eckid_oauth_request_t *call, apr_pool_t *pool);

#endif
