/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile requests to our own identity provider, and hostile values of an authentication module. */
#ifndef FUZZ_BRIDGE_H
#define FUZZ_BRIDGE_H

#include "base/eckid_codec.h"

/* A query, or a form if the first byte is "P". */
void fuzz_login_request(eckid_bytes_t input, apr_pool_t *pool);

/* A request as XML. */
void fuzz_authn_request(eckid_bytes_t input, apr_pool_t *pool);

/* A LogoutRequest or a LogoutResponse as XML. */
void fuzz_logout(eckid_bytes_t input, apr_pool_t *pool);

/* The value of a variable. */
void fuzz_claims(eckid_bytes_t input, apr_pool_t *pool);

#endif
