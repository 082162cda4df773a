/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access and refresh tokens where no reader looks for them: found by their names. */
#ifndef ECKID_ACCESS_TOKEN_SCAN_H
#define ECKID_ACCESS_TOKEN_SCAN_H

#include <stdbool.h>

#include "base/eckid_codec.h"

/*
 * Whether an access or refresh token seems to stand in the bytes behind its name, as in the script
 * of a page, in JSON or in a link: a literal, or the value of a parameter, that is long enough for
 * a secret (RFC 6749 section 10.10) and has a digit. Escapes are decoded, as in eckid_oidc_scan.h.
 * The time is linear in the bytes.
 */
bool eckid_access_token_scan(eckid_bytes_t bytes, apr_pool_t *pool);

/* Whether a member or a parameter of that name, in any usual spelling (accessToken), holds such a
 * token. */
bool eckid_access_token_scan_is_name(const char *name);

#endif
