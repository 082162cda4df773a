/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the body of a request to our own handlers. */
#ifndef MOD_ECKID_BODY_H
#define MOD_ECKID_BODY_H

#include <httpd.h>
#include <stdbool.h>

#include "base/eckid_codec.h"

typedef enum mod_eckid_body_status_t {
    MOD_ECKID_BODY_WHOLE, /* also an empty one */
    MOD_ECKID_BODY_TOO_LONG,
    MOD_ECKID_BODY_BROKEN /* the client went away, or its encoding is wrong */
} mod_eckid_body_status_t;

/* Reads a body of at most max bytes, with or without a Content-Length. One that is too long is read
 * to its end and dropped. */
mod_eckid_body_status_t mod_eckid_body_read(eckid_bytes_t *body, request_rec *r, apr_size_t max);

#endif
