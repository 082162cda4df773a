/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an OpenID provider publishes about itself: its discovery document and its JWKS. */
#ifndef ECKID_DISCOVERY_H
#define ECKID_DISCOVERY_H

#include "jose/eckid_jwk.h"
#include "http/eckid_backend.h"

/* Endpoints that have other URLs for clients with a certificate (RFC 8705 section 5); each may be
 * NULL. */
typedef struct eckid_alias_paths_t {
    const char *token, *userinfo, *introspection, *revocation, *pushed, *backchannel;
} eckid_alias_paths_t;

/* What is known of a provider. Paths are those that clients use here. */
typedef struct eckid_provider_view_t {
    const char *issuer;
    const char *discovery_path, *oauth_path, *jwks_path;
    const char *token_path, *userinfo_path;            /* or NULL */
    const char *introspection_path, *revocation_path;  /* or NULL */
    const char *end_session_path, *authorization_path; /* or NULL */
    const char *pushed_path;                           /* RFC 9126; or NULL */
    const char *backchannel_path;                      /* OpenID Connect CIBA; or NULL */
    eckid_alias_paths_t aliases;
    const char *userinfo_url, *introspection_url; /* at the backend; or NULL */
    const apr_array_header_t *keys;               /* eckid_jwk_t */
    const char *alias_elsewhere; /* one of mtls_endpoint_aliases at another origin; or NULL */
} eckid_provider_view_t;

/* The path under which clients fetch discovery. */
const char *eckid_discovery_path(const eckid_backend_t *backend, apr_pool_t *pool);

/* The same of RFC 8414, behind the issuer's path as OpenID Connect has it. */
const char *eckid_discovery_oauth_path(const eckid_backend_t *backend, apr_pool_t *pool);

/*
 * Fetches discovery (OpenID Connect Discovery section 4) and the JWKS that it names: two requests,
 * each of which may block for the transport's timeout. Strings are made in pool or are those of
 * backend. ECKID_LOOP when the request came back to us; ECKID_PROVIDER for everything else: no
 * response of status 200, one that cannot be read, the document of another issuer, or a JWKS, token
 * or userinfo endpoint that is not at the issuer's origin, so that responses of it would not pass
 * here. A member that is null counts as absent.
 */
eckid_err_t *eckid_discovery_fetch(eckid_provider_view_t *view, const eckid_backend_t *backend,
                                   apr_pool_t *pool);

#endif
