/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program gets for a refused login: an error response of OAuth 2.0, or problem details. */
#ifndef ECKID_REFUSAL_ERROR_H
#define ECKID_REFUSAL_ERROR_H

#include "base/eckid_codec.h"

/* The program that reads it. */
typedef enum eckid_refusal_reader_t {
    ECKID_AT_TOKEN,    /* a client, at the token endpoint */
    ECKID_AT_USERINFO, /* a client, with an access token */
    ECKID_AT_DOCUMENT  /* any program that fetched discovery or keys */
} eckid_refusal_reader_t;

typedef struct eckid_refusal_error_t {
    int status;
    const char *content_type;
    const char *authenticate; /* for WWW-Authenticate, or NULL */
    bool retry;               /* whether trying again in a minute helps */
    eckid_bytes_t body;
} eckid_refusal_error_t;

/*
 * The response to a refusal of status 401, 403, 502 or 503. Token endpoint: 403 becomes 400 with
 * invalid_grant (RFC 6749 section 5.2). Userinfo: 403 with insufficient_scope, 401 with
 * invalid_token (RFC 6750 section 3.1). All others are problem details (RFC 9457), as the
 * standards of OAuth have no error code for them there.
 */
eckid_refusal_error_t eckid_refusal_error_make(eckid_refusal_reader_t reader, int status,
                                               const char *reference, apr_pool_t *pool);

/* The error code of an authorization response (RFC 6749 section 4.1.2.1) for that status. */
const char *eckid_refusal_error_code(int status);

/* The error_description beside either: a sentence for people, with the reference. */
const char *eckid_refusal_error_text(int status, const char *reference, apr_pool_t *pool);

#endif
