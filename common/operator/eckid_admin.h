/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an operator's commands ask for, and what they are answered. */
#ifndef ECKID_ADMIN_H
#define ECKID_ADMIN_H

#include "decision/eckid_lookup.h"
#include "las/eckid_las_diagnosis.h"

#define ECKID_ADMIN_REQUEST_MAX 4096 /* bytes */

typedef enum eckid_admin_verb_t {
    ECKID_ADMIN_CHECK, /* asks the LAS, whatever is remembered, and tells the steps */
    ECKID_ADMIN_WARM,  /* looks a student up, as a login would */
    ECKID_ADMIN_FORGET /* removes what is remembered about a student */
} eckid_admin_verb_t;

typedef struct eckid_admin_request_t {
    eckid_admin_verb_t verb;
    const char *student; /* the student key, as the LAS knows it */
    const char *school;  /* a key of the map of schools; NULL for none */
} eckid_admin_request_t;

/* By what the bearer of the secret file shows that it is one: an HMAC of it, in hex. */
const char *eckid_admin_token(const eckid_secret_t *secret, apr_pool_t *pool);

/* Whether a text is that token. Takes as long for a wrong one as for the right one. */
bool eckid_admin_is_token(const eckid_secret_t *secret, const char *text, apr_pool_t *pool);

/* {"do": "check", "student": "...", "school": "..."}. ECKID_ADMIN_REQUEST for anything else. */
eckid_err_t *eckid_admin_read(eckid_admin_request_t *request, eckid_bytes_t body, apr_pool_t *pool);

/* The same request as text, for the commands. */
eckid_bytes_t eckid_admin_write(const eckid_admin_request_t *request, apr_pool_t *pool);

/* How long to wait until the next of so many requests in a second; next is when its turn is, 0 at
 * first. None is before its time, and none makes up for one that was slow. */
apr_interval_time_t eckid_admin_pace(apr_time_t *next, apr_time_t now, int rate);

/*
 * Does it. The answer is JSON, without student key and ECK iD: {"outcome": "found", "source":
 * "cache", "text": "..."}, with "steps": [{"name", "state", "text"}] for a check. States are well,
 * noted, failed, not-wanted, not-reached.
 */
eckid_bytes_t eckid_admin_serve(const eckid_admin_request_t *request,
                                const eckid_lookup_setup_t *all, const char *student_type,
                                const eckid_moment_t *moment, apr_pool_t *pool);

#endif
