/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an OpenID provider stands behind us: its URLs there, and our own requests to it. */
#ifndef ECKID_PROVIDER_BACKEND_H
#define ECKID_PROVIDER_BACKEND_H

#include "http/eckid_http.h"

/* The field of our own requests by which a loop is noticed; its value is the issuer. */
#define ECKID_PROVIDER_FIELD "Eckid-Fetch"

typedef struct eckid_provider_backend_t {
    const char *issuer;        /* exactly as in iss and in discovery */
    const char *base;          /* the URL that stands for the issuer behind us, no slash last */
    const char *issuer_origin; /* scheme, host and port; they point to what they are made from */
    const char *origin;        /* that of base */
    const char *host;          /* of the issuer, with its port */
    eckid_transport_t transport;
} eckid_provider_backend_t;

/* ECKID_CONFIG when issuer or url is not an http or https URL without query, fragment and user.
 * issuer must live as long as pool. */
eckid_err_t *eckid_provider_backend_make(eckid_provider_backend_t *backend, const char *issuer,
                                         const char *url, const eckid_transport_t *transport,
                                         apr_pool_t *pool);

/* A URL of the issuer's own, whose path is added to its base. */
const char *eckid_provider_backend_public_url(const eckid_provider_backend_t *backend,
                                              const char *path, apr_pool_t *pool);

/* The URL at the backend for one that the provider publishes; NULL when that is NULL or not at the
 * issuer's origin. Origins are compared with letters and default ports normalized. */
const char *eckid_provider_backend_url(const eckid_provider_backend_t *backend, const char *url,
                                       apr_pool_t *pool);

/* The path under which clients ask for a published URL; NULL as above. */
const char *eckid_provider_backend_path(const eckid_provider_backend_t *backend, const char *url,
                                        apr_pool_t *pool);

/* A GET that looks to the provider as one that came through a proxy. URL is at the backend. */
eckid_http_request_t eckid_provider_backend_request(const eckid_provider_backend_t *backend,
                                                    const char *url, apr_pool_t *pool);

/* Sends it; blocks for the transport's timeout at most. ECKID_PROVIDER, with what was asked for as
 * detail, when there is no response of status 200. One of another status is handed out too;
 * response is NULL where there was none. */
eckid_err_t *eckid_provider_backend_send(eckid_http_response_t **response,
                                         const eckid_provider_backend_t *backend,
                                         const eckid_http_request_t *request, const char *what,
                                         apr_pool_t *pool);

#endif
