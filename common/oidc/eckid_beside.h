/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands beside the tokens of an answer to a supplier: released to it as claims are. */
#ifndef ECKID_BESIDE_H
#define ECKID_BESIDE_H

#include <apr_hash.h>

#include "base/eckid_params.h"
#include "oidc/eckid_oidc_login.h"

/* Whether a member of the token endpoint's answer may go to the supplier of the login: it tells of
 * the tokens, the session or an error (RFC 6749 sections 5.1 and 5.2 and their extensions), or is
 * released. */
bool eckid_beside_is_for_tokens(const eckid_oidc_login_t *login, const char *name);

/* Whether something about a person is released to the supplier. The ECK iD is not: only the LAS is
 * trusted for it, and it stands in tokens and userinfo. */
bool eckid_beside_is_released(const eckid_oidc_login_t *login, const char *name);

/* Which parameters of an authorization response may go. */
typedef struct eckid_beside_t {
    const eckid_oidc_login_t *login;
    apr_hash_t *own; /* pairs that are the client's own; or NULL */
    bool is_open;    /* whether there may be others of its own */
    bool has_jwt;    /* whether the parameter response is all of the answer (JARM) */
} eckid_beside_t;

/* Own are the parameters of the redirect URI itself; or NULL. */
eckid_beside_t eckid_beside_make(const eckid_oidc_login_t *login, eckid_params_t *own,
                                 bool is_open);

/*
 * Whether a parameter of an authorization response may go to the supplier of the login: one of the
 * protocol (RFC 6749 sections 4.1.2 and 4.2.2, RFC 9207), one that is released, or the client's
 * own. Where there may be others of its own, they go unless their looks tell that they are about a
 * person: the value is a JSON object or array, or the name is that of a claim, in OpenID Connect
 * (Core section 5.1), by products, or in the configuration. Without a supplier nothing is released.
 * Self is an eckid_beside_t; name and value are NULL where they cannot be read.
 */
bool eckid_beside_stays(void *self, const char *name, const char *value);

#endif
