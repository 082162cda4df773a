/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an identity provider stands behind us: its URLs there, and our own requests to it. */
#ifndef ECKID_BACKEND_H
#define ECKID_BACKEND_H

#include "http/eckid_http.h"

/* The field of our own requests by which a loop is noticed; its value is the URL. */
#define ECKID_BACKEND_FIELD "Eckid-Fetch"

typedef struct eckid_backend_t {
    const char *url;           /* by which clients know it; of an OpenID provider the issuer */
    const char *base;          /* the URL that stands for it behind us, no slash last */
    const char *public_origin; /* scheme, host and port of url */
    const char *origin;        /* that of base */
    const char *host;          /* of url, with its port */
    eckid_code_t failure;      /* what it is called if it does not answer */
    eckid_transport_t transport;
} eckid_backend_t;

/* ECKID_CONFIG when url or base is not an http or https URL without query, fragment and user.
 * url must live as long as pool. */
eckid_err_t *eckid_backend_make(eckid_backend_t *backend, const char *url, const char *base,
                                const eckid_transport_t *transport, eckid_code_t failure,
                                apr_pool_t *pool);

/* A URL of its own, whose path is added to url. */
const char *eckid_backend_public_url(const eckid_backend_t *backend, const char *path,
                                     apr_pool_t *pool);

/* The URL at the backend for one that it publishes; NULL when that is NULL or not at its public
 * origin. Origins are compared with letters and default ports normalized. */
const char *eckid_backend_url(const eckid_backend_t *backend, const char *url, apr_pool_t *pool);

/* The path under which clients ask for a published URL; NULL as above. */
const char *eckid_backend_path(const eckid_backend_t *backend, const char *url, apr_pool_t *pool);

/* A GET that looks to the backend like one that came through a proxy. URL is at the backend. */
eckid_http_request_t eckid_backend_request(const eckid_backend_t *backend, const char *url,
                                           apr_pool_t *pool);

/* Sends it; blocks for the transport's timeout at most. The backend's failure, with what was asked
 * for as detail, when there is no response of status 200. One of another status is handed out too;
 * response is NULL where there was none. */
eckid_err_t *eckid_backend_send(eckid_http_response_t **response, const eckid_backend_t *backend,
                                const eckid_http_request_t *request, const char *what,
                                apr_pool_t *pool);

#endif
