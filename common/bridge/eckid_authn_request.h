/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An AuthnRequest: what it says, and whether it can be meant for us and for now. */
#ifndef ECKID_AUTHN_REQUEST_H
#define ECKID_AUTHN_REQUEST_H

#include "bridge/eckid_authn_context.h"
#include "bridge/eckid_bridge_message.h"
#include "saml/eckid_saml_sp_role.h"

#define ECKID_REQUEST_AGE apr_time_from_sec(600) /* how old a request may be when it comes */
#define ECKID_REQUEST_ID_MAX 256                 /* bytes */
#define ECKID_REQUEST_CLASSES_MAX 8              /* of authentication contexts */

/* Core section 3.4.1. What is not here, such as Scoping and Extensions, is accepted and changes
 * nothing. */
typedef struct eckid_authn_request_t {
    const char *id, *version, *issuer;
    apr_time_t issued;
    const char *destination;  /* or NULL */
    const char *consumer;     /* AssertionConsumerServiceURL; or NULL */
    int consumer_index;       /* -1 if it is absent */
    const char *binding;      /* ProtocolBinding; or NULL */
    bool force, passive;      /* ForceAuthn, IsPassive */
    const char *name_format;  /* of NameIDPolicy; or NULL */
    const char *sp_qualifier; /* of NameIDPolicy; or NULL */
    eckid_comparison_t comparison;
    apr_array_header_t *classes; /* const char *: AuthnContextClassRefs */
    bool has_declarations;       /* AuthnContextDeclRefs */
    bool has_subject;
} eckid_authn_request_t;

/* Reads it. ECKID_REQUEST for what is no AuthnRequest, or has values that its types do not allow.
 */
eckid_err_t *eckid_authn_request_read(eckid_authn_request_t **request, const xmlNode *root,
                                      apr_pool_t *pool);

/*
 * Whether it is for that place of ours, and of now. A signed one must say where it was sent
 * (bindings sections 3.4.5.2 and 3.5.5.2). ECKID_REQUEST_DESTINATION, ECKID_REQUEST_TIME.
 */
eckid_err_t *eckid_authn_request_check(const eckid_authn_request_t *request, bool is_signed,
                                       const char *location, apr_time_t now,
                                       apr_interval_time_t skew, apr_pool_t *pool);

#endif
