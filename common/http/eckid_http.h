/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing request and its answer as plain data, and the interface of what carries them. */
#ifndef ECKID_HTTP_H
#define ECKID_HTTP_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef struct eckid_http_request_t {
    const char *method;
    const char *url; /* absolute; these very octets are sent, and signed */
    apr_table_t *headers;
    eckid_bytes_t body;
    apr_time_t deadline; /* the answer must have come by then; 0 for the transport's own limit */
} eckid_http_request_t;

typedef struct eckid_http_response_t {
    int status;
    apr_table_t *headers; /* a repeated field is one entry, its values joined by ", " */
    eckid_bytes_t body;
} eckid_http_response_t;

/* What carries a request: libcurl, or a test. */
typedef struct eckid_transport_t {
    /*
     * Sends the request once and returns the whole answer, whatever its status, within the time
     * that the transport was made with. ECKID_RESOLVE, ECKID_TRANSPORT, ECKID_TLS, ECKID_TIMEOUT,
     * ECKID_DIED when the connection ended before the first byte of an answer, or ECKID_LAS_SHAPE
     * when the answer is larger than allowed. Redirects are answers. Called by many threads.
     */
    eckid_err_t *(*send)(void *self, eckid_http_response_t **answer,
                         const eckid_http_request_t *request, apr_pool_t *pool);
    void *self;
} eckid_transport_t;

/* The media type of an answer: the Content-Type without parameters, in lower case; "" if absent. */
const char *eckid_http_media_type(const char *content_type, apr_pool_t *pool);

/* Whether that is a media type of JSON: application/json, or one with the suffix +json (RFC 6839).
 */
bool eckid_http_is_json(const char *content_type, apr_pool_t *pool);

/* Whether that is problem details (RFC 9457): what went wrong, and no data whatever its members. */
bool eckid_http_is_problem(const char *content_type, apr_pool_t *pool);

#endif
