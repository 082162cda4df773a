/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may push: known by an access token, by a certificate, or by both. */
#ifndef ECKID_PUSH_CLIENT_H
#define ECKID_PUSH_CLIENT_H

#include <apr_tables.h>

#include "access/eckid_bearer.h"
#include "crypto/eckid_certificate.h"

/* All that is not NULL must hold, and something is not. */
typedef struct eckid_push_client_t {
    const char *name;            /* in the log, and in the directory as the source */
    const char *client_id;       /* of its access tokens */
    const char *subject;         /* of its certificate, RFC 2253 */
    const char *oin;             /* the serialNumber in that subject */
    apr_array_header_t *schools; /* of the people it may push: keys of the school map (const char
                                  *); NULL without a map */
} eckid_push_client_t;

/* What a request shows of who sends it. */
typedef struct eckid_push_caller_t {
    const char *authorization;              /* the value of the field; or NULL */
    const json_t *given;                    /* see eckid_bearer_check */
    const eckid_certificate_t *certificate; /* one that was verified; or NULL */
} eckid_push_caller_t;

/*
 * Finds out which client calls. Clients is a list of eckid_push_client_t; bearer is NULL if access
 * tokens are not taken. A token is always verified when there is one. ECKID_PUSH_TOKEN if none of
 * the clients can be told without a token, and for one that is not accepted or is bound to another
 * certificate (RFC 8705 section 3); ECKID_PUSH_CLIENT if it is none of them; and the errors of
 * eckid_bearer_check. May block as that does.
 */
eckid_err_t *eckid_push_client_find(const eckid_push_client_t **client,
                                    const apr_array_header_t *clients, const eckid_bearer_t *bearer,
                                    const eckid_push_caller_t *caller, apr_time_t now,
                                    apr_pool_t *pool);

/* The school that a client pushes for: the one in the URL, which must be one of its own, or its
 * only one, if school is NULL. ECKID_PUSH_SCHOOL. *found is NULL without a map of schools. */
eckid_err_t *eckid_push_client_school(const char **found, const eckid_push_client_t *client,
                                      const char *school, apr_pool_t *pool);

#endif
