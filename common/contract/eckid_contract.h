/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract with a LAS: how a request is written, and how its response is read. */
#ifndef ECKID_CONTRACT_H
#define ECKID_CONTRACT_H

#include "http/eckid_http.h"
#include "model/eckid_finding.h"
#include "model/eckid_school.h"

/* Read-only once made, and shared by threads. */
typedef struct eckid_contract_t {
    /* "edu-v", or the name of a file. It appears in messages and is part of a cache record's
     * index. */
    const char *name;
    /* The types of student keys and of schools that the contract knows, ended by NULL. A NULL list
     * means any type. */
    const char *const *person_types, *const *school_types;
    /* Makes the request for one student, without authentication. School may be NULL if the contract
     * does not use it. ECKID_CONTRACT if a value is empty or cannot stand where the contract puts
     * it; the message never quotes a value. */
    eckid_err_t *(*make_request)(const struct eckid_contract_t *self,
                                 eckid_http_request_t **request, const char *base,
                                 const eckid_school_t *school, const eckid_person_key_t *key,
                                 apr_time_t now, apr_pool_t *pool);
    /*
     * Reads a response: FOUND, HAS_NONE or IS_UNKNOWN. ECKID_LAS_REFUSED for a status to which the
     * contract gives no meaning, ECKID_LAS_SHAPE for another media type or shape, ECKID_LAS_OTHER
     * if the response is about another student, ECKID_MALFORMED for a malformed ECK iD. Pilot
     * allows the pilot label. Nothing else of the response is kept.
     */
    eckid_err_t *(*read_response)(const struct eckid_contract_t *self, eckid_finding_t *finding,
                                  const eckid_http_response_t *response,
                                  const eckid_person_key_t *key, bool pilot, apr_pool_t *pool);
} eckid_contract_t;

/* Every school type that EckidSchool and the school map accept, ended by NULL. */
extern const char *const eckid_contract_school_types[];

/* Whether a list of types contains this one. A NULL list contains every type. */
bool eckid_contract_knows(const char *const *types, const char *type);

/* ECKID_LAS_REFUSED, with a hint that fits the status. */
eckid_err_t *eckid_contract_refused(int status, apr_pool_t *pool);

/*
 * What every contract demands of a response. Its status must have a meaning; if not,
 * ECKID_LAS_REFUSED. Its body must be JSON, except with a 204, which has no body (RFC 9110 section
 * 15.3.5): a server that is not the LAS also answers 404, but in HTML. A 200 must not be problem
 * details. Otherwise ECKID_LAS_SHAPE.
 */
eckid_err_t *eckid_contract_check_head(const eckid_http_response_t *response, bool knows_status,
                                       apr_pool_t *pool);

#endif
