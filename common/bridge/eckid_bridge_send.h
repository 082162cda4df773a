/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A message of our own on its way to an endpoint of a supplier, by HTTP-Redirect or HTTP-POST. */
#ifndef ECKID_BRIDGE_SEND_H
#define ECKID_BRIDGE_SEND_H

#include "bridge/eckid_bridge_page.h"
#include "saml/eckid_saml_sp_role.h"
#include "xml/eckid_xmldsig.h"

/* What the browser does with it. */
typedef struct eckid_bridge_sent_t {
    const char *location; /* the URL that it goes to; NULL: it posts */
    eckid_bridge_post_t post;
} eckid_bridge_sent_t;

/* Where a supplier takes messages of logout; NULL if there is no such endpoint. HTTP-Redirect comes
 * first: a form of ours would reach a supplier without its cookies if they are SameSite=Lax. */
const eckid_saml_endpoint_t *eckid_bridge_send_endpoint(const eckid_saml_sp_role_t *role);

/* Signs the message, over the query (bindings section 3.4.4.1) or within, and addresses it. Name is
 * SAMLRequest or SAMLResponse, which also says to which URL of the endpoint it goes; that must be
 * its Destination. */
eckid_err_t *eckid_bridge_send(eckid_bridge_sent_t *sent, xmlNodePtr message, const char *name,
                               const eckid_saml_endpoint_t *endpoint, const char *relay_state,
                               const eckid_key_t *key, apr_pool_t *pool);

#endif
