/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A login over OpenID Connect on its way: the steps that all its carriers have in common. */
#ifndef ECKID_OIDC_LOGIN_H
#define ECKID_OIDC_LOGIN_H

#include "oidc/eckid_client_auth.h"
#include "oidc/eckid_oidc.h"
#include "oidc/eckid_oidc_setup.h"

/* Which client a request comes from, as far as it says. */
typedef enum eckid_caller_t {
    ECKID_CALLER_UNTOLD,  /* it does not say, or not in a way that can be read */
    ECKID_CALLER_TWOFOLD, /* by one reading a supplier's client, by another one not */
    ECKID_CALLER_OTHER,   /* by every reading a client that is no supplier's */
    ECKID_CALLER_SUPPLIER
} eckid_caller_t;

/* One login, or one response about a person who has logged in. */
typedef struct eckid_oidc_login_t {
    const eckid_oidc_setup_t *setup;
    const eckid_moment_t *moment;
    apr_time_t at; /* by which its times are judged: that of moment, but of a captured login the
                      time it was made, see eckid_captured.h */
    eckid_caller_t caller;
    const char *client_id;        /* NULL when it is not known */
    const eckid_client_t *client; /* NULL when the client is no supplier */
    const char *id_token;         /* of the provider, where there is one; or NULL */
    eckid_claims_t *claims;       /* once verified */
    eckid_token_owner_t owner;    /* what is sealed with tokens */
    bool has_sealed[2];           /* by kind: the moment's nonce for it is used up */
    eckid_eck_id_t value;         /* with outcome FOUND, unless it is withheld */
    eckid_decision_t decision;
    apr_pool_t *pool;
} eckid_oidc_login_t;

eckid_oidc_login_t eckid_oidc_login_make(const eckid_oidc_setup_t *setup, eckid_channel_t channel,
                                         const eckid_moment_t *moment, apr_pool_t *pool);

/* Says which client it is, and finds the supplier if it is one. */
void eckid_oidc_login_set_client(eckid_oidc_login_t *login, const char *client_id);

/* The same for the client that authenticated. ECKID_TOKEN_CLIENT when it is UNTOLD or TWOFOLD. */
eckid_err_t *eckid_oidc_login_set_caller(eckid_oidc_login_t *login,
                                         const eckid_oauth_request_t *call);

/* Whether some server could take the name for that of a supplier's client. False for NULL. */
bool eckid_oidc_login_is_near(const eckid_oidc_setup_t *setup, const char *name, apr_pool_t *pool);

/* Whether the client that authenticated is OTHER. */
bool eckid_oidc_login_is_for_other(const eckid_oidc_setup_t *setup,
                                   const eckid_oauth_request_t *call, apr_pool_t *pool);

/* The supplier that the token names by any of its clients; NULL if there is none. */
const eckid_supplier_t *eckid_oidc_login_find_supplier(const eckid_oidc_login_t *login,
                                                       const eckid_oidc_t *token);

/* Verifies an ID token for the client. For a key that is unknown the provider is asked once more.
 */
eckid_err_t *eckid_oidc_login_verify(eckid_oidc_login_t *login, const eckid_oidc_t *token,
                                     const eckid_oidc_beside_t *beside);

/* Verifies an access token that is a JWT, in the same way. */
eckid_err_t *eckid_oidc_login_verify_access_token(eckid_oidc_login_t *login, const char *text);

/* Verifies an authorization response that is a JWT (JARM), for the client. */
eckid_err_t *eckid_oidc_login_verify_response(eckid_claims_t **claims, eckid_oidc_login_t *login,
                                              const eckid_oidc_t *token);

/* Verifies a userinfo answer, given by its media type and body. If the subject of the owner is
 * known, it must be about that one. */
eckid_err_t *eckid_oidc_login_verify_userinfo(eckid_claims_t **claims, eckid_oidc_login_t *login,
                                              const char *type, eckid_bytes_t body);

/*
 * Finds the student key and notes it in the owner. If it comes from userinfo, that is fetched with
 * the access token, unless is_userinfo says that the claims are userinfo already; access_token is
 * NULL if there is none. Without a key, found is false, and outcome and cause say why:
 * PROVIDER_FAILED when userinfo cannot be had. An error means that userinfo cannot be believed.
 */
eckid_err_t *eckid_oidc_login_student(bool *found, eckid_oidc_login_t *login, bool is_userinfo,
                                      const char *access_token);

/* Looks up the owner's student key, unless the outcome is settled. */
void eckid_oidc_login_look_up(eckid_oidc_login_t *login);

/* Leaves in the claims what the supplier may see, and sets the ECK iD if there is one. */
void eckid_oidc_login_fill(eckid_oidc_login_t *login);

/* Signs the claims as the client expects it, and encrypts them if it does. The provider's ID token
 * is kept, for when the client shows ours as a hint. */
eckid_err_t *eckid_oidc_login_seal(eckid_bytes_t *text, const eckid_oidc_login_t *login,
                                   const eckid_oidc_beside_t *beside);

/* Signs such a response by the key of the client's ID tokens. */
eckid_err_t *eckid_oidc_login_seal_response(eckid_bytes_t *text, const eckid_oidc_login_t *login,
                                            const eckid_claims_t *claims);

/* A token of the provider as the supplier gets it: sealed, with what is known of its owner. NULL
 * for NULL. */
eckid_err_t *eckid_oidc_login_seal_token(const char **sealed, eckid_oidc_login_t *login,
                                         eckid_token_kind_t kind, const char *token);

/*
 * The same for an access token, which goes as it is where the client is to have it so, or must, as
 * it is bound to a key of the client's (RFC 9449): by itself, or as its token_type says. It must be
 * a JWT that names the client, as otherwise nothing would say whose userinfo it opens. What it
 * shows is put down for the log.
 */
eckid_err_t *eckid_oidc_login_give_token(const char **given, eckid_oidc_login_t *login,
                                         const char *token, bool is_dpop);

/* The decision, or the refusal that err makes of it: 503 where the provider failed. */
eckid_decision_t eckid_oidc_login_end(const eckid_oidc_login_t *login, const eckid_err_t *err);

#endif
