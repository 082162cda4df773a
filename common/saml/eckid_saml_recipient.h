/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supplier that a SAML message is for: one, none, or undecidable as it names several. */
#ifndef ECKID_SAML_RECIPIENT_H
#define ECKID_SAML_RECIPIENT_H

#include "decision/eckid_policy.h"
#include "saml/eckid_saml_message.h"

/* Where the browser would send the message. All are NULL if unknown. */
typedef struct eckid_saml_route_t {
    const char *action;                 /* of the form that holds the message */
    const apr_array_header_t *all_urls; /* const char *: other URLs that the page leads to */
    const char *sent_to; /* instead of action for other bindings: a URL that is compared without its
                            query, as that may hold the message */
} eckid_saml_route_t;

/*
 * A message is a supplier's as soon as one URL of the route, its Destination, a Recipient (of an
 * EncryptedKey too) or an Audience names the supplier. Then all that are present must name the same
 * supplier, every Audience included, but of several Recipients only one: otherwise ECKID_MIXED, and
 * supplier is the one that was named first. Supplier is NULL if nothing names one, and if the
 * message logs nobody in (ECKID_SAML_ERROR, ECKID_SAML_OTHER). If it is encrypted or no SAML 2.0
 * Response, the host of a URL is enough to name a supplier.
 */
eckid_err_t *eckid_saml_recipient_find(const eckid_supplier_t **supplier,
                                       const eckid_policy_t *policy,
                                       const eckid_saml_route_t *route,
                                       const eckid_saml_message_t *message, apr_pool_t *pool);

#endif
