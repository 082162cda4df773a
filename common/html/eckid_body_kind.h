/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the head of an answer: what is to be done with its body. */
#ifndef ECKID_BODY_KIND_H
#define ECKID_BODY_KIND_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef enum eckid_body_kind_t {
    ECKID_BODY_PASS,     /* streams, untouched and unread */
    ECKID_BODY_PAGE,     /* HTML, or what a browser may take for it: may hold a form */
    ECKID_BODY_XML,      /* may be a SOAP message with a login in it, XHTML, or several parts */
    ECKID_BODY_METADATA, /* the identity provider's own metadata */
    ECKID_BODY_REFUSE
} eckid_body_kind_t;

typedef struct eckid_response_head_t {
    int status;
    const char *content_type;     /* or NULL */
    const char *content_encoding; /* all codings, joined by commas; or NULL */
    bool at_metadata;             /* whether the operator named this path as one of metadata */
} eckid_response_head_t;

/*
 * Decides. Gzip tells whether the body has that coding, for the three treatments that read it. Why
 * is NULL, or with REFUSE, ECKID_PARTIAL for a 206 and ECKID_CODING for a coding that cannot be
 * undone; with PAGE and XML, ECKID_CODING for a character encoding that hides markup: such a body
 * is for eckid_page_check_unread.
 */
eckid_body_kind_t eckid_body_kind(bool *gzip, const eckid_err_t **why,
                                  const eckid_response_head_t *head, apr_pool_t *pool);

#endif
