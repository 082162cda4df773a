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

/* Where a supplier takes messages of logout by that name; NULL if there is no such endpoint. A
 * request goes by HTTP-POST if that is possible, as it has a NameID, which does not belong into
 * URLs; a response by HTTP-Redirect, which needs no page and no script. */
const eckid_saml_endpoint_t *eckid_bridge_send_endpoint(const eckid_saml_sp_role_t *role,
                                                        const char *name);

/* Signs the message, over the query (bindings section 3.4.4.1) or within, and addresses it. Name is
 * SAMLRequest or SAMLResponse, which also says to which URL of the endpoint it goes; that must be
 * its Destination. */
eckid_err_t *eckid_bridge_send(eckid_bridge_sent_t *sent, xmlNodePtr message, const char *name,
                               const eckid_saml_endpoint_t *endpoint, const char *relay_state,
                               const eckid_key_t *key, apr_pool_t *pool);

#endif
