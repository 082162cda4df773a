/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The transport over libcurl: HTTP/1.1 kept alive in a pool of handles, with hard limits. */
#ifndef ECKID_CURL_H
#define ECKID_CURL_H

#include "http/eckid_http.h"

typedef struct eckid_curl_options_t {
    /* PEM; read before privileges are dropped, since workers may not be able to. */
    eckid_bytes_t ca;               /* whom to believe; empty for the system's own */
    eckid_bytes_t certificate, key; /* of the client, the former with its chain; or empty */
    int connect_ms;                 /* name, TCP and TLS together */
    int total_ms;                   /* the whole call */
    apr_size_t body_max;            /* bytes of an answer */
    bool plain; /* whether http will do: within a machine, or a network that is its own */
} eckid_curl_options_t;

/* The pool of handles to one server, whose credentials and limits they share. */
typedef struct eckid_curl_t eckid_curl_t;

/* Made before the server forks; opens nothing. The options are copied, their strings are not. */
eckid_err_t *eckid_curl_make(eckid_curl_t **curl, const eckid_curl_options_t *options,
                             apr_pool_t *pool);

/* To be told in each child: its handles are closed when pool is destroyed. */
void eckid_curl_child(eckid_curl_t *curl, apr_pool_t *pool);

/* Whether calls authenticate by a client certificate. */
bool eckid_curl_has_key(const eckid_curl_t *curl);

eckid_transport_t eckid_curl_transport(eckid_curl_t *curl);

#endif
