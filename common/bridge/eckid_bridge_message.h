/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAML message that a supplier sends to our identity provider, and whether its signature holds.
 */
#ifndef ECKID_BRIDGE_MESSAGE_H
#define ECKID_BRIDGE_MESSAGE_H

#include "xml/eckid_xmldsig.h"

#define ECKID_MESSAGE_MAX (64 * 1024) /* bytes of its XML */
#define ECKID_RELAY_STATE_MAX 1024    /* bytes; bindings section 3.4.3 allows 80 */

/* How it came. */
typedef struct eckid_bridge_carrier_t {
    bool is_post;         /* HTTP-POST (bindings section 3.5), or HTTP-Redirect (section 3.4) */
    eckid_bytes_t text;   /* the body of the form, or the query of the URL, as it came */
    const char *location; /* the URL of ours to which it came, as our metadata have it */
} eckid_bridge_carrier_t;

/* Nothing of the XML may be relied upon before eckid_bridge_message_verify. */
typedef struct eckid_bridge_message_t {
    xmlNodePtr root;
    const char *relay_state; /* UTF-8; NULL if there is none */
    bool is_signed;
    const eckid_octets_t *octets; /* what its signature covers in a query; NULL if it is within */
} eckid_bridge_message_t;

/*
 * Reads the parameter of that name, SAMLRequest or SAMLResponse, with what belongs to it. Each may
 * occur once; others are ignored. Inflates and parses within bounds. ECKID_REQUEST.
 */
eckid_err_t *eckid_bridge_message_read(eckid_bridge_message_t **message,
                                       const eckid_bridge_carrier_t *carrier, const char *parameter,
                                       apr_pool_t *pool);

/* Whether there is a parameter of that name. */
bool eckid_bridge_message_has(const eckid_bridge_carrier_t *carrier, const char *parameter);

/* Verifies the signature, over the query as it came or within the XML. Without one it is accepted
 * unless it is required. ECKID_REQUEST_UNSIGNED, ECKID_REQUEST_SIGNATURE. */
eckid_err_t *eckid_bridge_message_verify(const eckid_bridge_message_t *message, bool required,
                                         const eckid_trust_t *trust, apr_pool_t *pool);

/* An error of the layers below as that of a message: the same cause, with the hint for suppliers.
 * NULL if there is none. */
eckid_err_t *eckid_bridge_message_fault(const eckid_err_t *err, eckid_code_t code,
                                        apr_pool_t *pool);

#endif
