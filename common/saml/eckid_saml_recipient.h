/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose login is it: nobody's, one supplier's, or not to be told. */
#ifndef ECKID_SAML_RECIPIENT_H
#define ECKID_SAML_RECIPIENT_H

#include "decision/eckid_policy.h"
#include "saml/eckid_saml_message.h"

/* Where the message would go if the browser did as the page says; NULL and empty where unknown. */
typedef struct eckid_saml_route_t {
    const char *action;                 /* of the form the message stands in */
    const apr_array_header_t *all_urls; /* const char *: other places the page leads to, or NULL */
} eckid_saml_route_t;

/*
 * A message is a supplier's as soon as one URL of the route, its Destination, a Recipient or an
 * Audience names one. Then all that are present must name that same supplier, every Audience
 * included, but of several Recipients only one: ECKID_MIXED if they do not. Supplier is NULL when
 * nothing names any. What is encrypted or no SAML 2.0 Response is a supplier's by the host of a URL
 * already.
 */
eckid_err_t *eckid_saml_recipient_find(const eckid_supplier_t **supplier,
                                       const eckid_policy_t *policy,
                                       const eckid_saml_route_t *route,
                                       const eckid_saml_message_t *message, apr_pool_t *pool);

#endif
