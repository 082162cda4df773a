/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: verifies that a response was signed by an expected key; no I/O. */
#ifndef ECKID_HTTPSIG_VERIFY_H
#define ECKID_HTTPSIG_VERIFY_H

#include "http/eckid_http.h"
#include "crypto/eckid_key.h"

/* A key with which the peer may sign responses. */
typedef struct eckid_httpsig_key_t {
    const char *keyid;
    const eckid_key_t *key;
    const char *algorithm; /* a name from section 6.2.2; NULL: the default of the key's kind */
} eckid_httpsig_key_t;

/*
 * Verifies that one of the keys (eckid_httpsig_key_t) signed the response to this request, which
 * eckid_httpsig_sign signed. There may be several signatures; one of them must satisfy all of this:
 *
 * - it covers @status, content-digest, content-type if the response has it, and the signature of
 * the request: "signature";req;key="sig1", or the whole field;
 * - no component occurs twice, and none has parameters other than req, key and name;
 * - keyid names a key, and alg, if present, is the algorithm of that key;
 * - created is present and differs from now by skew at most; expires, if present, is not more than
 *   skew ago.
 *
 * Content-Digest must match the body. Signature and Signature-Input must be well-formed and have
 * the same labels, eight at most. Otherwise ECKID_LAS_SIGNATURE; if the time is wrong, the detail
 * has the difference in seconds. Now is the time when the response came.
 */
eckid_err_t *eckid_httpsig_verify_response(const eckid_http_response_t *answer,
                                           const eckid_http_request_t *request,
                                           const apr_array_header_t *keys, apr_time_t now,
                                           apr_interval_time_t skew, apr_pool_t *pool);

#endif
