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
 * block for as long as the body takes to come. DECLINED when the request goes on; OK when it was
 * answered here, as a token was not accepted; or an HTTP status, when the body cannot be read.
 */
int mod_eckid_oidc_unseal(mod_eckid_exchange_t *exchange, mod_eckid_oidc_request_t *request);

#endif
