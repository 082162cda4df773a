/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Edu-V contract: one student asked for, and what the answer says. */
#ifndef ECKID_CONTRACT_EDUV_H
#define ECKID_CONTRACT_EDUV_H

#include "http/eckid_http.h"
#include "model/eckid_finding.h"
#include "model/eckid_school.h"

/* The request "POST {base}/students" (Edu-V Students API 0.9.1), without proof of who asks. */
eckid_http_request_t *eckid_contract_eduv_request(const char *base, const eckid_school_t *school,
                                                  const eckid_student_key_t *key, apr_pool_t *pool);

/*
 * Reads an answer. A 200 with a student object is FOUND or, without userMasterIdentifier, HAS_NONE;
 * a 404 that is JSON is IS_UNKNOWN. ECKID_LAS_REFUSED for any other status, ECKID_LAS_SHAPE for
 * another media type or shape, ECKID_LAS_OTHER when an identifier of the type asked is not the one
 * asked, ECKID_MALFORMED for a malformed value. Pilot allows the pilot label. Nothing else is kept.
 */
eckid_err_t *eckid_contract_eduv_read(eckid_finding_t *finding, const eckid_http_response_t *answer,
                                      const eckid_student_key_t *key, bool pilot, apr_pool_t *pool);

#endif
