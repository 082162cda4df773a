/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Response of our own that reports a refusal to a supplier, by an error status. */
#ifndef ECKID_SAML_STATUS_H
#define ECKID_SAML_STATUS_H

#include "xml/eckid_xmldsig.h"

/* A refusal as it is reported. */
typedef struct eckid_saml_refusal_t {
    const char *consumer; /* the URL it is sent to, a consumer URL of the supplier */
    const char *id;       /* an NCName */
    apr_time_t now;
    const char *message; /* for people */
} eckid_saml_refusal_t;

/*
 * A signed Response with an error status (core section 3.2.2) in place of the login. It answers the
 * same request, and its status is Responder with RequestDenied beneath.
 */
eckid_err_t *eckid_saml_status_make(eckid_bytes_t *xml, const eckid_verified_t *login,
                                    const eckid_saml_refusal_t *refusal, const eckid_key_t *key,
                                    apr_pool_t *pool);

#endif
