/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the provider as far as it says who sends it, in whatever notation it came. */
#ifndef ECKID_OAUTH_REQUEST_H
#define ECKID_OAUTH_REQUEST_H

#include "oidc/eckid_hint.h"
#include "oidc/eckid_sealed_token.h"

typedef enum eckid_oauth_body_t {
    ECKID_OAUTH_FORM,  /* parameters */
    ECKID_OAUTH_BYTES, /* something else, whose ASCII letters can be read */
    ECKID_OAUTH_HIDDEN /* it cannot be read: too long, compressed, or in an unusual charset */
} eckid_oauth_body_t;

typedef struct eckid_oauth_request_t {
    const char *authorization; /* the field, or NULL */
    const char *query;         /* of the URL, or NULL */
    eckid_bytes_t form;        /* FORM: as application/x-www-form-urlencoded; BYTES: as it came */
    eckid_oauth_body_t body;
    const eckid_token_owner_t *owner; /* of the sealed token in whose place the provider's own
                                         stands, see eckid_unseal.h; or NULL */
    eckid_hint_t hint;                /* the id_token_hint that it brought */
} eckid_oauth_request_t;

/* The head of a request that has a body. */
typedef struct eckid_oauth_head_t {
    const char *type;   /* Content-Type, or NULL */
    const char *coding; /* Content-Encoding, or NULL */
    bool is_post;       /* the one method of which all servers read a form */
} eckid_oauth_head_t;

/*
 * Sets form and body by what came; NULL is a body that was not kept. A form may be in any charset
 * as long as its bytes mean the same there: ASCII throughout, or a charset that extends ASCII by
 * single bytes or by UTF-8. White space around it is dropped. JSON (RFC 8259) or a multipart
 * body (RFC 7578), of which clients make use instead, is turned into a form: what has no plain
 * value there, such as a list or a file, into a parameter with NUL, which cannot be read.
 */
void eckid_oauth_request_read(eckid_oauth_request_t *call, const eckid_oauth_head_t *head,
                              const eckid_bytes_t *body, apr_pool_t *pool);

#endif
