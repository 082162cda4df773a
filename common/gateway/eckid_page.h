/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page, an XML body or a URL of the identity provider: checked for logins, and rewritten. */
#ifndef ECKID_PAGE_H
#define ECKID_PAGE_H

#include "gateway/eckid_gateway.h"
#include "html/eckid_page_stream.h"

/* Rewrites a whole page, as it came. Gzip tells whether it is compressed. Time and randomness are
 * those of moment. May ask the LAS, and then blocks for its timeout at most; over OpenID Connect it
 * may also fetch from the provider. */
eckid_decision_t eckid_page_rewrite(const eckid_gateway_t *gateway, eckid_bytes_t page, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool);

/* How a page logs in. */
typedef struct eckid_page_login_t {
    bool has_saml;
    eckid_saml_post_t saml;              /* valid if has_saml */
    const char *id_token, *access_token; /* over OpenID Connect; each NULL if it is not there */
    bool has_jwt;                        /* whether all of the response is a JWT (JARM) */
} eckid_page_login_t;

/* Finds that in a page, once it was checked as eckid_page_rewrite does. */
eckid_err_t *eckid_page_open(eckid_page_login_t *login, const eckid_gateway_t *gateway,
                             eckid_bytes_t text, const eckid_moment_t *moment, apr_pool_t *pool);

/* Decides about a body that cannot be read as what it is, as why says: cut off, damaged, or in a
 * character encoding that hides markup. PASS if it names no supplier, otherwise REFUSE. */
eckid_decision_t eckid_page_check_unread(const eckid_gateway_t *gateway, eckid_bytes_t body,
                                         bool gzip, const eckid_err_t *why, apr_pool_t *pool);

/* Checks a whole XML body, as it came: PASS or REFUSE. */
eckid_decision_t eckid_page_check_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                      apr_pool_t *pool);

/* Checks the first page_max bytes of an XML body that is too long to be held: PASS if it is no SOAP
 * or SAML message. All of it must go through eckid_page_watch too. */
eckid_decision_t eckid_page_check_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                            bool gzip, apr_pool_t *pool);

/* Watches a page, or another body, that is too long to be held: for logins of any of the gateways
 * (const eckid_gateway_t *). Found is set to the number of the one whose ID token ends it. */
eckid_page_stream_t *eckid_page_watch(int *found, const apr_array_header_t *gateways, bool is_page,
                                      bool gzip, apr_pool_t *pool);

/* Rewrites the identity provider's metadata, whole and as it came. */
eckid_decision_t eckid_page_publish(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                    apr_time_t now, apr_pool_t *pool);

/* Checks a Location, or the URL of a Refresh, to which a response sends the browser: PASS or
 * REFUSE.
 */
eckid_decision_t eckid_page_check_url(const eckid_gateway_t *gateway, const char *url,
                                      apr_pool_t *pool);

#endif
