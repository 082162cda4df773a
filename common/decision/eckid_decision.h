/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision about a response that passes: what happens to it, what is known of the student, what
 * is logged. */
#ifndef ECKID_DECISION_H
#define ECKID_DECISION_H

#include "decision/eckid_rules.h"
#include "model/eckid_attributes.h"

typedef enum eckid_verdict_t {
    ECKID_PASS,   /* the bytes go on as they came */
    ECKID_CHANGE, /* body is sent instead; it is not compressed */
    ECKID_REFUSE  /* nothing of it is sent */
} eckid_verdict_t;

/* How the login travelled. The default is SAML, by a page. */
typedef enum eckid_carrier_t {
    ECKID_CARRIER_SAML,
    ECKID_CARRIER_TOKEN_RESPONSE, /* an ID token, from the token endpoint */
    ECKID_CARRIER_FRONT_CHANNEL,  /* an ID token in a redirect */
    ECKID_CARRIER_FORM_POST,      /* an ID token in a form */
    ECKID_CARRIER_USERINFO,
    ECKID_CARRIER_INTROSPECTION
} eckid_carrier_t;

/* What is known of the student. Valid once the login is verified. */
typedef struct eckid_knowledge_t {
    eckid_outcome_t outcome;
    bool looked_up;                   /* whether the cache or the LAS was asked */
    eckid_source_t source;            /* if so */
    apr_interval_time_t clock_offset; /* how far the LAS's clock is ahead, see eckid_las.h */
} eckid_knowledge_t;

/* What only the log needs. No member holds personal data. */
typedef struct eckid_log_facts_t {
    bool wanted; /* false for the many answers that have nothing to do with a login */
    eckid_carrier_t carrier;
    bool told_supplier; /* the login is refused although the verdict is CHANGE: the body tells
                           the supplier so */
    bool withheld; /* nothing is wrong, but the ECK iD was left out as the browser would see it */
    const apr_array_header_t *attributes; /* const char *: the names that are released */
    const char *name_id_shows; /* an attribute that is not released but can be read from the NameID
                                  or sub; or NULL */
    const char *token_shows;   /* one that can be read from the access token; or NULL */
    bool provider_fetched; /* whether the OpenID provider's metadata or keys were fetched for it */
    const eckid_err_t *provider_error; /* if so, why that failed; or NULL */
} eckid_log_facts_t;

typedef struct eckid_decision_t {
    eckid_verdict_t verdict;
    int status;               /* of a refusal: 403, 502 or 503; 401 for an unknown access token */
    eckid_bytes_t body;       /* with CHANGE: what is sent. No other member holds personal data. */
    bool own_page;            /* whether body is a page of ours, not the identity provider's */
    const eckid_err_t *cause; /* of a refusal, or of a login without ECK iD */
    const eckid_supplier_t *supplier; /* NULL if it is for no supplier, or for an unknown one */
    bool verified;
    eckid_knowledge_t known;
    eckid_log_facts_t log;
} eckid_decision_t;

/* A refusal with status 502, for what cannot be believed or read. */
eckid_decision_t eckid_decision_refuse(const eckid_err_t *cause);

/* PASS, or that refusal if there is an error. */
eckid_decision_t eckid_decision_pass_unless(const eckid_err_t *err);

/* Finds the student key of a verified login. False if there is none; the decision's outcome and
 * cause then say why. */
bool eckid_decision_find_key(eckid_student_key_t *key, eckid_decision_t *decision,
                             const eckid_rules_t *rules, eckid_attributes_t login,
                             apr_pool_t *pool);

/* Looks the student up. Value is valid with outcome FOUND. May ask the LAS, and then blocks for its
 * timeout at most. */
void eckid_decision_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                            const eckid_rules_t *rules, const eckid_student_key_t *key,
                            const eckid_moment_t *moment, apr_pool_t *pool);

/* Whether the login goes on, with or without ECK iD. If not, the decision becomes a refusal. */
bool eckid_decision_goes_on(eckid_decision_t *decision);

#endif
