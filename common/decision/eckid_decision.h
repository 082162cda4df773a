/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every login is decided by, and the decision: who the student is, what the LAS knows. */
#ifndef ECKID_DECISION_H
#define ECKID_DECISION_H

#include "store/eckid_token_owner.h"
#include "decision/eckid_lookup.h"
#include "saml/eckid_saml_metadata.h"
#include "decision/eckid_policy.h"
#include "oidc/eckid_provider.h"
#include "model/eckid_attributes.h"

/* Where the claims stand by which a student is known (see eckid_student.h). */
typedef enum eckid_claims_from_t {
    ECKID_CLAIMS_ID_TOKEN,
    ECKID_CLAIMS_USERINFO /* which is asked for with the new access token */
} eckid_claims_from_t;

/* Everything that one identity provider's logins are rewritten by: pointers to what was configured,
 * read-only and shared. */
typedef struct eckid_gateway_t {
    const eckid_idp_t *idp;     /* as its metadata is now; NULL where no supplier uses SAML */
    eckid_provider_t *provider; /* NULL where no supplier uses OpenID Connect */
    const eckid_provider_view_t *view;  /* the provider as it is now; NULL when that is not known */
    const eckid_token_owners_t *bearer; /* or NULL */
    eckid_claims_from_t claims_from;
    const char *introspection; /* Authorization for asking whose a token is; or NULL */
    bool passes_unknown;       /* whether userinfo for tokens that are nobody's passes untouched */
    const eckid_policy_t *policy;
    const eckid_student_t *student;
    eckid_lookup_setup_t means;
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
    int status;         /* of a refusal: 403, 502 or 503; 401 for a token that is nobody's */
    eckid_bytes_t body; /* with CHANGE; it does hold data */
    const char *token;  /* what carried the login, over OpenID Connect; NULL over SAML */
    bool told_supplier; /* it is a refusal all the same: the body tells the supplier so */
    bool own_page;      /* the body is a page of ours, not one of the identity provider's */
    bool worth_a_line;  /* false for the many answers that have to do with no login */

    const eckid_supplier_t *supplier; /* NULL when the login is nobody's, or it cannot be told */
    bool verified;                    /* from here on the members below have a meaning */
    eckid_outcome_t outcome;
    bool looked_up;
    eckid_source_t source;
    apr_interval_time_t clock; /* how far the LAS's clock is ahead, see eckid_las.h */
    bool withheld; /* the ECK iD stays away though nothing is wrong: the browser would see it */
    const apr_array_header_t *attributes; /* const char *: names of what is released */
    const char *name_id_shows; /* an attribute that is not, but the NameID or sub says it */
    const char *token_shows;   /* one that is not, but the access token says it */
    const eckid_err_t *news;   /* of the provider, if it was fetched: why that failed, or NULL */
    bool fetched;
    const eckid_err_t *cause; /* of a refusal, or of a login without ECK iD */
} eckid_decision_t;

/* A refusal with status 502, for what cannot be believed or read. */
eckid_decision_t eckid_decision_refuse(const eckid_err_t *cause);

/* Finds the student key of a verified login. False when there is none: outcome and cause of the
 * decision then say why. */
bool eckid_decision_find_key(eckid_student_key_t *key, eckid_decision_t *decision,
                             const eckid_gateway_t *gateway, eckid_attributes_t login,
                             apr_pool_t *pool);

/* Looks the student up; outcome, cause and what is to be logged go to the decision. */
void eckid_decision_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                            const eckid_gateway_t *gateway, const eckid_student_key_t *key,
                            const eckid_moment_t *moment, apr_pool_t *pool);

/* Whether the login goes on, with or without ECK iD. If not, the decision becomes a refusal. */
bool eckid_decision_goes_on(eckid_decision_t *decision);

/* The keys of ours that are in no trust set, though somebody should publish them. */
bool eckid_signers_include(const eckid_key_t *key, const apr_array_header_t *signers);

#endif
