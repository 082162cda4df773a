/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9530: makes and checks the Content-Digest of a body. */
#ifndef ECKID_CONTENT_DIGEST_H
#define ECKID_CONTENT_DIGEST_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The value of the field, with SHA-256 (section 2). */
const char *eckid_content_digest(eckid_bytes_t body, apr_pool_t *pool);

/* Checks that the field (NULL if absent) matches the body. It must have sha-256 or sha-512; if it
 * has both, both must match. Other algorithms are ignored, because section 5 calls them insecure.
 * Returns an error with that code otherwise. */
eckid_err_t *eckid_content_digest_check(const char *field, eckid_bytes_t body, eckid_code_t code,
                                        apr_pool_t *pool);

#endif
