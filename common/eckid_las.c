/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the LAS one question about one student. */
#include "eckid_las.h"
#include "eckid_httpsig.h"

#define SIGNATURE_SECONDS 60

static eckid_err_t *sign(eckid_http_request_t *request, const eckid_las_t *las,
                         const eckid_moment_t *moment, apr_pool_t *pool)
{
    static const eckid_httpsig_component_t components[] = {
        {"@method", NULL},
        {"@target-uri", NULL},
        {"content-type", NULL},
        {"content-digest", NULL},
    };
    eckid_bytes_t nonce = eckid_bytes(moment->http_nonce, sizeof(moment->http_nonce));
    const eckid_httpsig_params_t params = {
        .created = moment->now,
        .expires = moment->now + apr_time_from_sec(SIGNATURE_SECONDS),
        .nonce = eckid_codec_base64url(nonce, pool).data,
        .keyid = las->keyid,
    };

    return eckid_httpsig_sign(request, las->key, components,
                              sizeof(components) / sizeof(*components), &params, pool);
}

eckid_err_t *eckid_las_ask(eckid_finding_t *finding, const eckid_las_t *las,
                           const eckid_student_key_t *key, const eckid_moment_t *moment,
                           apr_pool_t *pool)
{
    eckid_http_request_t *request = eckid_eduv_request(las->base, &las->school, key, pool);
    eckid_http_answer_t *answer;

    ECKID_ERR(sign(request, las, moment, pool));
    ECKID_ERR(las->transport.send(las->transport.self, &answer, request, pool));
    return eckid_eduv_read(finding, answer, key, las->pilot, pool);
}
