/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serves pushes of people by SCIM. */
#ifndef MOD_ECKID_SCIM_H
#define MOD_ECKID_SCIM_H

#include <httpd.h>

/* The handler eckid-scim. */
int mod_eckid_scim_handler(request_rec *r);

#endif
