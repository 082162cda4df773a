/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 9530: the Content-Digest of a body, made and checked. */
#ifndef ECKID_CONTENT_DIGEST_H
#define ECKID_CONTENT_DIGEST_H

#include "base/eckid_codec.h"
#include "base/eckid_err.h"

/* The field's value, with SHA-256 (section 2). */
const char *eckid_content_digest(eckid_bytes_t body, apr_pool_t *pool);

/* Whether the field, NULL when absent, is of that body: it needs sha-256 or sha-512. Where it has
 * both, both decide; others are not looked at (section 5: they are not safe). Refused with code.
 */
eckid_err_t *eckid_content_digest_check(const char *field, eckid_bytes_t body, eckid_code_t code,
                                        apr_pool_t *pool);

#endif
