/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile bytes for what is pushed by SCIM, and for the claims of those who push. */
#ifndef SCIM_H
#define SCIM_H

#include "base/eckid_codec.h"

/* Each takes an input and aborts if a property does not hold. */
void fuzz_scim_body(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_scim_filter(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_scim_path(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_scim_query(eckid_bytes_t input, apr_pool_t *pool);
void fuzz_bearer(eckid_bytes_t input, apr_pool_t *pool);

#endif
