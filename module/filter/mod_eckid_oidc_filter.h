/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What passes between clients and an OpenID provider: JSON, JWT and redirects. */
#ifndef MOD_ECKID_OIDC_FILTER_H
#define MOD_ECKID_OIDC_FILTER_H

#include <httpd.h>

/* Makes the filters known to httpd. */
void mod_eckid_oidc_filter_register(void);

/* Hook fixups: notices a loop, finds out which endpoint is asked, and has the filter see a form on
 * its way to the provider. */
int mod_eckid_oidc_filter_fixups(request_rec *r);

/* Hook handler, before all others: puts the provider's tokens in the place of sealed ones. */
int mod_eckid_oidc_filter_handler(request_rec *r);

/* Notes with the request what it says, as an authorization request, about its answer. For who looks
 * at a page or at a redirect, before the gateway is asked for; answers to programs do without. */
void mod_eckid_oidc_filter_note_asked(request_rec *r);

/* Hooks insert_filter and insert_error_filter. */
void mod_eckid_oidc_filter_insert(request_rec *r);

#endif
