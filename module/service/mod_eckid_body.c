/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the body of a request to our own handlers. */
#include "service/mod_eckid_body.h"

#include <http_protocol.h>

/* Reads to the end of the body, of which the buffer gets what it has room for; len counts all.
 * False if the client went away. */
static bool read_all(char *buffer, apr_off_t *len, apr_size_t room, request_rec *r)
{
    char rest[8192];
    long got = 1;

    while (got > 0) {
        bool fits = *len < (apr_off_t)room;

        got = ap_get_client_block(r, fits ? buffer + *len : rest,
                                  fits ? room - (apr_size_t)*len : sizeof(rest));
        *len += got > 0 ? got : 0;
    }
    return got == 0;
}

mod_eckid_body_status_t mod_eckid_body_read(eckid_bytes_t *body, request_rec *r, apr_size_t max)
{
    apr_off_t len = 0;

    *body = eckid_bytes("", 0);
    if (ap_setup_client_block(r, REQUEST_CHUNKED_DECHUNK) != OK) {
        return MOD_ECKID_BODY_BROKEN;
    }
    if (!ap_should_client_block(r)) {
        return MOD_ECKID_BODY_WHOLE;
    }
    char *buffer = apr_palloc(r->pool, max + 1);

    if (!read_all(buffer, &len, max, r)) {
        return MOD_ECKID_BODY_BROKEN;
    }
    if (len > (apr_off_t)max) {
        return MOD_ECKID_BODY_TOO_LONG;
    }
    buffer[len] = '\0';
    *body = eckid_bytes(buffer, (apr_size_t)len);
    return MOD_ECKID_BODY_WHOLE;
}
