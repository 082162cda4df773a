/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of all directives. */
#ifndef MOD_ECKID_TABLE_H
#define MOD_ECKID_TABLE_H

#include <httpd.h>
#include <http_config.h>

extern const command_rec mod_eckid_directives[];

#endif
