/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An access token that is not sealed: whose it says it is, and what it shows to its holder. */
#ifndef ECKID_ACCESS_TOKEN_H
#define ECKID_ACCESS_TOKEN_H

#include "base/eckid_json.h"
#include "decision/eckid_policy.h"

/* Nothing of it has been verified. */
typedef struct eckid_access_token_t {
    json_t *claims;      /* NULL when it is opaque, or encrypted: then it says nothing */
    const char *client;  /* client_id (RFC 9068 section 2.2), or else azp; or NULL */
    const char *subject; /* or NULL */
    bool has_proof_key;  /* cnf has jkt (RFC 9449 section 6.1) */
} eckid_access_token_t;

/* Reads one. ECKID_TOKEN for what begins as a JWT does and cannot be read as one: another reader
 * might. */
eckid_err_t *eckid_access_token_read(eckid_access_token_t *token, const char *text,
                                     apr_pool_t *pool);

/* The supplier whose client it names; where it names no client, one that is its audience. NULL for
 * none. */
const eckid_supplier_t *eckid_access_token_find_supplier(const eckid_access_token_t *token,
                                                         const eckid_policy_t *policy);

/* The names of the claims about a person in it that are not released to the supplier, parted by
 * commas; or NULL. */
const char *eckid_access_token_shows(const eckid_access_token_t *token,
                                     const eckid_supplier_t *supplier, apr_pool_t *pool);

#endif
