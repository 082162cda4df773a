/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: a response is accepted only if the expected peer signed it; pure. */
#ifndef ECKID_HTTPSIG_VERIFY_H
#define ECKID_HTTPSIG_VERIFY_H

#include "http/eckid_http.h"
#include "crypto/eckid_key.h"

/* A key that may sign answers. */
typedef struct eckid_httpsig_key_t {
    const char *keyid;
    const eckid_key_t *key;
    const char *algorithm; /* by its name in section 6.2.2; NULL: the usual one of the key's kind */
} eckid_httpsig_key_t;

/*
 * Whether the answer to this request, which eckid_httpsig_sign has signed, is signed by one of the
 * keys (eckid_httpsig_key_t). One signature must satisfy all of this, others may be there:
 *
 * - it covers @status, content-digest, content-type if there is one, and the request's signature:
 *   "signature";req;key="sig1", or the whole field;
 * - what it covers is read without doubt: no component twice, none with a parameter that is not
 *   known here (only req, key and name are);
 * - keyid names a key, and alg, if it is stated, is that key's algorithm;
 * - created is there and no more than skew from now in either direction; expires, if it is there,
 *   is no more than skew ago.
 *
 * Content-Digest is of the body. Both fields must be readable, with the same labels, each once, and
 * no more than eight. Otherwise ECKID_LAS_SIGNATURE; if it was for the time, the detail has the
 * difference of the clocks in seconds. Now is when the answer came.
 */
eckid_err_t *eckid_httpsig_verify_response(const eckid_http_response_t *answer,
                                           const eckid_http_request_t *request,
                                           const apr_array_header_t *keys, apr_time_t now,
                                           apr_interval_time_t skew, apr_pool_t *pool);

#endif
