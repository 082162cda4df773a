/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision about a login: the verdict, what is known about the person, and what is logged. */
#ifndef ECKID_DECISION_H
#define ECKID_DECISION_H

#include "decision/eckid_rules.h"
#include "model/eckid_attributes.h"

typedef enum eckid_verdict_t {
    ECKID_PASS,   /* the response is sent on unchanged, byte for byte */
    ECKID_CHANGE, /* body is sent instead; it is not compressed */
    ECKID_REFUSE  /* nothing of the response is sent */
} eckid_verdict_t;

/* By which protocol and response the login came. */
typedef enum eckid_channel_t {
    ECKID_CHANNEL_SAML,
    ECKID_CHANNEL_TOKEN_RESPONSE, /* an ID token from the token endpoint */
    ECKID_CHANNEL_FRONT_CHANNEL,  /* an ID token in a redirect */
    ECKID_CHANNEL_FORM_POST,      /* an ID token in a form */
    ECKID_CHANNEL_USERINFO,
    ECKID_CHANNEL_INTROSPECTION,
    ECKID_CHANNELS
} eckid_channel_t;

/* Its name in logs and on the status page. */
const char *eckid_channel_name(eckid_channel_t channel);

/* What becomes of a login, in a word. */
typedef enum eckid_result_t {
    ECKID_RESULT_FILLED,  /* it goes out with the ECK iD */
    ECKID_RESULT_WITHOUT, /* it goes out without */
    ECKID_RESULT_REFUSED,
    ECKID_RESULT_PASSED,    /* unchanged: it is not for a supplier */
    ECKID_RESULT_REWRITTEN, /* it is no login, but metadata, discovery, keys, or an answer with a
                               code, and is changed */
    ECKID_RESULTS
} eckid_result_t;

const char *eckid_result_name(eckid_result_t result);

/* What is known about the person. Valid once the login is verified. */
typedef struct eckid_knowledge_t {
    eckid_outcome_t outcome;
    bool has_kind;         /* whether it is known that the person is of a kind that has ECK iDs */
    const char *kind;      /* which, if has_kind; NULL: a student */
    bool looked_up;        /* whether the cache or the LAS was asked */
    eckid_source_t source; /* valid if looked_up */
    apr_interval_time_t lookup_time;  /* how long it took; valid if looked_up */
    apr_interval_time_t clock_offset; /* the LAS's clock minus ours, see eckid_las.h */
    const char
        *pseudonym; /* of the person, for the audit log; NULL without one, or without a key */
} eckid_knowledge_t;

/* What only the log needs. No member holds personal data. */
typedef struct eckid_log_facts_t {
    bool wanted; /* false for the many responses that have nothing to do with a login */
    eckid_channel_t channel;
    bool told_supplier; /* the login is refused although the verdict is CHANGE: body is an error
                           response to the supplier */
    int sent;           /* the status of the refusal as it is sent to a program; 0: the same */
    bool encrypted;     /* the login goes out encrypted to its supplier */
    bool withheld; /* without an error: the ECK iD was left out because the browser would see it */
    const apr_array_header_t *attributes; /* const char *: names of the released attributes */
    const char *key_attribute; /* one that keys are made from, and of which a person of no kind has
                                  a value; or NULL */
    bool ecdsa; /* the login goes out over SAML, signed by ECDSA, which some suppliers refuse */
    const apr_array_header_t *absent; /* const char *: names that are released to the supplier, but
                                         were not in the login; or NULL */
    const char *name_id_shows; /* an attribute that is not released, but whose value the NameID or
                                  sub shows; or NULL */
    const char *token_shows;   /* all that the access token shows, parted by commas; or NULL */
    int removed; /* how many of what stood beside the tokens were not released: OpenID Connect */
    bool provider_fetched; /* whether the OpenID provider's metadata or keys were fetched */
    const eckid_err_t *provider_error; /* why that failed; or NULL */
} eckid_log_facts_t;

typedef struct eckid_decision_t {
    eckid_verdict_t verdict;
    int status; /* of a refusal: 403, 502 or 503; 400 for a request; 401 for an unknown access token
                 */
    eckid_bytes_t body;       /* with CHANGE: what is sent. The only member with personal data. */
    bool own_page;            /* whether body is a page of ours, not the identity provider's */
    const eckid_err_t *cause; /* of a refusal, or of a login without ECK iD */
    const eckid_supplier_t *supplier; /* NULL if the login is for no or an unknown supplier */
    bool verified;
    eckid_knowledge_t known;
    eckid_log_facts_t log;
} eckid_decision_t;

/* The result that the decision comes down to: what the log tells, and what is counted. */
eckid_result_t eckid_decision_result(const eckid_decision_t *decision);

/* A refusal with status 502, for a response that cannot be trusted or read. */
eckid_decision_t eckid_decision_refuse(const eckid_err_t *cause);

/* PASS if err is NULL; otherwise a refusal as above. */
eckid_decision_t eckid_decision_pass_unless(const eckid_err_t *err);

/* Notes in a decision to pass that a login names no supplier: by what name it is known, and the URL
 * it goes to, of which the log gets the host; each NULL if unknown. They need not be verified. */
void eckid_decision_note_stranger(eckid_decision_t *decision, const char *name, const char *url,
                                  apr_pool_t *pool);

/* Finds kind and key of the person whose verified login it is. Without a key, returns false and
 * sets outcome and cause of the decision. */
bool eckid_decision_find_key(eckid_person_key_t *key, eckid_decision_t *decision,
                             const eckid_rules_t *rules, eckid_attributes_t login,
                             apr_pool_t *pool);

/* Looks up the person; value is valid with outcome FOUND. May ask the LAS, and then blocks for at
 * most its timeout. */
void eckid_decision_look_up(eckid_eck_id_t *value, eckid_decision_t *decision,
                            const eckid_rules_t *rules, const eckid_person_key_t *key,
                            const eckid_moment_t *moment, apr_pool_t *pool);

/* Whether the login continues, with or without an ECK iD. If not, the decision becomes a
 * refusal. */
bool eckid_decision_goes_on(eckid_decision_t *decision);

#endif
