/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decides from the head of a response how its body is handled. */
#ifndef ECKID_BODY_KIND_H
#define ECKID_BODY_KIND_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef enum eckid_body_kind_t {
    ECKID_BODY_PASS,     /* streamed unchanged and unread */
    ECKID_BODY_PAGE,     /* HTML, or anything a browser may render as HTML: may have a form */
    ECKID_BODY_XML,      /* XML, multipart or JSON: may be a SOAP message with a login, or XHTML */
    ECKID_BODY_METADATA, /* the identity provider's own metadata */
    ECKID_BODY_REFUSE
} eckid_body_kind_t;

typedef struct eckid_response_head_t {
    int status;
    const char *content_type;     /* or NULL */
    const char *content_encoding; /* all content codings, separated by commas; or NULL */
    bool at_metadata;             /* whether the operator configured this path as a metadata path */
    bool is_elsewhere;            /* whether the location is not the identity provider's own */
    bool may_hold_tokens;         /* whether JSON and JWT can be what a token endpoint answers */
    bool may_hold_login;          /* whether JSON can have a login in it that a script sends on */
} eckid_response_head_t;

/*
 * Gzip tells whether the body is gzipped; it is set for the three kinds that are read. Why is NULL,
 * or with REFUSE, ECKID_PARTIAL for a 206 elsewhere and ECKID_CODING for an unsupported content
 * coding; with PAGE and XML, ECKID_PARTIAL for a 206 that no client asked for and ECKID_CODING for
 * a character encoding that hides markup: such a body is for eckid_page_check_unread.
 */
eckid_body_kind_t eckid_body_kind(bool *gzip, const eckid_err_t **why,
                                  const eckid_response_head_t *head, apr_pool_t *pool);

#endif
