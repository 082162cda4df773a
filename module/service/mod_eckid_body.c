/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a request to one of our handlers, up to a bound. */
#include "service/mod_eckid_body.h"

#include <http_protocol.h>

const char *mod_eckid_body(eckid_bytes_t *body, request_rec *r, apr_size_t max)
{
    char *buffer = apr_palloc(r->pool, max);
    apr_size_t len = 0;
    long got = 1;

    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) != OK || !ap_should_client_block(r)) {
        return "the request has no body";
    }
    while (got > 0 && len < max) {
        got = ap_get_client_block(r, buffer + len, max - len);
        len += got > 0 ? (apr_size_t)got : 0;
    }
    *body = eckid_bytes(buffer, len);
    return got ? "the body is incomplete or too long" : NULL;
}
