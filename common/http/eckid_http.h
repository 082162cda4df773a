/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outgoing request and its response as plain data, and the interface of the transport. */
#ifndef ECKID_HTTP_H
#define ECKID_HTTP_H

#include <apr_tables.h>

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* Takes the body of a response, with any status, piece by piece. An error ends the call, which
 * returns it. */
typedef struct eckid_http_sink_t {
    eckid_err_t *(*take)(void *self, eckid_bytes_t next);
    void *self;
} eckid_http_sink_t;

typedef struct eckid_http_request_t {
    const char *method;
    const char *url; /* absolute; sent and signed exactly as it is */
    apr_table_t *headers;
    eckid_bytes_t body;
    apr_time_t deadline; /* when the response must be complete; 0: only the transport's own limit */
    const eckid_http_sink_t *sink; /* NULL: the body of the response is kept in it */
} eckid_http_request_t;

typedef struct eckid_http_response_t {
    int status;
    apr_table_t *headers; /* a repeated field is one entry, its values joined by ", " */
    eckid_bytes_t body;   /* empty if a sink took it */
} eckid_http_response_t;

/* What sends a request: libcurl, or a test. */
typedef struct eckid_transport_t {
    /*
     * Sends the request once and returns the whole response with any status; redirects are not
     * followed. Blocks until the request's deadline or the transport's own limit. ECKID_RESOLVE,
     * ECKID_TRANSPORT, ECKID_TLS, ECKID_TIMEOUT; ECKID_DIED if the connection ended before the
     * first byte of a response; ECKID_LAS_SHAPE if the response is larger than allowed. Safe to
     * call from several threads.
     */
    eckid_err_t *(*send)(void *self, eckid_http_response_t **answer,
                         const eckid_http_request_t *request, apr_pool_t *pool);
    void *self;
} eckid_transport_t;

/* The media type: Content-Type without parameters, in lower case; "" if absent. */
const char *eckid_http_media_type(const char *content_type, apr_pool_t *pool);

/* Whether the media type is JSON: application/json, or one with the suffix +json (RFC 6839). */
bool eckid_http_is_json(const char *content_type, apr_pool_t *pool);

/* Whether the media type is problem details (RFC 9457), which describe an error and hold no
 * data. */
bool eckid_http_is_problem(const char *content_type, apr_pool_t *pool);

/* How far the clock of the server that responded is ahead of ours, by its Date; 0 below two
 * seconds. In practice it is the most common reason why signatures fail. */
apr_interval_time_t eckid_http_clock_offset(const eckid_http_response_t *response);

/* A hint for a refusal that such an offset may explain. Who names the server, such as "the LAS". */
const char *eckid_http_clock_advice(const char *who, apr_interval_time_t offset, apr_pool_t *pool);

#endif
