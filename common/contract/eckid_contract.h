/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a LAS is asked by: how a request is written, and what its response means. */
#ifndef ECKID_CONTRACT_H
#define ECKID_CONTRACT_H

#include "http/eckid_http.h"
#include "model/eckid_finding.h"
#include "model/eckid_school.h"

/* Read-only once made, and shared by threads. */
typedef struct eckid_contract_t {
    /* "edu-v", or the name of a file: for messages, and part of what the cache finds records by. */
    const char *name;
    /* The types of student keys and of schools that it knows, NULL at the end; NULL where it takes
     * any. */
    const char *const *student_types, *const *school_types;
    /* The request for one student, without proof of the caller. School may be NULL where the
     * contract uses none. ECKID_CONTRACT when a value is empty or cannot stand where the contract
     * puts it; no message holds one. */
    eckid_err_t *(*make_request)(const struct eckid_contract_t *self,
                                 eckid_http_request_t **request, const char *base,
                                 const eckid_school_t *school, const eckid_student_key_t *key,
                                 apr_time_t now, apr_pool_t *pool);
    /* What a response says: FOUND, HAS_NONE or IS_UNKNOWN. ECKID_LAS_REFUSED for a status that
     * means nothing by the contract, ECKID_LAS_SHAPE for another media type or shape,
     * ECKID_LAS_OTHER when it is about another student, ECKID_MALFORMED for a malformed ECK iD.
     * Pilot allows the pilot label. Nothing else of the response is kept. */
    eckid_err_t *(*read_response)(const struct eckid_contract_t *self, eckid_finding_t *finding,
                                  const eckid_http_response_t *response,
                                  const eckid_student_key_t *key, bool pilot, apr_pool_t *pool);
} eckid_contract_t;

/* Every type of school that some contract knows or a file may be filled with; NULL at the end.
 * EckidSchool and the school map accept these. */
extern const char *const eckid_contract_school_types[];

/* Whether a list of types has one; any type is in a list that is NULL. */
bool eckid_contract_knows(const char *const *types, const char *type);

/*
 * What every contract demands of a response whose status it knows: all but a 204, which has no body
 * (RFC 9110 section 15.3.5), say that they are JSON, since a server that is not the LAS answers 404
 * too, in HTML; and a 200 is no problem details. ECKID_LAS_REFUSED when the status is not known,
 * otherwise ECKID_LAS_SHAPE.
 */
eckid_err_t *eckid_contract_check_head(const eckid_http_response_t *response, bool knows_status,
                                       apr_pool_t *pool);

#endif
