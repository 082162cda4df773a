/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport over libcurl: HTTP/1.1 with a pool of persistent connections and hard limits. */
#ifndef ECKID_CURL_H
#define ECKID_CURL_H

#include "http/eckid_http.h"

typedef struct eckid_curl_options_t {
    /* PEM; read before privileges are dropped, because workers may not have access to the files. */
    eckid_bytes_t ca;               /* trusted CAs; empty: those of the system */
    eckid_bytes_t certificate, key; /* the client's certificate chain and key; or empty */
    int connect_ms;                 /* for DNS, TCP and TLS together */
    int total_ms;                   /* for the whole call */
    apr_size_t body_max;            /* limit on the body of a response, in bytes */
    bool plain; /* allows http, for a call within a machine or a trusted network */
} eckid_curl_options_t;

/* A pool of connections to one server, with the same credentials and limits. */
typedef struct eckid_curl_t eckid_curl_t;

/* Call this before the server forks; it opens no connection. Copies the options, but not what they
 * point to. */
eckid_err_t *eckid_curl_make(eckid_curl_t **curl, const eckid_curl_options_t *options,
                             apr_pool_t *pool);

/* Call this in each child: the child's connections are closed when pool is destroyed. */
void eckid_curl_child(eckid_curl_t *curl, apr_pool_t *pool);

/* Whether calls use a client certificate. */
bool eckid_curl_has_key(const eckid_curl_t *curl);

eckid_transport_t eckid_curl_transport(eckid_curl_t *curl);

#endif
