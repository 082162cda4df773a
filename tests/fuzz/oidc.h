/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for the parsers of OpenID Connect and OAuth. */
#ifndef OIDC_H
#define OIDC_H

#include "base/eckid_codec.h"

/* Each takes an input and aborts when something came of it that must not. */
void fuzz_token(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_object(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_jwks(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_discovery(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_front(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_caller(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_stray(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_sealed(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_oauth(eckid_bytes_t input, apr_pool_t *pool);

#endif
