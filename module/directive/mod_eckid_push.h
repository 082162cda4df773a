/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directives about a location to which people are pushed by SCIM. */
#ifndef MOD_ECKID_PUSH_H
#define MOD_ECKID_PUSH_H

#include "conf/mod_eckid_config.h"

const char *mod_eckid_push_token(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_push_client(cmd_parms *cmd, void *conf, int argc, char *const argv[]);
const char *mod_eckid_push_kind(cmd_parms *cmd, void *conf, const char *kind, const char *type,
                                const char *expression);
const char *mod_eckid_push_schema(cmd_parms *cmd, void *conf, int argc, char *const argv[]);

#endif
