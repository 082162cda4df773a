/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The requests of the operator's commands, and the responses to them. */
#ifndef ECKID_ADMIN_H
#define ECKID_ADMIN_H

#include "decision/eckid_lookup.h"
#include "las/eckid_las_diagnosis.h"

/* Bytes; the longest answer is that of eckid-explain, about all suppliers. */
#define ECKID_ADMIN_REQUEST_MAX 4096
#define ECKID_ADMIN_ANSWER_MAX (16 * 1024 * 1024)

typedef enum eckid_admin_verb_t {
    ECKID_ADMIN_CHECK, /* asks the directory, and the LAS without the cache: the steps */
    ECKID_ADMIN_WARM,  /* looks up a person as a login would */
    ECKID_ADMIN_FORGET /* removes a person's record from the cache */
} eckid_admin_verb_t;

typedef struct eckid_admin_request_t {
    eckid_admin_verb_t verb;
    const char *student; /* the key of the person, as the LAS knows it */
    const char *school;  /* a key of the school map; or NULL */
    const char *kind;    /* of the person; NULL: a student */
} eckid_admin_request_t;

/* The token that proves possession of the secret file: an HMAC with its key, in hex. */
const char *eckid_admin_token(const eckid_secret_t *secret, apr_pool_t *pool);

/* Whether the text is that token, compared in constant time. */
bool eckid_admin_is_token(const eckid_secret_t *secret, const char *text, apr_pool_t *pool);

/* Parses {"do": "check", "student": "...", "school": "...", "kind": "employee"}, of which the last
 * two may be absent. ECKID_ADMIN_REQUEST for anything else. */
eckid_err_t *eckid_admin_read(eckid_admin_request_t *request, eckid_bytes_t body, apr_pool_t *pool);

/* The same request as text, for the commands. */
eckid_bytes_t eckid_admin_write(const eckid_admin_request_t *request, apr_pool_t *pool);

/* How long to wait before the next request at that rate per second. Next, 0 at first, holds the
 * time of the next request. A slow request is not made up for. */
apr_interval_time_t eckid_admin_pace(apr_time_t *next, apr_time_t now, int rate);

/*
 * Serves the request. The response is JSON without student key or ECK iD: {"outcome": "found",
 * "source": "cache", "text": "..."}, with "steps": [{"name", "state", "text"}] for a check. States
 * are well, noted, failed, not-wanted, not-reached. Type is that of the keys of the kind that the
 * request is about.
 */
eckid_bytes_t eckid_admin_serve(const eckid_admin_request_t *request,
                                const eckid_lookup_setup_t *all, const char *type,
                                const eckid_moment_t *moment, apr_pool_t *pool);

#endif
