/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokens of an authorization response, wherever they stand: whose, verified, as the client is
 * to get them. */
#ifndef ECKID_FRONT_CHANNEL_H
#define ECKID_FRONT_CHANNEL_H

#include "oidc/eckid_oidc_login.h"

/* The parameters of an authorization response that matter here; NULL for what is not there. */
typedef struct eckid_front_answer_t {
    const char *id_token, *access_token, *token_type, *code, *state, *iss;
    const char *client_id; /* of the request, or NULL */
    const char *url;       /* where it goes; or NULL */
} eckid_front_answer_t;

/* What the client is to get in their place; NULL for what stays as it is. */
typedef struct eckid_front_given_t {
    const char *id_token, *access_token;
} eckid_front_given_t;

/* The parameters that an error does not have, unlike state and iss; the end is NULL. */
extern const char *const eckid_front_channel_granted[];

/* Whether the client that asked is certainly no supplier. */
bool eckid_front_channel_is_for_other(const eckid_oidc_setup_t *setup, const char *client_id,
                                      apr_pool_t *pool);

/* Says which client a token is for, which must be the one that asked as soon as one of them is a
 * supplier's: ECKID_TOKEN_CLIENT. */
eckid_err_t *eckid_front_channel_find_client(eckid_oidc_login_t *login,
                                             const eckid_front_answer_t *answer,
                                             const eckid_oidc_t *token);

/* Decides about an answer with an ID token, an access token, or both. Given is both NULL unless the
 * login goes on at a supplier. */
eckid_decision_t eckid_front_channel_settle(eckid_front_given_t *given, eckid_oidc_login_t *login,
                                            const eckid_front_answer_t *answer);

#endif
