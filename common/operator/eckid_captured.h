/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login that was captured: opened and verified by the code for logins, to be told about. */
#ifndef ECKID_CAPTURED_H
#define ECKID_CAPTURED_H

#include "gateway/eckid_gateway.h"
#include "oidc/eckid_oidc_login.h"

typedef struct eckid_captured_t {
    bool is_saml;                  /* as is a page that cannot be read */
    bool encrypted;                /* whether it would go out encrypted; over SAML */
    apr_time_t made;               /* when, as it says itself; 0 if it does not */
    eckid_attributes_t attributes; /* valid if there is a supplier and no error */
    eckid_oidc_login_t login;      /* over SAML, only what both have in common is in it */
} eckid_captured_t;

/*
 * Opens what an identity provider answered with: a page with a SAML response or an ID token, the
 * answer of a token endpoint in JSON, or what a browser sent on, a form or a URL, as "name=value"
 * parted by "&". Verifies it as it would have been verified at the time when it was made. May fetch
 * from the identity provider, as a login. Nothing of it must ever be sent.
 *
 * An error is that of the login's refusal, or ECKID_ADMIN_REQUEST when there is no login in it. A
 * login without supplier would pass; its cause says whom it names.
 */
eckid_err_t *eckid_captured_open(eckid_captured_t *captured, const eckid_gateway_t *gateway,
                                 const char *text, const eckid_moment_t *moment, apr_pool_t *pool);

#endif
