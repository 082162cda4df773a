/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handles the location with "SetHandler eckid-status": a page, JSON, Prometheus, or a word. */
#ifndef MOD_ECKID_STATUS_H
#define MOD_ECKID_STATUS_H

#include <httpd.h>

/* Serves the status: by the query json, prometheus or health; else by Accept. */
int mod_eckid_status_handler(request_rec *r);

#endif
