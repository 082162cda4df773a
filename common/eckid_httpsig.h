/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9421: request or response and key to signature base and headers; pure, no clock, no I/O. */
#ifndef ECKID_HTTPSIG_H
#define ECKID_HTTPSIG_H

#include "eckid_http.h"
#include "eckid_key.h"

/* What is signed: a request, or a response together with the request it answers. */
typedef struct eckid_httpsig_message_t {
    const char *method; /* of a request; NULL in a response */
    const char *url;
    int status; /* of a response */
    apr_table_t *headers;
} eckid_httpsig_message_t;

/* RFC 9421 section 2: a covered component. */
typedef struct eckid_httpsig_component_t {
    const char *name;        /* a field name in lower case, or "@method" and its kind */
    const char *query_param; /* the name parameter of "@query-param", percent-encoded; else NULL */
} eckid_httpsig_component_t;

/* RFC 9421 section 2.3. Absent ones are NULL or 0 and left out. */
typedef struct eckid_httpsig_params_t {
    apr_time_t created;
    apr_time_t expires;
    const char *nonce;
    const char *keyid;
    const char *tag;
} eckid_httpsig_params_t;

/*
 * The signature base (section 2.5) of the components, in their order. Input is what stands for this
 * signature in Signature-Input: the inner list with its parameters, from eckid_httpsig_input.
 * ECKID_INTERNAL when a component is unknown or absent from the message.
 */
eckid_err_t *eckid_httpsig_base(eckid_bytes_t *base, const eckid_httpsig_message_t *message,
                                const eckid_httpsig_component_t *components, int count,
                                const char *input, apr_pool_t *pool);

/* The inner list of components (section 2.3); parameters is the text behind it, ";" included. */
const char *eckid_httpsig_input(const eckid_httpsig_component_t *components, int count,
                                const char *parameters, apr_pool_t *pool);

/* RFC 9530 section 2: the Content-Digest value with SHA-256. */
const char *eckid_httpsig_content_digest(eckid_bytes_t body, apr_pool_t *pool);

/* Signs the request with the algorithm of the key's kind (ecdsa-p256-sha256, rsa-pss-sha512,
 * ed25519): sets Content-Digest, Signature-Input and Signature, labelled "sig1". ECKID_KEY when the
 * kind has none. */
eckid_err_t *eckid_httpsig_sign(eckid_http_request_t *request, const eckid_key_t *key,
                                const eckid_httpsig_component_t *components, int count,
                                const eckid_httpsig_params_t *params, apr_pool_t *pool);

#endif
