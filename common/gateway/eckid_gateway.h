/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All that is needed to check and rewrite the responses of one identity provider. */
#ifndef ECKID_GATEWAY_H
#define ECKID_GATEWAY_H

#include "oidc/eckid_oidc_setup.h"
#include "saml/eckid_saml_login.h"

/* Read-only, shared by threads. */
typedef struct eckid_gateway_t {
    eckid_rules_t rules;
    eckid_saml_setup_t saml; /* its rules are those above */
    eckid_oidc_setup_t oidc; /* the same; its provider is NULL if no supplier uses OpenID Connect */
    apr_size_t page_max;     /* bytes of a page, inflated */
    const char *request;     /* the URL that was requested, which may name a supplier; or NULL */
    const char *asked;       /* the client_id of an authorization request; or NULL */
    eckid_hint_t hint;       /* the id_token_hint of the request, which a page may repeat */
} eckid_gateway_t;

#endif
