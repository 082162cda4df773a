/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JWT Secured Authorization Response Mode (JARM): a response as one JWT, opened, filled and signed
 * again. */
#ifndef ECKID_JARM_H
#define ECKID_JARM_H

#include "oidc/eckid_front_channel.h"

/*
 * Whether a parameter "response" must not go on as it is: a JWT that names a supplier or was made
 * for one that asked, or one of which that cannot be told, such as one that is encrypted. Other
 * things have that name too, and all of it passes where the client that asked, which is NULL if it
 * is not known, is certainly no supplier.
 */
bool eckid_jarm_concerns(const eckid_oidc_setup_t *setup, const char *client_id, const char *text,
                         apr_pool_t *pool);

/*
 * What the client is to get in its place. Of around only client_id and url are read: the rest is in
 * the JWT. With CHANGE the body is the new JWT, signed by the key of the client's ID tokens; it is
 * the error that tells the client of a refusal if told_supplier says so. With REFUSE there is
 * nothing that could be believed: ECKID_TOKEN_ENCRYPTED, or the check that failed.
 */
eckid_decision_t eckid_jarm_rewrite(eckid_oidc_login_t *login, const eckid_front_answer_t *around,
                                    const char *text);

#endif
