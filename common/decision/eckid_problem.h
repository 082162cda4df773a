/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short answer that tells a program, as its protocol has it, that a login was refused. */
#ifndef ECKID_PROBLEM_H
#define ECKID_PROBLEM_H

#include "base/eckid_codec.h"

/* Who reads it. */
typedef enum eckid_problem_reader_t {
    ECKID_AT_TOKEN,    /* a client, at the token endpoint */
    ECKID_AT_USERINFO, /* a client, with an access token */
    ECKID_AT_DOCUMENT  /* whoever fetched discovery or keys */
} eckid_problem_reader_t;

typedef struct eckid_problem_t {
    int status;
    const char *content_type;
    const char *authenticate; /* for WWW-Authenticate, or NULL */
    bool retry;               /* whether trying again in a minute helps */
    eckid_bytes_t body;
} eckid_problem_t;

/*
 * The one answer for a refusal of status 401, 403, 502 or 503. Token endpoint: 403 becomes 400 with
 * invalid_grant (RFC 6749 section 5.2). Userinfo: 403 with insufficient_scope, 401 with
 * invalid_token (RFC 6750 section 3.1). All others are problem details (RFC 9457), as the standards
 * of OAuth have no error code for them there.
 */
eckid_problem_t eckid_problem_make(eckid_problem_reader_t place, int status, const char *reference,
                                   apr_pool_t *pool);

/* The error code of an authorization response (RFC 6749 section 4.1.2.1) for such a refusal. */
const char *eckid_problem_redirect_error(int status);

/* The text behind it: what a human may make of it, with the reference. */
const char *eckid_problem_text(int status, const char *reference, apr_pool_t *pool);

#endif
