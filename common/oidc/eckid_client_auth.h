/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caller of the provider: the client that authenticates, and the access token it presents. */
#ifndef ECKID_CLIENT_AUTH_H
#define ECKID_CLIENT_AUTH_H

#include "base/eckid_codec.h"

/* A request as far as it says who sends it. */
typedef struct eckid_oauth_request_t {
    const char *authorization; /* the field, or NULL */
    const char *query;         /* of the URL, or NULL */
    eckid_bytes_t form;        /* the body, where it is application/x-www-form-urlencoded */
    bool opaque;               /* whether there is a body that is not in form, for any reason */
} eckid_oauth_request_t;

/*
 * All of this is read so that nothing that is present counts as absent: what is there twice, or is
 * read otherwise by those who split at ";" too, or under a name that only some take for the one
 * that counts (in other letters, or with what they read as "_"), or is in no proper encoding, makes
 * the result NULL.
 *
 * The client ID by RFC 6749 section 2.3 and RFC 7523 section 2.2: the user of Basic, client_id in
 * the form, the sub and iss of client_assertion. NULL when there is none, they are not all the
 * same, the field is not of Basic, or the query has any of it. Whether the client is who it says is
 * for the provider, which has answered.
 */
const char *eckid_client_auth_find(const eckid_oauth_request_t *call, apr_pool_t *pool);

/* The client_id of an authorization request, in its query; NULL when it is not there once. The
 * provider may take another one, from a body: this can be a reason to refuse, never to pass. */
const char *eckid_client_auth_requested(const eckid_oauth_request_t *call, apr_pool_t *pool);

/* A parameter of the form; NULL when it is not there. False when that cannot be told, or the query
 * has it. */
bool eckid_client_auth_parameter(const char **value, const eckid_oauth_request_t *call,
                                 const char *name, apr_pool_t *pool);

/* The access token by RFC 6750 section 2; NULL when there is none, more than one, or the field is
 * neither of Bearer nor of DPoP. */
const char *eckid_client_auth_access_token(const eckid_oauth_request_t *call, apr_pool_t *pool);

#endif
