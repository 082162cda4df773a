/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for the parsers of OpenID Connect and OAuth. */
#ifndef OIDC_H
#define OIDC_H

#include "base/eckid_codec.h"

/* Each takes an input and aborts if a property does not hold. */
void fuzz_token(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_json_edit(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_jwks(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_discovery(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_authorization_response(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_beside(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_jarm(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_client_auth(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_oidc_scan(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_sealed(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_unseal(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_client_credentials(eckid_bytes_t input, apr_pool_t *pool);

#endif
