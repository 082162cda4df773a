/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider publishes now: fetched by one thread, shared by all, last good kept. */
#ifndef ECKID_PROVIDER_H
#define ECKID_PROVIDER_H

#include "base/eckid_freshness.h"
#include "oidc/eckid_discovery.h"

typedef struct eckid_provider_options_t {
    const char *issuer;           /* exactly as in iss and in discovery */
    const char *backend;          /* http or https URL of the issuer behind us */
    apr_interval_time_t max_age;  /* after which it is fetched again */
    apr_interval_time_t window;   /* in which unknown kids cause one fetch */
    apr_interval_time_t patience; /* how long a request waits for another's fetch */
} eckid_provider_options_t;

typedef struct eckid_provider_t eckid_provider_t;

/* Made before the server forks; fetches nothing. ECKID_CONFIG when issuer or backend is not an http
 * or https URL. Strings of the options must live as long as pool. */
eckid_err_t *eckid_provider_make(eckid_provider_t **provider,
                                 const eckid_provider_options_t *options,
                                 const eckid_transport_t *transport, apr_pool_t *pool);

const char *eckid_provider_issuer(const eckid_provider_t *provider);

/* The backend, which lives as long as the provider. */
const eckid_backend_t *eckid_provider_backend(const eckid_provider_t *provider);

/* Notes there when it was fetched, see eckid_refresh_share. */
void eckid_provider_share(eckid_provider_t *provider, eckid_freshness_t *freshness);

/*
 * The provider as it is now, valid as long as pool. It is fetched when nothing is known yet, or
 * what is known is older than max_age; one thread at a time does that. Meanwhile the others use
 * what is known; only while nothing is known they wait, for the patience at most. ECKID_PROVIDER or
 * ECKID_LOOP when nothing is known and cannot be had; for five seconds after a failure that is said
 * without trying again. tried says whether this call fetched; failure is then why that failed, or
 * NULL, and has no meaning otherwise.
 */
eckid_err_t *eckid_provider_get(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                bool *tried, eckid_err_t **failure, apr_time_t now,
                                apr_pool_t *pool);

/* The same after a token with an unknown kid: the provider is fetched at once, but only once in a
 * window, which begins before the fetch. A caller that finds another thread fetching waits for it,
 * for the patience at most. The view may still be the old one. */
eckid_err_t *eckid_provider_renew(const eckid_provider_view_t **view, eckid_provider_t *provider,
                                  bool *tried, eckid_err_t **failure, apr_time_t now,
                                  apr_pool_t *pool);

#endif
