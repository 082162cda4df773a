/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the head of an answer: what is to be done with its body. */
#ifndef ECKID_TREAT_H
#define ECKID_TREAT_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

typedef enum eckid_treatment_t {
    ECKID_TREAT_PASS,     /* streams, untouched and unread */
    ECKID_TREAT_PAGE,     /* HTML, or what a browser may take for it: may hold a form */
    ECKID_TREAT_XML,      /* may be a SOAP message with a login in it, or XHTML */
    ECKID_TREAT_METADATA, /* the identity provider's own metadata */
    ECKID_TREAT_REFUSE
} eckid_treatment_t;

typedef struct eckid_head_t {
    int status;
    const char *content_type;     /* or NULL */
    const char *content_encoding; /* all codings, joined by commas; or NULL */
    bool at_metadata;             /* whether the operator named this path as one of metadata */
} eckid_head_t;

/*
 * Decides. Gzip tells whether the body has that coding, for the three treatments that read it.
 * Why is written with REFUSE: ECKID_PARTIAL for a 206, ECKID_CARRIER for several parts in one,
 * ECKID_CODING for a body to be read whose coding or character encoding cannot be.
 */
eckid_treatment_t eckid_treat(bool *gzip, eckid_err_t **why, const eckid_head_t *head,
                              apr_pool_t *pool);

#endif
