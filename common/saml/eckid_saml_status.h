/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Response of our own that tells a supplier of a refusal, by an error status. */
#ifndef ECKID_SAML_STATUS_H
#define ECKID_SAML_STATUS_H

#include "xml/eckid_xmldsig.h"

/*
 * A signed Response with an error status (core section 3.2.2) in answer to the same request as the
 * login, for a consumer that was verified: Responder and, beneath, RequestDenied. Id is an NCName.
 */
eckid_err_t *eckid_saml_status_make(eckid_bytes_t *xml, const eckid_verified_t *login,
                                    const char *consumer, const char *id, apr_time_t now,
                                    const char *message, const eckid_key_t *key, apr_pool_t *pool);

#endif
