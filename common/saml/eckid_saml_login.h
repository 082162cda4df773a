/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login over SAML: a response in, the response for the supplier out. */
#ifndef ECKID_SAML_LOGIN_H
#define ECKID_SAML_LOGIN_H

#include "decision/eckid_decision.h"
#include "saml/eckid_metadata.h"
#include "saml/eckid_saml_recipient.h"
#include "saml/eckid_supplier_sources.h"
#include "saml/eckid_saml_unread.h"

/* What rewriting SAML needs for one identity provider. Read-only, shared by threads. */
typedef struct eckid_saml_setup_t {
    const eckid_rules_t *rules;
    const eckid_supplier_sources_t *sources; /* suppliers with metadata at URLs; NULL: none */
    eckid_metadata_t *metadata;      /* of the identity provider; NULL if no supplier uses SAML */
    const eckid_key_t *metadata_key; /* signs the metadata that is published; or NULL */
    const apr_array_header_t *decryption_keys; /* const eckid_key_t *, or NULL if there are none */
    bool sha1;                                 /* whether SHA-1 signatures are accepted */
    apr_size_t response_max;                   /* bytes of a login response, decoded */
} eckid_saml_setup_t;

/* A response as the HTTP-POST binding carries it (bindings section 3.5.4). */
typedef struct eckid_saml_post_t {
    eckid_bytes_t value; /* of the field SAMLResponse: base64 */
    eckid_saml_route_t route;
    eckid_saml_context_t *context; /* of the page with the field */
    bool simple_sign; /* whether the binding is HTTP-POST-SimpleSign, which is refused */
} eckid_saml_post_t;

/*
 * Opens the response, finds its supplier, verifies it, looks the student up, removes what is not
 * released, signs. PASS if it is no login for a supplier, and if it cannot be read and
 * eckid_saml_unread lets it pass. With CHANGE, the body is the new value of the field, base64: the
 * login, or a signed error status if the supplier's block asks for that
 * (decision.log.told_supplier). May ask the LAS, and then blocks for its timeout at most.
 */
eckid_decision_t eckid_saml_login_rewrite(const eckid_saml_setup_t *setup,
                                          const eckid_saml_post_t *post,
                                          const eckid_moment_t *moment, apr_pool_t *pool);

/* A login that was opened to be told about. */
typedef struct eckid_saml_opened_t {
    eckid_decision_t decision;     /* its supplier; NULL: cause says whom it names instead, or
                                      nothing, if it logs nobody in */
    eckid_attributes_t attributes; /* valid if there is a supplier and no error */
    bool encrypted;                /* whether it would go out encrypted */
    apr_time_t made;               /* its IssueInstant; 0 if it has none */
} eckid_saml_opened_t;

/* Opens a login that was captured, and verifies it, as eckid_saml_login_rewrite does; but its times
 * are judged as they were at its IssueInstant. So what comes of it must never be sent. */
eckid_err_t *eckid_saml_login_open(eckid_saml_opened_t *opened, const eckid_saml_setup_t *setup,
                                   const eckid_saml_post_t *post, const eckid_moment_t *moment,
                                   apr_pool_t *pool);

#endif
