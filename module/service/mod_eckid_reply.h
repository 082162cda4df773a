/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How our own handlers reply: JSON in one piece. */
#ifndef MOD_ECKID_REPLY_H
#define MOD_ECKID_REPLY_H

#include <httpd.h>

#include "base/eckid_codec.h"

/* OK, after sending a body of JSON with that Cache-Control. */
int mod_eckid_reply_json(request_rec *r, eckid_bytes_t body, const char *cache_control);

#endif
