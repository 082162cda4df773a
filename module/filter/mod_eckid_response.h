/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an answer in httpd: read, and adapted to another body. */
#ifndef MOD_ECKID_RESPONSE_H
#define MOD_ECKID_RESPONSE_H

#include <httpd.h>
#include <util_filter.h>

#include "base/eckid_codec.h"
#include "html/eckid_body_kind.h"

/* A field from wherever a handler may have put it, repeated ones joined by commas; or NULL. */
const char *mod_eckid_response_field(const request_rec *r, const char *name);

/* What a treatment is decided by. */
eckid_response_head_t mod_eckid_response_head(const request_rec *r, bool at_metadata);

/* Makes the head fit a rewritten body: its length, no coding, and no validator, digest or offer of
 * ranges, which were the old body's. */
void mod_eckid_response_change(request_rec *r, apr_size_t len);

/* Takes away the length and the validators, where the body will be another than announced. */
void mod_eckid_response_forget(request_rec *r);

/* Its Content-Type, from wherever a handler may have put it; or NULL. */
const char *mod_eckid_response_type(const request_rec *r);

/* Whether as many bytes came as were announced. */
bool mod_eckid_response_is_whole(const request_rec *r, apr_size_t len);

/* After it was replaced: makes it the head of an answer for a program. Authenticate may be NULL. */
void mod_eckid_response_program(request_rec *r, const char *type, const char *authenticate,
                                bool retry);

/* Makes it the head of a page of our own. Of the old one stay cookies, CORS and what tells how to
 * authenticate. */
void mod_eckid_response_replace(request_rec *r, int status, apr_size_t len);

/* Passes on what was held, and empties it. */
apr_status_t mod_eckid_response_pass(ap_filter_t *f, apr_bucket_brigade *held);

/* Sends a body of our own, and nothing of what was held. */
apr_status_t mod_eckid_response_send(ap_filter_t *f, apr_bucket_brigade *held, eckid_bytes_t body);

#endif
