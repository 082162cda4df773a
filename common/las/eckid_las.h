/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one student. */
#ifndef ECKID_LAS_H
#define ECKID_LAS_H

#include "las/eckid_las_limits.h"
#include "contract/eckid_contract.h"
#include "http/eckid_httpsig.h"
#include "las/eckid_client_credentials.h"

/* A LAS and how to speak to it, for one school or many: shared by threads. Proof of who asks is a
 * signature, an access token, the transport's certificate, or any of them together. */
typedef struct eckid_las_t {
    const char *base; /* https URL without a slash at its end */
    const eckid_contract_t *contract;
    const eckid_key_t *key; /* signs the call, never one that signs logins; NULL: not signed */
    const char *keyid;
    const eckid_httpsig_profile_t *profile;  /* how it is signed; NULL for the usual one */
    const apr_array_header_t *answer_keys;   /* eckid_httpsig_key_t: answers are signed by one of
                                                these; NULL: they need not be */
    eckid_client_credentials_t *credentials; /* or NULL */
    eckid_las_limits_t *limits;              /* or NULL: no limits */
    eckid_transport_t transport;
    apr_interval_time_t timeout; /* for everything together */
    eckid_clock_t clock;
    bool pilot; /* whether values with the pilot label are accepted */
} eckid_las_t;

/* What came of asking. */
typedef struct eckid_las_result_t {
    eckid_finding_t finding;   /* where there was no error */
    bool school_refused;       /* 403: not our student, but the school is the matter */
    int status;                /* of the last answer; 0 for none */
    apr_interval_time_t clock; /* how far the LAS's clock is ahead; 0 if less than two seconds */
} eckid_las_result_t;

/*
 * Asks. Any error means that the LAS failed; see eckid_http.h, eckid_contract_eduv.h,
 * eckid_contract_file.h, eckid_las_limits.h, eckid_client_credentials.h and eckid_httpsig_verify.h
 * for the codes. A call is made again, once and with a moment of its own, if the connection died
 * before an answer, or the LAS refused an access token that was at hand.
 *
 * Where answers must be signed, an answer that is not has not been given: nothing of it is read.
 */
eckid_err_t *eckid_las_ask(eckid_las_result_t *asked, const eckid_las_t *las,
                           const eckid_school_t *school, const eckid_student_key_t *key,
                           apr_pool_t *pool);

#endif
