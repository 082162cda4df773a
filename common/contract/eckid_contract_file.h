/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A contract as a file states it: one student asked for, and what the answer says. */
#ifndef ECKID_CONTRACT_FILE_H
#define ECKID_CONTRACT_FILE_H

#include "http/eckid_http.h"
#include "model/eckid_finding.h"
#include "model/eckid_school.h"

#define ECKID_CONTRACT_MAX (64 * 1024) /* bytes of a file */

/* Read-only once made, and shared by threads. conf/contracts/README.md tells what a file means. */
typedef struct eckid_contract_file_t eckid_contract_file_t;

/*
 * Reads the content of a file. ECKID_CONTRACT, naming the file and the place in it (the line where
 * it is not JSON, the member where it is), for everything that is not plainly right. Content need
 * not live on, file must.
 */
eckid_err_t *eckid_contract_file_make(eckid_contract_file_t **contract, eckid_bytes_t content,
                                      const char *file, apr_pool_t *pool);

/*
 * The request, without proof of who asks. School may be NULL where the contract uses none. A GET
 * has no body and no Content-Type. ECKID_CONTRACT when a value is empty or cannot stand where the
 * contract puts it; no message holds one.
 */
eckid_err_t *eckid_contract_file_request(eckid_http_request_t **request,
                                         const eckid_contract_file_t *contract, const char *base,
                                         const eckid_school_t *school,
                                         const eckid_student_key_t *key, apr_time_t now,
                                         apr_pool_t *pool);

/*
 * Reads an answer. FOUND, HAS_NONE or IS_UNKNOWN, where it says exactly one of these by the
 * contract. ECKID_LAS_REFUSED for a status that the contract knows nothing about, ECKID_LAS_SHAPE
 * for another media type or shape, ECKID_LAS_OTHER when an echo is not the student key,
 * ECKID_MALFORMED for a malformed value. Pilot allows the pilot label. Nothing else is kept.
 */
eckid_err_t *eckid_contract_file_read(eckid_finding_t *finding,
                                      const eckid_contract_file_t *contract,
                                      const eckid_http_response_t *answer,
                                      const eckid_student_key_t *key, bool pilot, apr_pool_t *pool);

#endif
