/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a response of the provider is: told by its endpoint, its request and its looks. */
#ifndef ECKID_RESPONSE_KIND_H
#define ECKID_RESPONSE_KIND_H

#include "base/eckid_json_edit.h"
#include "decision/eckid_decision.h"
#include "decision/eckid_refusal_error.h"
#include "oidc/eckid_client_auth.h"

/* Where a request goes. */
typedef enum eckid_endpoint_t {
    ECKID_ENDPOINT_OTHER,   /* no published endpoint */
    ECKID_ENDPOINT_UNKNOWN, /* nothing is known of the provider, so it could be any of these */
    ECKID_ENDPOINT_TOKEN,
    ECKID_ENDPOINT_USERINFO,
    ECKID_ENDPOINT_INTROSPECTION,
    ECKID_ENDPOINT_REVOCATION,
    ECKID_ENDPOINT_END_SESSION,
    ECKID_ENDPOINT_AUTHORIZATION,
    ECKID_ENDPOINT_REQUEST, /* takes authorization requests of clients: RFC 9126, CIBA */
    ECKID_ENDPOINT_DISCOVERY,
    ECKID_ENDPOINT_JWKS
} eckid_endpoint_t;

/* What a request seems to carry. Careless servers accept more than well-formed parameters, so these
 * are set too often rather than too seldom. */
typedef struct eckid_request_signs_t {
    bool token;  /* an access token */
    bool grant;  /* what a client sends to a token endpoint */
    bool client; /* one of both, or the credentials of a client */
    bool asks;   /* what a token means: the request goes to the introspection endpoint */
} eckid_request_signs_t;

/* Resembles is the token, userinfo or introspection endpoint if some server could take the path for
 * that one's, otherwise OTHER. */
eckid_request_signs_t eckid_response_kind_signs(const eckid_oauth_request_t *call,
                                                eckid_endpoint_t resembles, apr_pool_t *pool);

typedef enum eckid_response_kind_t {
    ECKID_RESPONSE_NONE, /* nothing that concerns us: it passes */
    ECKID_RESPONSE_ANY,  /* it may hold tokens or claims: only the whole body can tell */
    ECKID_RESPONSE_TOKEN,
    ECKID_RESPONSE_USERINFO,
    ECKID_RESPONSE_INTROSPECTION, /* what a client is told about a token (RFC 7662) */
    ECKID_RESPONSE_DISCOVERY,
    ECKID_RESPONSE_JWKS
} eckid_response_kind_t;

/* How many bytes of a body are looked at where it cannot be had whole. */
#define ECKID_RESPONSE_START 63

/* How much of the body is known. */
typedef enum eckid_body_state_t {
    ECKID_BODY_AWAITED,   /* nothing yet; the head has come */
    ECKID_BODY_BEGUN,     /* its start, and more may come */
    ECKID_BODY_CUT,       /* its start, and that it will not be had whole */
    ECKID_BODY_UNREADABLE /* that its content coding cannot be undone */
} eckid_body_state_t;

typedef struct eckid_response_looks_t {
    eckid_endpoint_t endpoint;
    eckid_request_signs_t signs;
    int status;
    const char *type; /* the media type, as of eckid_http_media_type */
    eckid_body_state_t body;
    eckid_bytes_t start; /* with BEGUN and CUT: the first ECKID_RESPONSE_START bytes, at most */
} eckid_response_looks_t;

/* Whether eckid_response_kind depends on the signs of the request. */
bool eckid_response_kind_needs_signs(eckid_endpoint_t endpoint, int status);

/* What a response is before its body is known. A published endpoint decides by itself; elsewhere,
 * and at UNKNOWN, it is ANY or NONE. Where the body cannot be had, ANY means that it must not pass
 * unread. */
eckid_response_kind_t eckid_response_kind(const eckid_response_looks_t *looks);

/* What a response of kind ANY is, by its whole body: TOKEN, USERINFO, INTROSPECTION or NONE. Object
 * is the body where that is a JSON object which can be read, otherwise NULL. */
eckid_response_kind_t eckid_response_kind_of_body(eckid_json_edit_t **object,
                                                  const eckid_request_signs_t *signs,
                                                  eckid_bytes_t body, apr_pool_t *pool);

/* Whether some client may read tokens in the body of an answer, however it is written. Markup is
 * read by none. */
bool eckid_response_kind_may_be_tokens(eckid_bytes_t body);

/* For whom the refusal of a response is written; channel is that of the refusal. */
eckid_refusal_reader_t eckid_response_kind_reader(eckid_response_kind_t kind,
                                                  eckid_channel_t channel);

#endif
