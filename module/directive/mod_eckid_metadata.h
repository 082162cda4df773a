/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about metadata: the identity provider's and the suppliers'. */
#ifndef MOD_ECKID_METADATA_H
#define MOD_ECKID_METADATA_H

#include "conf/mod_eckid_config.h"

/* Handlers for the table of directives. */
const char *mod_eckid_metadata_idp(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_metadata_supplier(cmd_parms *cmd, void *conf, int argc, char *const argv[]);

#endif
