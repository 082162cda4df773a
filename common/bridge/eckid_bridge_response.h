/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Response that logs a user in at a supplier, made and signed by us. */
#ifndef ECKID_BRIDGE_RESPONSE_H
#define ECKID_BRIDGE_RESPONSE_H

#include "bridge/eckid_claims.h"
#include "bridge/eckid_name_id.h"
#include "saml/eckid_saml_answer.h"

#define ECKID_ASSERTION_AGE apr_time_from_sec(300) /* how long an Assertion can be delivered */

/* What an Assertion states about a login. */
typedef struct eckid_statement_t {
    const char *audience; /* the supplier's entity ID */
    eckid_name_id_t name_id;
    const char *context; /* an AuthnContextClassRef */
    apr_time_t instant;  /* of the authentication */
    const char *session; /* the SessionIndex */
    const eckid_user_claims_t *claims;
    apr_interval_time_t skew; /* so much earlier than now it is valid */
} eckid_statement_t;

/* How it is protected. */
typedef struct eckid_protection_t {
    const eckid_key_t *key;
    eckid_sign_what_t what;
    const eckid_described_t *reader; /* to whom it is encrypted; or NULL */
} eckid_protection_t;

/*
 * Makes the Response (profiles section 4.1.4.2): one bearer Assertion with an AuthnStatement and,
 * if there is any attribute, an AttributeStatement, whose values are typed as xs:string. Head is
 * that of the Response; the Assertion has the assertion_id of moment.
 */
eckid_err_t *eckid_bridge_response_make(eckid_bytes_t *xml, const eckid_saml_head_t *head,
                                        const eckid_statement_t *statement,
                                        const eckid_protection_t *protection,
                                        const eckid_moment_t *moment, apr_pool_t *pool);

/* A signed Response with an error status. */
eckid_err_t *eckid_bridge_response_refuse(eckid_bytes_t *xml, const eckid_saml_head_t *head,
                                          const eckid_saml_status_t *status, const eckid_key_t *key,
                                          apr_pool_t *pool);

#endif
