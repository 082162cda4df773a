/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealed tokens in a request: before any handler runs, the provider's own are put in their place.
 */
#ifndef MOD_ECKID_OIDC_UNSEAL_H
#define MOD_ECKID_OIDC_UNSEAL_H

#include "filter/mod_eckid_exchange.h"
#include "filter/mod_eckid_oidc_request.h"

/*
 * Reads a form ahead, and changes field, query and form, so that every kind of handler finds the
 * provider's tokens: mod_proxy, which has made its URL by now, and what runs in this server. May
 * block for as long as the body takes to come. DECLINED when the request goes on; or an HTTP
 * status, when the body cannot be read.
 *
 * A request with a sealed token that is not accepted goes on as it came, with the refusal noted: to
 * the provider the token means nothing, and its answer brings the fields that a browser needs to
 * show the refusal to a script (CORS), which is sent in the place of that answer.
 */
int mod_eckid_oidc_unseal(mod_eckid_exchange_t *exchange, mod_eckid_oidc_request_t *request);

#endif
