/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request of a client on its way in: where a sealed token stands, the provider gets its own. */
#ifndef ECKID_UNSEAL_H
#define ECKID_UNSEAL_H

#include "oidc/eckid_oidc_setup.h"
#include "oidc/eckid_response_kind.h"

/* Whether an endpoint takes tokens or hints. At all others a sealed one means nothing. */
bool eckid_unseal_concerns(eckid_endpoint_t endpoint);

/*
 * Puts the provider's own tokens back: the access token in Authorization at the userinfo endpoint;
 * and the parameters access_token, refresh_token, token, subject_token and actor_token, in the
 * query and in the form, at every endpoint that takes tokens. A place without a sealed token keeps
 * its pointer. The owner is that of the access, refresh or subject token.
 *
 * An id_token_hint of ours, at the endpoints that take authorization requests or end sessions,
 * becomes the provider's ID token that it was made of; so does a subject_token. Where that is not
 * known any more, a hint is dropped, and the client that it was for stands there as client_id: the
 * provider would refuse our signature.
 *
 * ECKID_TOKEN_SEAL when one does not open, stands in a parameter that is there twice, or is another
 * client's than the one that authenticates, which userinfo does not ask for. Then the request is to
 * be refused by status 401 to that reader, and supplier is whose token it was, as far as that is
 * known.
 */
eckid_err_t *eckid_unseal(eckid_oauth_request_t *call, eckid_refusal_reader_t *reader,
                          const eckid_supplier_t **supplier, const eckid_oidc_setup_t *setup,
                          eckid_endpoint_t endpoint, apr_time_t now, apr_pool_t *pool);

#endif
