/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one person. */
#ifndef ECKID_LAS_H
#define ECKID_LAS_H

#include "contract/eckid_contract.h"
#include "http/eckid_httpsig.h"
#include "las/eckid_client_credentials.h"
#include "las/eckid_las_limits.h"

/* How a LAS is asked about people of one kind. */
typedef struct eckid_las_question_t {
    const char *kind; /* never a student */
    const eckid_contract_t *contract;
} eckid_las_question_t;

/* Where people of a school are looked up: a LAS that pushes or exports them is not asked. */
typedef enum eckid_las_order_t {
    ECKID_LAS_ONLY,
    ECKID_DIRECTORY_FIRST, /* and then the LAS */
    ECKID_DIRECTORY_ONLY
} eckid_las_order_t;

/* A LAS and how to call it, for one school or many; shared by threads. A call is authenticated by a
 * signature, an access token, the transport's certificate, or a combination of them. */
typedef struct eckid_las_t {
    eckid_las_order_t order;             /* with ECKID_DIRECTORY_ONLY, pilot is all that counts */
    const char *base;                    /* https URL without a trailing slash */
    const eckid_contract_t *contract;    /* about students */
    const apr_array_header_t *questions; /* eckid_las_question_t: about other kinds; or NULL */
    const eckid_key_t *key;              /* signs the calls, and never logins; NULL: not signed */
    const char *keyid;
    const eckid_httpsig_profile_t *profile; /* what the signature covers; NULL: the default */
    const apr_array_header_t *answer_keys; /* eckid_httpsig_key_t: one of these must have signed the
                                              response; NULL: no signature is required */
    eckid_client_credentials_t *credentials; /* the source of access tokens, or NULL */
    eckid_las_limits_t *limits;              /* or NULL for no limits */
    eckid_transport_t transport;
    apr_interval_time_t timeout; /* for a whole lookup */
    eckid_clock_t clock;
    bool pilot; /* whether values with the pilot label are accepted */
} eckid_las_t;

/* The result of a lookup. */
typedef struct eckid_las_result_t {
    eckid_finding_t finding;          /* valid if there was no error */
    const char *kind;                 /* of the person; NULL: a student */
    bool school_refused;              /* 403: the school is refused, not the person */
    int status;                       /* of the last response; 0 if there was none */
    apr_interval_time_t clock_offset; /* the LAS's clock minus ours; 0 below two seconds */
} eckid_las_result_t;

/* The contract by which the LAS is asked about people of that kind: the one in questions; or
 * Edu-V's for employees, if questions has none and students are asked about by Edu-V. NULL if there
 * is none. Kind may be NULL: a student. */
const eckid_contract_t *eckid_las_contract(const eckid_las_t *las, const char *kind);

/*
 * Asks the LAS, and blocks for las->timeout at most: waiting for a slot, fetching the access token
 * and the calls share one deadline. A call is repeated once, with a new nonce and time, if the
 * connection died before a response, or if the LAS refused an access token that was not new.
 *
 * If responses must be signed, nothing is read of one that is not.
 *
 * Any error means that the LAS failed:
 *
 *   ECKID_BREAKER, ECKID_BUSY        the limits let no call through
 *   ECKID_LAS_TOKEN                  no access token; its cause says why
 *   ECKID_RESOLVE, ECKID_TRANSPORT,  no response
 *   ECKID_TLS, ECKID_TIMEOUT,
 *   ECKID_DIED
 *   ECKID_LAS_SIGNATURE              the response is not signed as required
 *   ECKID_LAS_REFUSED                a status that says nothing about a person
 *   ECKID_LAS_SHAPE                  a response that the contract does not describe, or that is
 *                                    larger than the transport allows
 *   ECKID_LAS_OTHER                  a response about another person
 *   ECKID_MALFORMED                  a value that is not an ECK iD
 *   ECKID_CONTRACT                   a value that the contract cannot put into a request, or
 *                                    a kind of people that it does not know
 *   ECKID_CONFIG, ECKID_KEY          the profile or the key cannot sign the request
 *   ECKID_INTERNAL                   a library failed, or there was no randomness
 */
eckid_err_t *eckid_las_ask(eckid_las_result_t *result, const eckid_las_t *las,
                           const eckid_school_t *school, const eckid_person_key_t *key,
                           apr_pool_t *pool);

#endif
