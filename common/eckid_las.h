/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one student. */
#ifndef ECKID_LAS_H
#define ECKID_LAS_H

#include "eckid_eduv.h"
#include "eckid_key.h"
#include "eckid_moment.h"

/* A LAS and how to speak to it: data only, shared by threads. */
typedef struct eckid_las_t {
    const char *base; /* https URL without a slash at its end */
    eckid_school_t school;
    const eckid_key_t *key; /* signs the call; never one that signs tokens */
    const char *keyid;
    bool pilot; /* whether values with the pilot label are accepted */
    eckid_transport_t transport;
} eckid_las_t;

/*
 * Asks. Any error means that the LAS failed: see eckid_http.h and eckid_eduv.h for the codes. The
 * call is signed by RFC 9421 over @method, @target-uri, content-type and content-digest, valid for
 * a minute, with a nonce from moment.
 */
eckid_err_t *eckid_las_ask(eckid_finding_t *finding, const eckid_las_t *las,
                           const eckid_student_key_t *key, const eckid_moment_t *moment,
                           apr_pool_t *pool);

#endif
