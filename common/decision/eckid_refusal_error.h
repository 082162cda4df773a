/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program gets for a refused login: an error response of OAuth 2.0, or problem details. */
#ifndef ECKID_REFUSAL_ERROR_H
#define ECKID_REFUSAL_ERROR_H

#include "base/eckid_codec.h"

/* The kind of program that reads the response. */
typedef enum eckid_refusal_reader_t {
    ECKID_AT_TOKEN,    /* a client that called the token endpoint */
    ECKID_AT_REQUEST,  /* a client that sent a token as a parameter, elsewhere or to be exchanged */
    ECKID_AT_USERINFO, /* a client that showed an access token */
    ECKID_AT_INTROSPECTION,
    ECKID_AT_DOCUMENT /* any program that fetched discovery or keys */
} eckid_refusal_reader_t;

typedef struct eckid_refusal_error_t {
    int status;
    const char *content_type;
    const char *authenticate; /* the WWW-Authenticate field, or NULL */
    bool retry;               /* whether a retry in a minute may succeed */
    eckid_bytes_t body;
} eckid_refusal_error_t;

/*
 * The response for a refusal of status 401, 403, 502 or 503. At the token endpoint 401 and
 * 403 become 400 with invalid_grant (RFC 6749 section 5.2). For another parameter, 401 becomes 400
 * with invalid_request (RFC 8693 section 2.2.2). Introspection says instead of 401 that a token is
 * not active (RFC 7662 section 2.2). At userinfo 403 has insufficient_scope and 401 has
 * invalid_token (RFC 6750 section 3.1). All others are problem details (RFC 9457), because OAuth
 * defines no error code for them.
 */
eckid_refusal_error_t eckid_refusal_error_make(eckid_refusal_reader_t reader, int status,
                                               const char *reference, apr_pool_t *pool);

/* The error code of an authorization response (RFC 6749 section 4.1.2.1) for a refusal's status. */
const char *eckid_refusal_error_code(int status);

/* The error_description for both: a sentence for people, with the reference. */
const char *eckid_refusal_error_text(int status, const char *reference, apr_pool_t *pool);

#endif
