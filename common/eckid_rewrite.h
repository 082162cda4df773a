/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The corridor: open, decide, look up, set and remove, seal. */
#ifndef ECKID_REWRITE_H
#define ECKID_REWRITE_H

#include "eckid_lookup.h"
#include "eckid_metadata.h"
#include "eckid_policy.h"

/* Everything that one identity provider's logins are rewritten by: pointers to what was configured,
 * read-only and shared. */
typedef struct eckid_gateway_t {
    const eckid_idp_t *idp; /* as its metadata is now */
    const eckid_policy_t *policy;
    const eckid_student_t *student;
    eckid_means_t means;
    const apr_array_header_t *signers; /* eckid_signer_t: the first signs */
    const eckid_key_t *metadata_key;   /* or NULL */
    apr_interval_time_t skew;
    bool sha1;
    apr_size_t page_max;     /* bytes of a page, inflated */
    apr_size_t response_max; /* bytes of a login response, decoded */
} eckid_gateway_t;

typedef enum eckid_verdict_t {
    ECKID_PASS,   /* the bytes go on as they came */
    ECKID_CHANGE, /* body goes instead; it is not compressed */
    ECKID_REFUSE  /* none of it goes */
} eckid_verdict_t;

/* What is to happen, and all there is to log about it. No member holds anybody's data. */
typedef struct eckid_decision_t {
    eckid_verdict_t verdict;
    int status;         /* of a refusal: 403, 502 or 503 */
    eckid_bytes_t body; /* with CHANGE; it does hold data */
    bool told_supplier; /* it is a refusal all the same: the body tells the supplier so */
    bool worth_a_line;  /* false for the many answers that have to do with no login */

    const eckid_supplier_t *supplier; /* NULL when the login is nobody's, or it cannot be told */
    bool verified;                    /* from here on the members below have a meaning */
    eckid_outcome_t outcome;
    bool looked_up;
    eckid_source_t source;
    apr_interval_time_t clock;            /* how far the LAS's clock is ahead, see eckid_las.h */
    const apr_array_header_t *attributes; /* const char *: names of what is released */
    const char *name_id_shows;            /* an attribute that is not, but the NameID says it */
    const eckid_err_t *cause;             /* of a refusal, or of a login without ECK iD */
} eckid_decision_t;

/* A page as it came, whole. Gzip tells its coding. Clock and randomness are those of moment. */
eckid_decision_t eckid_rewrite_page(const eckid_gateway_t *gateway, eckid_bytes_t page, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool);

/* An XML body as it came, whole: PASS or REFUSE. */
eckid_decision_t eckid_rewrite_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                   apr_pool_t *pool);

/* The first page_max bytes of one that is too long to be held: PASS when it is no message. The
 * whole of it is for eckid_watch_xml. */
eckid_decision_t eckid_rewrite_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                         bool gzip, apr_pool_t *pool);

/* The identity provider's metadata as it came, whole. */
eckid_decision_t eckid_rewrite_metadata(const eckid_gateway_t *gateway, eckid_bytes_t body,
                                        bool gzip, apr_pool_t *pool);

/* A Location, or the URL of a Refresh, to which an answer sends the browser: PASS or REFUSE. */
eckid_decision_t eckid_rewrite_url(const eckid_gateway_t *gateway, const char *url,
                                   apr_pool_t *pool);

/* A refusal with status 502, for who finds a reason outside of these. */
eckid_decision_t eckid_rewrite_refusal(const eckid_err_t *cause);

#endif
