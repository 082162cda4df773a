/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends the response of our own handlers: one piece. */
#ifndef MOD_ECKID_REPLY_H
#define MOD_ECKID_REPLY_H

#include <httpd.h>

#include "base/eckid_codec.h"

/* Sends a body of that media type with that Cache-Control. Returns OK. */
int mod_eckid_reply(request_rec *r, const char *type, eckid_bytes_t body,
                    const char *cache_control);

/* Sends a JSON body with that Cache-Control. Returns OK. */
int mod_eckid_reply_json(request_rec *r, eckid_bytes_t body, const char *cache_control);

#endif
