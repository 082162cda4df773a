/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An AuthnRequest: what it says. */
#ifndef ECKID_AUTHN_REQUEST_H
#define ECKID_AUTHN_REQUEST_H

#include "bridge/eckid_authn_context.h"
#include "bridge/eckid_message_head.h"
#include "saml/eckid_saml_sp_role.h"

#define ECKID_REQUEST_CLASSES_MAX 8 /* of authentication contexts */

/* Core section 3.4.1. What is not here, such as Scoping and Extensions, is accepted and changes
 * nothing. */
typedef struct eckid_authn_request_t {
    eckid_message_head_t head;
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

#endif
