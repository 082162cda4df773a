/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one student. */
#include "eckid_las.h"
#include "eckid_httpsig.h"

eckid_err_t *eckid_las_ask(eckid_finding_t *finding, const eckid_las_t *las,
                           const eckid_student_key_t *key, const eckid_moment_t *moment,
                           apr_pool_t *pool)
{
    eckid_http_request_t *request = eckid_eduv_request(las->base, &las->school, key, pool);
    eckid_http_answer_t *answer;

    ECKID_ERR(eckid_httpsig_sign(request, &eckid_httpsig_usual, las->key, las->keyid, moment,
                                 pool));
    ECKID_ERR(las->transport.send(las->transport.self, &answer, request, pool));
    return eckid_eduv_read(finding, answer, key, las->pilot, pool);
}
