/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The body of a request to one of our handlers, up to a bound. */
#ifndef MOD_ECKID_BODY_H
#define MOD_ECKID_BODY_H

#include <httpd.h>

#include "base/eckid_codec.h"

/* Reads all of it. NULL, or what is wrong: there is none, it is incomplete, or it is too long. */
const char *mod_eckid_body(eckid_bytes_t *body, request_rec *r, apr_size_t max);

#endif
