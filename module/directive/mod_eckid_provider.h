/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about the OpenID provider and its clients. */
#ifndef MOD_ECKID_PROVIDER_H
#define MOD_ECKID_PROVIDER_H

#include "conf/mod_eckid_config.h"

/* Handlers for the table of directives. */
const char *mod_eckid_provider_set(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_provider_ask(cmd_parms *cmd, void *conf, const char *id, const char *file);
const char *mod_eckid_provider_client(cmd_parms *cmd, void *conf, int argc, char *const argv[]);

#endif
