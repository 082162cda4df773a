/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a JWT says of itself: read leniently and never believed, to see whom it may concern. */
#ifndef ECKID_JWT_PEEK_H
#define ECKID_JWT_PEEK_H

#include <apr_tables.h>

#include "base/eckid_json.h"

/* Header or payload of a compact JWS; NULL when it is no JSON object in base64url. Unused bits of
 * its last digit may be set, algorithms unknown and members there twice: some reader takes it. */
json_t *eckid_jwt_peek(eckid_bytes_t part, apr_pool_t *pool);

/* The payload of a whole token; NULL if it is no token, or its payload cannot be read. */
json_t *eckid_jwt_peek_claims(eckid_bytes_t token, apr_pool_t *pool);

/* The clients that claims name (const char *), by those of these members that are strings or lists
 * of them; the list of members ends with NULL. */
apr_array_header_t *eckid_jwt_peek_names(const json_t *claims, const char *const *members,
                                         apr_pool_t *pool);

#endif
