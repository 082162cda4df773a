/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles the requests of the operator's commands. */
#ifndef MOD_ECKID_ADMIN_H
#define MOD_ECKID_ADMIN_H

#include <httpd.h>

/* The handler for "SetHandler eckid-desk". */
int mod_eckid_admin_handler(request_rec *r);

#endif
