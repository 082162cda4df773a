/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenID provider as it publishes itself now: fetched from its backend, last good kept. */
#ifndef ECKID_PROVIDER_H
#define ECKID_PROVIDER_H

#include "http/eckid_http.h"
#include "jose/eckid_jwk.h"

/* The field of our own requests by which a loop is noticed; its value is the issuer. */
#define ECKID_PROVIDER_FIELD "Eckid-Fetch"

typedef struct eckid_provider_options_t {
    const char *issuer;           /* as it stands in iss and in discovery, without a slash added */
    const char *backend;          /* http or https URL that stands for the issuer behind us */
    apr_interval_time_t max_age;  /* after which it is fetched again, while the old one serves */
    apr_interval_time_t window;   /* in which an unknown kid makes it be fetched once */
    apr_interval_time_t patience; /* how long a request waits for another one's fetching */
} eckid_provider_options_t;

typedef struct eckid_provider_t eckid_provider_t;

/* What is known of it. URL members are as published; paths are those clients use here. */
typedef struct eckid_provider_view_t {
    const char *issuer;
    const char *discovery_path, *jwks_path;
    const char *token_path, *userinfo_path;       /* or NULL */
    const char *userinfo_url, *introspection_url; /* at the backend; or NULL */
    const apr_array_header_t *keys;               /* eckid_jwk_t */
} eckid_provider_view_t;

/* Made before the server forks; fetches nothing. ECKID_CONFIG for URLs that are none. Strings of
 * the options must live as long as pool. */
eckid_err_t *eckid_provider_make(eckid_provider_t **provider,
                                 const eckid_provider_options_t *options,
                                 const eckid_transport_t *transport, apr_pool_t *pool);

const char *eckid_provider_issuer(const eckid_provider_t *provider);

/*
 * The provider as it is now, valid as long as pool. Fetches when nothing is known yet, or what is
 * known is old; one thread at a time does. ECKID_PROVIDER or ECKID_LOOP when nothing is known and
 * cannot be had; for a few seconds afterwards that is said without trying again. News is set when
 * fetching was tried and is then why it failed, or NULL; changed tells whether there is such news.
 */
eckid_err_t *eckid_provider_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                bool *changed, eckid_err_t **news, apr_time_t now,
                                apr_pool_t *pool);

/* The same after a kid that is unknown: fetched at once, but once in a window, which begins before
 * the fetching. Who comes while another thread fetches waits for that. View may stay the same. */
eckid_err_t *eckid_provider_renew(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                  bool *changed, eckid_err_t **news, apr_time_t now,
                                  apr_pool_t *pool);

/* Asks for userinfo with an access token. ECKID_PROVIDER when there is no answer of status 200. */
eckid_err_t *eckid_provider_userinfo(eckid_http_response_t **answer,
                                     const eckid_provider_t *provider,
                                     const eckid_provider_view_t *view, const char *access_token,
                                     apr_pool_t *pool);

/* Asks whose an access token is (RFC 7662), authorized by that value of an Authorization field.
 * ECKID_TOKEN_UNKNOWN when it is not active; ECKID_PROVIDER when there is no answer that says. */
eckid_err_t *eckid_provider_introspect(json_t **claims, const eckid_provider_t *provider,
                                       const eckid_provider_view_t *view, const char *authorization,
                                       const char *access_token, apr_pool_t *pool);

#endif
