/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fields of a provider's response: where a hint or an ID token stands in one. */
#ifndef MOD_ECKID_OIDC_FIELDS_H
#define MOD_ECKID_OIDC_FIELDS_H

#include "filter/mod_eckid_exchange.h"

/* Puts our ID token back where the provider repeats the hint that it got. */
void mod_eckid_oidc_fields_restore(request_rec *r);

/* A field in which an ID token stands, and the supplier that it names; both NULL without one. */
typedef struct mod_eckid_oidc_fields_t {
    const eckid_supplier_t *supplier;
    const char *name;
} mod_eckid_oidc_fields_t;

/*
 * Searches all fields, and empties those in which there is an ID token of a supplier, unless the
 * exchange is observed only. Scripts follow fields such as X-Redirect and Link. Location and
 * Refresh are read elsewhere. Cookies go back to the provider alone; but a program has them, so
 * they are searched for one. Makes the gateway, but no moment. ECKID_CONFIG.
 */
eckid_err_t *mod_eckid_oidc_fields_search(mod_eckid_oidc_fields_t *found,
                                          mod_eckid_exchange_t *exchange, bool for_program);

#endif
