/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A page, an XML body or a URL of the identity provider: what it carries, and what goes on. */
#ifndef ECKID_PAGE_H
#define ECKID_PAGE_H

#include "gateway/eckid_gateway.h"

/* A page as it came, whole. Gzip tells its coding. Clock and randomness are those of moment. */
eckid_decision_t eckid_page_rewrite(const eckid_gateway_t *gateway, eckid_bytes_t page, bool gzip,
                                    const eckid_moment_t *moment, apr_pool_t *pool);

/* An XML body as it came, whole: PASS or REFUSE. */
eckid_decision_t eckid_page_check_xml(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                      apr_pool_t *pool);

/* The first page_max bytes of one that is too long to be held: PASS when it is no message. The
 * whole of it is for eckid_page_stream_xml. */
eckid_decision_t eckid_page_check_xml_start(const eckid_gateway_t *gateway, eckid_bytes_t start,
                                            bool gzip, apr_pool_t *pool);

/* The identity provider's metadata as it came, whole. */
eckid_decision_t eckid_page_publish(const eckid_gateway_t *gateway, eckid_bytes_t body, bool gzip,
                                    apr_pool_t *pool);

/* A Location, or the URL of a Refresh, to which an answer sends the browser: PASS or REFUSE. */
eckid_decision_t eckid_page_check_url(const eckid_gateway_t *gateway, const char *url,
                                      apr_pool_t *pool);

#endif
