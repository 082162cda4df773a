/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends the response of our own handlers: one piece. */
#include "service/mod_eckid_reply.h"

#include <http_protocol.h>

int mod_eckid_reply(request_rec *r, const char *type, eckid_bytes_t body, const char *cache_control)
{
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)body.len);
    apr_table_setn(r->headers_out, "Cache-Control", cache_control);
    ap_rwrite(body.data, (int)body.len, r);
    return OK;
}

int mod_eckid_reply_json(request_rec *r, eckid_bytes_t body, const char *cache_control)
{
    return mod_eckid_reply(r, "application/json", body, cache_control);
}
