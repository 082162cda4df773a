/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own identity provider as httpd serves it. */
#ifndef MOD_ECKID_IDP_H
#define MOD_ECKID_IDP_H

#include <httpd.h>

/* The handler "eckid-idp", for the location of EckidIdp and all below it: its metadata, and the
 * endpoints of eckid_bridge.h. */
int mod_eckid_idp_handler(request_rec *r);

#endif
